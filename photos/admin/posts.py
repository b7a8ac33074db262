from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, Q, QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.site import rule_titles
from core.admin import ActionForm, ReadOnlyAdmin, TabularInline, is_id
from core.exceptions import AppError
from photos.admin.base import SQUARES, shown_to, thumbnail
from photos.models import Like, Media, Post, Tag
from photos.services.removals import reinstate_post, remove_post
from photos.services.trash import restore_post, trash_post

WORDS = ("title", "caption", "location_name", "latitude", "longitude", "spoiler", "tags")  # what people wrote


class RemovalForm(ActionForm):
    """Beside the list of actions: the rule that a removed post broke, as its author will read it."""

    reason = ChoiceField(
        label="Rule (to remove)", required=False, choices=lambda: [("", "-"), *((rule, rule) for rule in rule_titles())]
    )


class MediaInline(TabularInline[Media, Post]):
    model = Media
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ("position", "state", "width", "height", "bytes")

    def has_add_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Staff see pictures and words of a post as anybody in their place would, and a mark instead of all others."""

    list_display = ("picture", "name", "author", "audience", "state", "like_count", "created_at", "published_at")
    list_display_links = ("picture", "name")
    list_filter = ("state", "audience", "sensitive", "created_at")
    list_select_related = ("author",)
    search_fields = ("author__username",)
    search_help_text = "A name, the id of a post, or words of posts that you can see."
    inlines = (MediaInline,)
    private = WORDS
    action_form = RemovalForm
    actions = ("take_off_the_site", "put_on_the_site_again", "move_to_trash", "bring_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        media = Media.objects.order_by("position", "id").prefetch_related(SQUARES)
        rows = Post.objects.prefetch_related(Prefetch("media", queryset=media))
        return rows.annotate(is_shown=shown_to(request.user, "pk"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """Words are looked for in posts that the staff member can see alone, so that hidden ones cannot be guessed."""
        term = search_term.strip().replace("\x00", "")
        words = (Q(title__icontains=term) | Q(caption__icontains=term)) & Q(is_shown__isnull=False)
        wanted = Q(author__username__icontains=term) | words | (Q(pk=int(term)) if is_id(term) else Q())
        return (queryset.filter(wanted) if term else queryset), False

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        found = super().get_changelist_instance(request)
        for post in found.result_list:
            _cover(post)
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Post | None:
        post: Post | None = super().get_object(request, object_id, from_field)
        return post and _cover(post)

    def get_exclude(self, request: HttpRequest, obj: Post | None = None) -> tuple[str, ...]:
        return () if obj is not None and getattr(obj, "is_shown", False) else WORDS

    @admin.display(description="")
    def picture(self, post: Post) -> SafeString | str:
        return thumbnail(next(iter(post.media.all()), None), is_shown=bool(getattr(post, "is_shown", None)))

    @admin.display(description="post")
    def name(self, post: Post) -> str:
        return str(post)

    @admin.action(description="Remove from the site, for the rule chosen here")
    def take_off_the_site(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        posts = list(queryset)
        try:
            for post in posts:
                remove_post(_staff(request), post, reason=request.POST.get("reason", ""))
        except AppError as error:
            self.message_user(request, error.detail, messages.ERROR)
        else:
            self.message_user(request, f"{len(posts)} removed. Their authors see the rule in their place.")

    @admin.action(description="Put on the site again")
    def put_on_the_site_again(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        for post in queryset:
            reinstate_post(_staff(request), post)

    @admin.action(description="Move to the trash")
    def move_to_trash(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        for post in queryset.exclude(state=Post.State.REMOVED).select_related("author"):
            trash_post(post.author, post)

    @admin.action(description="Bring back from the trash")
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        for post in queryset.select_related("author"):
            restore_post(post.author, post)


def _cover(post: Post) -> Post:
    """Without its title, which the admin puts into heads and labels, where it is not for the staff member."""
    if not getattr(post, "is_shown", False):
        post.title = ""
    return post


def _staff(request: HttpRequest) -> Any:
    return request.user


@admin.register(Like)
class LikeAdmin(ReadOnlyAdmin):
    """Which post it is, not what it is called: that may not be for staff."""

    list_display = ("user", "post_id", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    search_help_text = "The beginning of a username, or the id of a like."
    persons = ("user",)
    fields = ("user", "post_id", "created_at")
    readonly_fields = fields


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name",)
    ordering = ("name",)
