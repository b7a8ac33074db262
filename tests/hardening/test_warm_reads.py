"""What a read costs Postgres once everything is ready: the same for one thing and three, and two queries at most."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.follows import follow_user
from accounts.services.restrictions import restrict_user
from core.models import new_id
from feeds.services.explore import refresh_explore
from photos.models import Comment, CommentVersion
from photos.services.collections import add_to_collection, create_collection
from photos.services.people import Placed, tag_person
from sharing.services.links import LinkWish, create_link
from tests.conftest import AsApp
from tests.factories import (
    make_album,
    make_close_friend,
    make_comment,
    make_comment_like,
    make_export,
    make_follow,
    make_like,
    make_media,
    make_mute,
    make_notification,
    make_post,
    make_push_subscription,
    make_upload,
    make_user,
)
from tests.hardening.routes import Route, all_routes
from tests.ready import lift_bars
from tests.sharing.stand_ins.placed import make_connection

# As boris reads what alma has, and what is his own. He has blocked somebody: his numbers are not the counters.
QUERIES = {
    "rest/v1/schema": 0,
    "rest/v1/users/<username:username>": 1,
    "rest/v1/users/<username:username>/followers": 1,
    "rest/v1/users/<username:username>/following": 1,
    "rest/v1/close-friends": 1,
    "rest/v1/restrictions": 1,
    "rest/v1/follow-requests": 1,
    "rest/v1/blocks": 1,
    "rest/v1/mutes": 1,
    "rest/v1/archive": 1,
    "rest/v1/instance": 0,
    "rest/v1/media/<id:media_id>": 1,
    "rest/v1/media/<id:media_id>/receipt": 1,
    "rest/v1/me": 2,
    "rest/v1/me/notifications": 2,
    "rest/v1/notifications": 2,
    "rest/v1/posts/<id:post_id>": 2,
    "rest/v1/posts/<id:post_id>/likes": 2,
    "rest/v1/posts/<id:post_id>/comments": 2,
    "rest/v1/posts/<id:post_id>/share-targets": 1,
    "rest/v1/share-links": 1,
    "rest/v1/comments/waiting": 1,
    "rest/v1/comments/<id:comment_id>": 2,
    "rest/v1/comments/<id:comment_id>/history": 2,
    "rest/v1/comments/<id:comment_id>/likes": 2,
    "rest/v1/tags/<tag:name>": 2,
    "rest/v1/tags/<tag:name>/posts": 2,
    "rest/v1/places/<place:slug>": 1,
    "rest/v1/places/<place:slug>/posts": 2,
    "rest/v1/trash": 1,
    "rest/v1/saved": 2,
    "rest/v1/me/tags": 2,
    "rest/v1/users/<username:username>/tagged": 2,
    "rest/v1/collections": 2,
    "rest/v1/collections/<id:collection_id>": 2,
    "rest/v1/albums": 2,
    "rest/v1/albums/<id:album_id>": 2,
    "rest/v1/albums/<id:album_id>/posts": 2,
    "rest/v1/users/<username:username>/albums": 2,
    "rest/v1/uploads/<id:upload_id>": 1,
    "rest/v1/feed": 2,
    "rest/v1/explore": 2,
    "rest/v1/suggestions": 2,
    "rest/v1/users/<username:username>/posts": 2,
    "rest/v1/exports/<id:export_id>": 1,
    "rest/v1/connections": 1,
    "rest/v1/connections/<id:connection_id>": 1,
    "rest/v1/push-subscriptions": 1,
    "rest/v1/push-subscriptions/<id:subscription_id>": 1,
}
SEARCHES = {
    **dict.fromkeys(("q=kiln", "q=kiln&sort=newest", "q=kiln&sort=top"), 9),
    "q=person&type=users": 6,
    "q=tag&type=tags": 5,
    "q=porto&type=places": 5,
}
# Files have rules of their own, and what they cost is bytes; so has searching, below. tests/sharing asks for links, and
# tests/sharing/api counts where posts are elsewhere, of which only their authors are told.
OTHERS = ("/original", ">/archive", ">/archive.zip", "/search", ">/share-links", "/cross-posts")


def reads() -> Iterator[Route]:
    for route in all_routes():
        if route.is_api and hasattr(route.view.cls, "get") and not route.pattern.endswith(OTHERS):  # type: ignore[attr-defined]
            yield route


def make_world(alma: User, boris: User, count: int) -> dict[str, str]:
    """`count` of everything that lists have; ids for every parameter of a route."""
    make_follow(boris, alma)
    for number in range(count):
        other = make_user(f"person{number}")
        for person in (alma, boris):
            make_follow(other, person)
            make_follow(person, other)
            for state in ("published", "trashed", "archived"):
                make_post(person, pictures=2, tags=("kiln", f"tag{number}"), state=state)
        make_like(other, make_post(other, tags=("kiln",)))
        make_mute(boris, make_user())
        follow_user(boris, make_user(is_private=True))
        restrict_user(boris, other)
        make_close_friend(boris, other)
        block_user(boris, make_user())
        make_notification(boris, alma, make_post(make_user()))
        shown = make_post(alma)
        for person in (alma, boris):
            tag_person(alma, shown, Placed(shown.media.get().pk, person.username, 0.5, 0.5))
        create_link(boris, make_post(boris), LinkWish())
        collected = create_collection(boris, f"Shelf {number}")
        add_to_collection(boris, collected.pk, make_post(alma, tags=("kiln",)).pk)
        make_post(other, location_name="Porto")
    for person in (boris, alma):
        posts = [make_post(person) for _ in range(count)]
        album, *_ = [make_album(person, *posts) for _ in range(count)]
    post, own = make_post(alma, tags=("kiln",)), make_post(boris, audience="only_me")
    for number in range(count):
        other = User.objects.get(username=f"person{number}")
        make_like(other, post)
        tag_person(alma, post, Placed(post.media.get().pk, other.username))
        comment = make_comment(alma, post)
        make_comment(alma, post, parent=comment)
        make_comment_like(other, comment)
        Comment.objects.create(id=new_id(), post=own, author=other, text="Before you", state="waiting")
        CommentVersion.objects.create(comment=comment, text="Before")
    refresh_explore()
    subscriptions = [make_push_subscription(boris) for _ in range(count)]
    connections = [make_connection(boris, remote_id=str(number)) for number in range(count)]
    return {
        "id:post_id": str(post.pk),
        "username": alma.username,
        "tag:name": "kiln",
        "place:slug": "porto",
        "collection_id": str(collected.pk),
        "album_id": str(album.pk),
        "media_id": str(make_media(boris).pk),
        "comment_id": str(comment.pk),
        "upload_id": str(make_upload(boris).pk),
        "export_id": str(make_export(boris).pk),
        "subscription_id": str(subscriptions[0].pk),
        "connection_id": str(connections[0].pk),
    }


def counted(client: Client, path: str) -> int:
    """The queries of a read, after others that noted the use of the token and made everything ready."""
    for _ in range(2):
        lift_bars()
        client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, f"{path}: {response.status_code}"
    return len(queries)


@pytest.mark.parametrize("count", [1, 3])
def test_read_takes_the_same_few_queries_however_much_there_is(
    as_app: AsApp, alma: User, boris: User, count: int
) -> None:
    values = make_world(alma, boris, count)
    client = as_app(boris)

    found = {route.pattern: counted(client, route.path(values)) for route in reads()}

    assert found == QUERIES


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_ones_own_takes_no_more(as_app: AsApp, alma: User, boris: User, count: int) -> None:
    """One's own posts are made from the rows: no card says as much of them."""
    values = make_world(alma, boris, count)
    post = make_post(boris, pictures=count, tags=("kiln",))
    add_to_collection(boris, int(values["collection_id"]), post.pk)
    finished = make_upload(boris, media=make_media(boris))
    client = as_app(boris)

    found = [
        counted(client, f"/rest/v1/{path}")
        for path in (
            *(f"posts/{post.pk}", "users/boris/posts", "tags/kiln/posts", "explore", f"uploads/{finished.pk}"),
            *("saved", f"saved?collection={values['collection_id']}"),
        )
    ]

    assert found == [2, 1, 2, 2, 2, 2, 2]


@pytest.mark.parametrize("count", [2, 4])
def test_searching_takes_the_same_however_much_is_found(as_app: AsApp, alma: User, boris: User, count: int) -> None:
    """A search is not kept ready; two of the queries set how long the others may take. Of fewer than five posts it also
    looks for what is nearly so.
    """
    make_world(alma, boris, count)
    client = as_app(boris)

    found = {asked: counted(client, f"/rest/v1/search?{asked}") for asked in SEARCHES}

    assert found == SEARCHES


@pytest.mark.parametrize("count", [1, 3])
def test_searching_a_list_takes_one_more(as_app: AsApp, alma: User, boris: User, count: int) -> None:
    make_world(alma, boris, count)
    lists = ("users/alma/followers", "users/alma/following", "close-friends", "restrictions")

    found = [counted(as_app(boris), f"/rest/v1/{name}?q=person") for name in lists]

    assert found == [2, 2, 2, 2]
