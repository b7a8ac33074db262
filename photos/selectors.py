"""Reading posts and what belongs to them; the audience rule is in every query."""

from collections.abc import Collection, Sequence

from accounts.models import User
from accounts.querysets import Viewer
from core.paging import Page, page_by_id
from photos.access import get_published_post_for
from photos.models import Avatar, Like, Media, Post


def liked_posts(viewer: Viewer, post_ids: Collection[int]) -> set[int]:
    """Which of these posts `viewer` likes. One query; none for nobody or no posts."""
    if viewer.is_anonymous or not post_ids:
        return set()
    return set(Like.objects.filter(user=viewer.pk, post__in=post_ids).values_list("post_id", flat=True))


def likers_page(viewer: Viewer, post_id: int, *, cursor: str, limit: int) -> Page[User]:
    """Who likes the post, newest first, without people between whom and the viewer there is a block."""
    post = get_published_post_for(viewer, post_id)
    people = User.objects.visible_to(viewer).without_blocked_by(viewer)
    likes = Like.objects.filter(post=post, user__in=people).select_related("user")
    page = page_by_id(likes, kind="likes", cursor=cursor, limit=limit)
    return Page([like.user for like in page.items], page.next_cursor)


def trash_page(person: User, *, cursor: str, limit: int) -> Page[Post]:
    trashed = Post.objects.filter(author=person, state=Post.State.TRASHED).for_cards()
    return page_by_id(trashed, kind="trash", cursor=cursor, limit=limit)


def neighbours(viewer: Viewer, post: Post, count: int = 6) -> list[Post]:
    """Other posts of the same author around this one, newest first, that `viewer` may find."""
    others = Post.objects.listed_for(viewer).filter(author=post.author_id, state=Post.State.PUBLISHED).for_cards()
    newer = list(others.filter(id__gt=post.pk).order_by("id")[: count // 2])
    older = list(others.filter(id__lt=post.pk).order_by("-id")[: count - len(newer)])
    return [*reversed(newer), *older]


def recent_public_posts(viewer: Viewer, count: int) -> Sequence[Post]:
    """The newest posts everybody may find, for the landing page."""
    posts = Post.objects.listed_for(viewer).filter(audience=Post.Audience.PUBLIC, state=Post.State.PUBLISHED)
    return list(posts.filter(sensitive=False).for_cards().order_by("-id")[:count])


def pending_avatar(person: User) -> Media | None:
    """What `person` chose as profile picture and does not show yet: it is being developed, or has failed."""
    chosen = Avatar.objects.filter(user=person).exclude(media__state=Media.State.READY)
    avatar = chosen.select_related("media").first()
    return avatar.media if avatar else None
