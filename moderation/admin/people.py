from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.roles import Rank, Role, rank_of
from core.admin import ReadOnlyAdmin
from core.exceptions import AppError
from core.web.redirects import see_other
from moderation.admin.cases import act_about, say
from moderation.admin.desk import desk_page, get_subject, staff_of
from moderation.admin.forms import id_in
from moderation.models import Action, Member
from moderation.services.roles import set_role


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """People as those see them who work on cases: no address, no rights. The page of one is where staff decide."""

    list_display = ("username", "display_name", "standing", "strikes", "created_at")
    list_filter = (
        ("limited_at", admin.EmptyFieldListFilter),
        ("frozen_at", admin.EmptyFieldListFilter),
        ("suspended_at", admin.EmptyFieldListFilter),
        "is_staff",
    )
    search_fields = ("username", "display_name")
    private = ("email", "password", "application")
    actions = ("make_moderator", "make_administrator", "make_member")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        struck = Q(decisions__undone_at=None) & ~Q(decisions__action=Action.DISMISS)
        people: QuerySet[Member] = super().get_queryset(request)
        return people.annotate(strike_count=Count("decisions", filter=struck))

    def has_roles_permission(self, request: HttpRequest) -> bool:
        return rank_of(staff_of(request)) >= Rank.ADMINISTRATOR

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        subject = get_subject(staff_of(request), "person", id_in(object_id))
        if request.method != "POST":
            return desk_page(request, self.admin_site, subject)
        say(request, lambda: act_about(request, subject))
        return see_other(request.path)

    @admin.display(description="strikes")
    def strikes(self, person: Any) -> int:
        return int(person.strike_count)

    @admin.display(description="standing")
    def standing(self, person: Member) -> str:
        words = {"suspended": person.suspended_at, "frozen": person.frozen_at, "limited": person.limited_at}
        return ", ".join(word for word, moment in words.items() if moment) or "-"

    @admin.action(description="Make moderators; their sessions end", permissions=["roles"])
    def make_moderator(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._set(request, queryset, Role.MODERATOR)

    @admin.action(description="Make administrators; their sessions end", permissions=["roles"])
    def make_administrator(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._set(request, queryset, Role.ADMINISTRATOR)

    @admin.action(description="Make members without a role; their sessions end", permissions=["roles"])
    def make_member(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._set(request, queryset, Role.NONE)

    def _set(self, request: HttpRequest, queryset: QuerySet[Member], role: Role) -> None:
        for person in queryset:
            try:
                set_role(staff_of(request), person, role)
            except AppError as error:
                self.message_user(request, f"@{person.username}: {error.detail}", messages.ERROR)
            else:
                self.message_user(request, f"@{person.username}: {role.label}.", messages.SUCCESS)
