"""Walls of pictures: the tiles of many posts, ready-made and the same for everybody."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.querysets import Viewer
from photos.cards import tile_cards
from photos.models import Post
from photos.ready.joining import join_html, tile_slots
from photos.ready.reading import ReadyPost, ready_posts
from photos.ready.viewing import shown_likes, still_listed, still_ready

NEAR_THE_TOP = 6  # tiles that are fetched at once


def public_tiles(viewer: Viewer, post_ids: Sequence[int], *, eager: bool = False) -> list[SafeString]:
    """The tiles of those of these posts that are for everybody and that `viewer` may find, in their order.

    `eager`: this is the top of a page, where the first pictures are in view.
    """
    posts = still_listed(viewer, ready_posts(post_ids, "w").values())
    return _filled(viewer, [post for post in posts if post.audience == Post.Audience.PUBLIC], eager=eager)


def found_tiles(
    viewer: Viewer, posts: Sequence[Post], *, eager: bool = False, by_link: bool = False
) -> list[SafeString]:
    """The tiles of published posts found with the audience rule; only their id and audience need to be loaded.

    `by_link`: the viewer had the link of each, so that unlisted ones may be shown.
    """
    return _filled(viewer, still_ready(viewer, posts, "w", by_link=by_link), eager=eager)


def grid_tiles(viewer: Viewer, posts: Sequence[Post], *, own: bool, square: bool, eager: bool) -> list[SafeString]:
    """The tiles of one author's posts, found with the audience rule; only their id and audience need to be loaded.

    One's `own` are loaded for cards: they may not be published yet.
    """
    if not own:
        return _filled(viewer, still_ready(viewer, posts, "t" if square else "w"), eager=eager)
    tiles = [{"tile": tile, "square": square} for tile in tile_cards(posts)]
    return [
        render_to_string("components/_tile.html", tile | {"eager": eager and place < NEAR_THE_TOP})
        for place, tile in enumerate(tiles)
    ]


def _filled(viewer: Viewer, posts: Sequence[ReadyPost], *, eager: bool) -> list[SafeString]:
    likes = shown_likes(viewer, posts)
    return [
        mark_safe(  # noqa: S308  made from our template
            join_html(post.body, tile_slots(likes[post.post_id], eager=eager and place < NEAR_THE_TOP)).decode()
        )
        for place, post in enumerate(posts)
    ]
