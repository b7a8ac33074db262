"""Posts of the API for one viewer from ready cards."""

from collections.abc import Iterable, Mapping, Sequence

import orjson

from accounts.querysets import Viewer
from accounts.ready import lower_counts, read_person
from accounts.standings import has_own_numbers
from photos.models import Post
from photos.querysets import PostQuerySet
from photos.ready.joining import author_part_for, counts_part, join_json
from photos.ready.reading import ReadyPost, ready_posts
from photos.representations import represent_posts
from photos.standings import NO_SURPLUS, post_standing, seen_by, surplus_counts


def posts_for(viewer: Viewer, found: Sequence[Post], *, by_link: bool = False) -> list[orjson.Fragment]:
    """`found`, published posts of which only id and audience need to be loaded, in its order.

    One query when their cards are ready. One's own posts tell their author more than others: they are made from the
    rows. As in `still_ready`, what has changed its audience since, or gone out of sight, is left out.
    `by_link`: the viewer had the link of each, so that unlisted ones may be shown.
    """
    audiences = {post.pk: post.audience for post in found}
    cards = ready_posts(audiences, "j")
    rows = _rows(viewer, cards, _published(viewer, by_link=by_link))
    shown = [card for card in cards.values() if card.audience == audiences[card.post_id]]
    return [
        _joined(viewer, card, rows[card.post_id])
        for card in shown
        if card.post_id in rows and rows[card.post_id].audience == card.audience
    ]


def _rows(viewer: Viewer, cards: Mapping[int, ReadyPost], published: PostQuerySet) -> dict[int, Post]:
    """Those of the posts that are `published` now, with what is the viewer's, and all of them if one is their own."""
    posts = published.filter(pk__in=cards)
    has_own = any(card.author_id == viewer.pk for card in cards.values())
    rows = posts.for_cards() if has_own else posts.only("id", "audience", "author")
    return {post.pk: post for post in seen_by(rows, viewer)} if cards else {}


def shown_likes(viewer: Viewer, posts: Sequence[ReadyPost]) -> dict[int, int | None]:
    """How many like each post, as `viewer` may read it; None where the author hides it.

    No query, but one for a viewer with numbers of their own.
    """
    surplus = surplus_counts(viewer.pk, [post.post_id for post in posts]) if has_own_numbers(viewer) else {}
    return {post.post_id: _shown(viewer, post, surplus.get(post.post_id, NO_SURPLUS).likes) for post in posts}


def still_ready(viewer: Viewer, found: Sequence[Post], kind: str, *, by_link: bool = False) -> list[ReadyPost]:
    """The ready cards of `found`, without posts that have changed their audience, or gone out of sight, since.

    `by_link`: as for `posts_for`.
    """
    audiences = {post.pk: post.audience for post in found}
    posts = still_listed(viewer, ready_posts(audiences, kind).values(), by_link=by_link)
    return [post for post in posts if post.audience == audiences[post.post_id]]


def still_listed(viewer: Viewer, posts: Iterable[ReadyPost], *, by_link: bool = False) -> list[ReadyPost]:
    """Those of the posts that `viewer` may find now, with the audience they have now. One query.

    A list asks the rule before it reads its cards, and a card may be newer than that answer: so it is asked again.
    """
    cards = list(posts)
    published = _published(viewer, by_link=by_link)
    ids = [card.post_id for card in cards]
    audiences = dict(published.filter(pk__in=ids).values_list("pk", "audience")) if ids else {}
    return [card for card in cards if audiences.get(card.post_id) == card.audience]


def _published(viewer: Viewer, *, by_link: bool) -> PostQuerySet:
    """What is published and `viewer` may find now, or see."""
    posts = Post.objects.visible_to(viewer) if by_link else Post.objects.listed_for(viewer)
    return posts.filter(state=Post.State.PUBLISHED)


def _joined(viewer: Viewer, card: ReadyPost, row: Post) -> orjson.Fragment:
    if card.author_id == viewer.pk:
        return orjson.Fragment(orjson.dumps(represent_posts([row], viewer)[0]))
    standing = post_standing(row, viewer)
    joined = join_json(
        card.body,
        author=author_part_for(lower_counts(card.person, standing.author), standing.author),
        counts=counts_part(
            _shown(viewer, card, standing.surplus.likes), max(0, card.comment_count - standing.surplus.comments)
        ),
        liked=standing.liked,
        saved=standing.saved,
        follows=None if viewer.is_anonymous else standing.follows,
    )
    return orjson.Fragment(joined)


def _shown(viewer: Viewer, card: ReadyPost, surplus: int) -> int | None:
    if card.author_id != viewer.pk and read_person(card.person).hides_counts:
        return None
    return max(0, card.like_count - surplus)
