"""Reading who is in pictures; `PersonTagQuerySet.visible_to` is in every query."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.querysets import Viewer
from accounts.representations import represent_user
from accounts.standings import standing_in, with_standing
from core.paging import Page, page_by_id
from photos.models import PersonTag, Post
from photos.querysets import PostQuerySet

STATES = ("shown", "waiting")


def people_in(viewer: Viewer, post: Post) -> list[PersonTag]:
    """Who is in the pictures of a post that `viewer` may see, in the order they were tagged. One query."""
    tags = PersonTag.objects.visible_to(viewer).filter(post=post.pk).select_related("person")
    return list(with_standing(tags, viewer, person="person").order_by("pk"))


def represent_people(viewer: Viewer, tags: Sequence[PersonTag]) -> list[dict[str, Any]]:
    """Of tags as `people_in` loads them. No query."""
    return [
        {
            "media_id": str(tag.media_id),
            "user": represent_user(tag.person, viewer, standing_in(tag, viewer, tag.person_id)),
            "x": tag.x,
            "y": tag.y,
            "state": tag.state,
        }
        for tag in tags
    ]


def posts_with(viewer: Viewer, person_id: Any) -> PostQuerySet:
    """Published posts that `viewer` may find, in which the person is shown to be, as the profile has them.

    `person_id` may be an expression.
    """
    tags = PersonTag.objects.on_profiles_for(viewer).filter(post=OuterRef("pk"), person=person_id)
    return Post.objects.offered_to(viewer).filter(Exists(tags), state=Post.State.PUBLISHED).without_muted_by(viewer)


def tags_of_me_page(person: User, state: str, *, cursor: str, limit: int) -> Page[Post]:
    """Posts that say so of `person`, newest first, with id and audience; by their links, too, and of muted people.

    One query.
    """
    tags = PersonTag.objects.visible_to(person).filter(post=OuterRef("pk"), person=person.pk, state=state)
    posts = Post.objects.visible_to(person).filter(Exists(tags), state=Post.State.PUBLISHED)
    return page_by_id(posts.only("id", "audience"), kind=f"tags-{state}", cursor=cursor, limit=limit)
