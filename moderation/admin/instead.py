"""What the lists of posts and of people offer, as decisions: with a rule, the audit and a notice to the person."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest

from accounts.admin import UserAdmin
from accounts.models import User
from accounts.roles import may_judge
from core.admin import ActionForm
from core.exceptions import AppError
from moderation.access import may
from moderation.admin.desk import staff_of
from moderation.admin.forms import rule_choices
from moderation.models import Action, Decision
from moderation.services.decisions import decide, undo_decision
from moderation.subjects import Subject, of_person, of_post
from photos.admin.posts import PostAdmin
from photos.models import Post
from photos.services.removals import reinstate_post

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
NO_RULE = "The rules of this site."
BROUGHT_BACK = "Put on the site again."

admin.site.unregister([User, Post])


class RuleForm(ActionForm):
    reason = ChoiceField(label="Rule (to suspend)", required=False, choices=lambda: [("", "-"), *rule_choices()[1:]])


@admin.register(Post)
class DecidedPostAdmin(PostAdmin):
    def has_decide_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "decide")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What is done in the name of the author is for those who may do everything with posts."""
        actions: dict[str, Any] = super().get_actions(request)
        if not staff_of(request).has_perm("photos.delete_post"):
            actions = {name: each for name, each in actions.items() if name not in ("move_to_trash", "bring_back")}
        return actions

    @admin.action(description="Remove from the site, for the rule chosen here", permissions=["decide"])
    def take_off_the_site(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        reason = request.POST.get("reason", "")
        count = _each(request, queryset, lambda post: decide(
            staff_of(request), Action.HIDE, of_post(post), reason=reason
        ))  # fmt: skip
        self.message_user(request, f"{count} removed. Their authors see the rule in their place.")

    @admin.action(description="Put on the site again", permissions=["decide"])
    def put_on_the_site_again(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Undoes the decisions that keep it off; what was removed before there were any just comes back."""
        count = _each(request, queryset, lambda post: _bring_back(staff_of(request), post))
        self.message_user(request, f"{count} put on the site again.")


@admin.register(User)
class DecidedUserAdmin(UserAdmin):
    """Rights are set by superusers alone; roles are given in the list of people."""

    action_form = RuleForm

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes who stands beside or above them: whoever sets a password can be that person."""
        staff = staff_of(request)
        above = obj is not None and obj.pk != staff.pk and not may_judge(staff, obj)
        return not above and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        shown = super().get_readonly_fields(request, obj)
        return shown if staff_of(request).is_superuser else (*shown, *RIGHTS)

    @admin.action(description="Suspend: they cannot come back by themselves", permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        reason = request.POST.get("reason") or NO_RULE

        def suspend_one(user: User) -> None:
            decide(staff_of(request), Action.SUSPEND, of_person(user), reason=reason)
            self.log_change(request, user, "Suspended.")

        count = _each(request, queryset, suspend_one)
        self.message_user(request, f"Suspended: {count}.", messages.SUCCESS if count else messages.WARNING)


def _each(request: HttpRequest, queryset: QuerySet[Any], act: Any) -> int:
    """How many it was done with; what stood in the way of others is said."""
    count, problems = 0, set()
    for each in queryset:
        try:
            act(each)
            count += 1
        except AppError as error:
            problems.add(error.detail)
    for problem in sorted(problems):
        messages.error(request, problem)
    return count


def _bring_back(staff: User, post: Post) -> None:
    subject: Subject = of_post(post)
    off = Decision.objects.filter(action__in=[Action.HIDE, Action.DELETE], undone_at=None, **subject.keys)
    for decision in off.select_related("person", "post", "comment").order_by("-pk"):
        undo_decision(staff, decision, reason=BROUGHT_BACK)
    reinstate_post(staff, post)
