"""Posts of the API for one viewer from ready cards."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import orjson

from accounts.counts import close_friend_owners, has_own_numbers, hidden_follows
from accounts.querysets import Viewer
from accounts.ready import lower_counts, read_person
from accounts.selectors import Relationship, relationships
from photos.counts import surplus_likes
from photos.models import Post
from photos.ready.joining import author_part_for, counts_part, join_json, viewer_part
from photos.ready.reading import ReadyPost, ready_posts
from photos.representations import represent_posts
from photos.selectors import liked_posts


def posts_for(viewer: Viewer, found: Sequence[Post]) -> list[orjson.Fragment]:
    """`found`, published posts of which only id and audience need to be loaded, in its order.

    Eleven queries at most, and those of the counts. One's own posts tell their author more than others, and are made
    from the rows.
    """
    posts = still_ready(viewer, found, "j")
    own = _own(viewer, [post.post_id for post in posts if post.author_id == viewer.pk])
    liked = liked_posts(viewer, [post.post_id for post in posts])
    known = relationships(viewer, {post.author_id for post in posts})
    likes, people, close = shown_likes(viewer, posts), shown_people(viewer, posts), _close(viewer, posts)
    return [
        own.get(post.post_id)
        or _joined(
            replace(post, person=people[post.author_id]),
            known.get(post.author_id),
            likes=likes[post.post_id],
            liked=post.post_id in liked,
            close=post.author_id in close,
        )
        for post in posts
    ]


def shown_likes(viewer: Viewer, posts: Sequence[ReadyPost]) -> dict[int, int | None]:
    """How many like each post, as `viewer` may read it; None where the author hides it.

    No query, but three for a viewer with numbers of their own.
    """
    surplus = surplus_likes(viewer.pk, [post.post_id for post in posts]) if has_own_numbers(viewer) else {}
    return {
        post.post_id: None
        if post.author_id != viewer.pk and read_person(post.person).hides_counts
        else max(0, post.like_count - surplus.get(post.post_id, 0))
        for post in posts
    }


def shown_people(viewer: Viewer, posts: Sequence[ReadyPost]) -> dict[int, bytes]:
    """The facts of each author with the numbers that `viewer` may read. No query, but three for one with own ones."""
    people = {post.author_id: post.person for post in posts}
    if not has_own_numbers(viewer):
        return people
    hidden = hidden_follows(viewer.pk, list(people))
    return {
        pk: lower_counts(facts, followers=hidden.followers.get(pk, 0), following=hidden.following.get(pk, 0))
        for pk, facts in people.items()
    }


def _close(viewer: Viewer, posts: Sequence[ReadyPost]) -> set[int]:
    """The authors whose close friend `viewer` is, as far as it makes a difference."""
    authors = {post.author_id for post in posts if read_person(post.person).close_friend_posts}
    return close_friend_owners(viewer, authors)


def still_ready(viewer: Viewer, found: Sequence[Post], kind: str) -> list[ReadyPost]:
    """The ready cards of `found`, without posts that have changed their audience, or gone out of sight, since."""
    audiences = {post.pk: post.audience for post in found}
    posts = still_listed(viewer, ready_posts(audiences, kind).values())
    return [post for post in posts if post.audience == audiences[post.post_id]]


def still_listed(viewer: Viewer, posts: Iterable[ReadyPost]) -> list[ReadyPost]:
    """Those of the posts that `viewer` may find now, with the audience they have now. One query.

    A list asks the rule before it reads its cards, and a card may be newer than that answer: so it is asked again.
    """
    cards = list(posts)
    published = Post.objects.listed_for(viewer).filter(state=Post.State.PUBLISHED)
    ids = [card.post_id for card in cards]
    audiences = dict(published.filter(pk__in=ids).values_list("pk", "audience")) if ids else {}
    return [card for card in cards if audiences.get(card.post_id) == card.audience]


def _own(viewer: Viewer, post_ids: Sequence[int]) -> dict[int, orjson.Fragment]:
    posts = list(Post.objects.filter(pk__in=post_ids, author=viewer.pk).for_cards()) if post_ids else []
    return {
        post.pk: orjson.Fragment(orjson.dumps(data))
        for post, data in zip(posts, represent_posts(posts, viewer), strict=True)
    }


def _joined(
    post: ReadyPost, relationship: Relationship | None, *, likes: int | None, liked: bool, close: bool
) -> orjson.Fragment:
    joined = join_json(
        post.body,
        author=author_part_for(post.person, relationship, close=close),
        counts=counts_part(likes, post.comment_count),
        viewer=viewer_part(liked=liked),
    )
    return orjson.Fragment(joined)
