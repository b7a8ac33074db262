"""Every address with an id or a name in it, asked by somebody else: as if it were missing, and nothing changes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from accounts.models import (
    AccessToken,
    App,
    AppPermission,
    Block,
    CloseFriend,
    Device,
    DismissedSuggestion,
    Follow,
    Invitation,
    Mute,
    Restriction,
    User,
)
from accounts.services.apps import permit, register_app
from accounts.services.invitations import make_invitation
from accounts.services.tokens import create_token
from core.ids import to_code
from core.models import new_id
from exports.models import Export
from exports.services.albums import album_archive
from moderation.models import Appeal, Case, Report
from notifications.models import PushSubscription
from photos.models import (
    Album,
    AlbumItem,
    Collection,
    CollectionItem,
    Comment,
    CommentLike,
    Like,
    Media,
    PersonTag,
    Post,
    Save,
    TagFollow,
    Upload,
)
from photos.services.collections import add_to_collection, create_collection
from sharing.models import Connection, CrossPost, ShareLink
from sharing.services.links import LinkWish, create_link
from tests.conftest import AsApp, AsUser
from tests.factories import (
    make_album,
    make_block,
    make_comment,
    make_device,
    make_export,
    make_media,
    make_passkey,
    make_post,
    make_push_subscription,
    make_upload,
    make_user,
)
from tests.moderation.making import make_decision
from tests.privacy.answers import comparable, status_of
from tests.privacy.world import write_file
from tests.push_service import PRIVATE_KEY
from tests.sharing.stand_ins.placed import make_connection, make_cross_post

JSON = "application/json"
RELATIONS: tuple[type[Model], ...] = (Block, Mute, Restriction, CloseFriend, DismissedSuggestion)

# Route, method and body. {post} and {media} are alma's and for her alone, {trashed} is in her trash, {free} in no post.
THINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("p/{code}/", "GET", {}),
    ("p/{code}/status/", "GET", {}),
    ("p/{code}/menu/", "GET", {}),
    ("p/{code}/why/", "GET", {}),
    ("p/{code}/likes/", "GET", {}),
    ("p/{code}/alt/", "GET", {}),
    ("p/{code}/alt/", "POST", {"alt": "x"}),
    ("p/{code}/edit/", "GET", {}),
    ("p/{code}/edit/", "POST", {"title": "x", "audience": "public"}),
    ("p/{code}/like/", "POST", {"on": "1"}),
    ("p/{code}/like/", "POST", {"on": "0"}),
    ("p/{code}/save/", "POST", {"on": "1"}),
    ("p/{code}/save/", "POST", {"on": "0"}),
    ("p/{code}/collections/", "GET", {}),
    ("p/{code}/collections/", "POST", {"new_name": "Dark"}),
    ("p/{code}/albums/", "GET", {}),
    ("p/{code}/albums/", "POST", {"new_name": "Dark"}),
    ("p/{code}/people/", "GET", {}),
    ("p/{code}/people/", "POST", {"picture": "1", "remove": "1"}),
    ("p/{code}/people/me/", "POST", {"answer": "leave"}),
    ("p/{code}/delete/", "GET", {}),
    ("p/{code}/delete/", "POST", {}),
    ("p/{code}/comments/", "GET", {}),
    ("p/{code}/comments/", "POST", {"text": "x"}),
    ("p/{code}/comments/{comment_code}/", "GET", {}),
    ("p/{code}/comments/{comment_code}/menu/", "GET", {}),
    ("p/{code}/comments/{comment_code}/likes/", "GET", {}),
    ("p/{code}/comments/{comment_code}/history/", "GET", {}),
    ("p/{code}/comments/{comment_code}/reply/", "GET", {}),
    ("p/{code}/comments/{comment_code}/reply/", "POST", {"text": "x"}),
    ("p/{code}/comments/{comment_code}/edit/", "GET", {}),
    ("p/{code}/comments/{comment_code}/edit/", "POST", {"text": "x"}),
    ("p/{code}/comments/{comment_code}/delete/", "GET", {}),
    ("p/{code}/comments/{comment_code}/delete/", "POST", {}),
    ("p/{code}/comments/{comment_code}/like/", "POST", {"on": "1"}),
    ("p/{code}/comments/{comment_code}/like/", "POST", {"on": "0"}),
    ("p/{code}/comments/{comment_code}/pin/", "POST", {"on": "1"}),
    ("p/{code}/comments/{comment_code}/pin/", "POST", {"on": "0"}),
    ("p/{code}/comments/{waiting_code}/approve/", "POST", {"on": "1"}),
    ("p/{code}/comments/{waiting_code}/approve/", "POST", {"on": "0"}),
    ("p/{code}/archive/", "POST", {"on": "1"}),
    ("p/{code}/archive/", "POST", {"on": "0"}),
    ("p/{trashed_code}/restore/", "POST", {}),
    ("p/{code}/retry/", "POST", {}),
    ("p/{code}/original/{media}/", "GET", {}),
    ("p/{code}/thumb/{media}/", "GET", {}),
    ("p/{code}/develop/{media}/", "GET", {}),
    ("p/{code}/develop/{media}/", "POST", {"reset": "1"}),
    ("p/{code}/receipt/{media}/", "GET", {}),
    ("p/{code}/report/", "GET", {}),
    ("comments/{comment_code}/report/", "GET", {}),
    ("notices/{notice_code}/", "GET", {}),
    ("notices/{notice_code}/appeal/", "POST", {"text": "A mistake."}),
    ("p/{code}/receipt/{media}.json", "GET", {}),
    ("p/{code}/share/", "GET", {}),
    ("p/{code}/links/", "GET", {}),
    ("p/{code}/links/", "POST", {"ends": "7"}),
    ("albums/{album_code}/share/", "GET", {}),
    ("albums/{album_code}/links/", "GET", {}),
    ("albums/{album_code}/links/", "POST", {"ends": "7"}),
    ("settings/links/{link_code}/revoke/", "POST", {}),
    ("settings/links/{link_code}/qr.{svg}", "GET", {}),
    ("saved/{collection_code}/", "GET", {}),
    ("saved/{collection_code}/edit/", "GET", {}),
    ("saved/{collection_code}/edit/", "POST", {"name": "x"}),
    ("saved/{collection_code}/delete/", "GET", {}),
    ("saved/{collection_code}/delete/", "POST", {}),
    ("albums/{album_code}/", "GET", {}),
    ("albums/{album_code}/edit/", "GET", {}),
    ("albums/{album_code}/edit/", "POST", {"title": "x", "audience": "public"}),
    ("albums/{album_code}/delete/", "GET", {}),
    ("albums/{album_code}/delete/", "POST", {}),
    ("albums/{album_code}/add/", "GET", {}),
    ("albums/{album_code}/add/", "POST", {"all": "1"}),
    ("albums/{album_code}/arrange/", "GET", {}),
    ("albums/{album_code}/arrange/", "POST", {}),
    ("albums/{album_code}/archive/", "GET", {}),
    ("albums/{album_code}/archive/", "POST", {}),
    ("albums/{album_code}/archive.zip", "GET", {}),
    ("settings/security/passkeys/{passkey}/rename/", "GET", {}),
    ("settings/security/passkeys/{passkey}/rename/", "POST", {"name": "x"}),
    ("settings/security/passkeys/{passkey}/remove/", "GET", {}),
    ("settings/security/passkeys/{passkey}/remove/", "POST", {}),
    ("settings/sessions/{device_code}/end/", "POST", {}),
    ("settings/tokens/{token_code}/revoke/", "POST", {}),
    ("settings/apps/{app_code}/delete/", "POST", {}),
    ("settings/apps/allowed/{permission_code}/end/", "POST", {}),
    ("settings/invitations/{invitation_code}/revoke/", "POST", {}),
    ("settings/data/export/{export}.zip", "GET", {}),
    ("settings/data/export/{export}/cancel/", "POST", {}),
    ("settings/notifications/devices/{subscription}/", "GET", {}),
    ("settings/notifications/devices/{subscription}/", "POST", {"name": "x"}),
    ("settings/notifications/devices/{subscription}/remove/", "POST", {}),
    ("settings/notifications/devices/{subscription}/trial/", "POST", {}),
    ("settings/networks/{connection_code}/change/", "POST", {"automatic": "1"}),
    ("settings/networks/{connection_code}/disconnect/", "POST", {}),
    ("p/{code}/networks/", "GET", {}),
    ("p/{code}/networks/", "POST", {"connection": "1"}),
    ("p/{shown_code}/networks/{cross_post_code}/retry/", "POST", {}),
    ("rest/v1/connections/{connection}", "GET", {}),
    ("rest/v1/connections/{connection}", "PATCH", {"automatic": True}),
    ("rest/v1/connections/{connection}", "DELETE", {}),
    ("rest/v1/posts/{post}/cross-posts", "GET", {}),
    ("rest/v1/posts/{shown}/cross-posts/{cross_post}/retry", "POST", {}),
    ("rest/v1/push-subscriptions/{subscription}", "GET", {}),
    ("rest/v1/push-subscriptions/{subscription}", "PATCH", {"name": "x"}),
    ("rest/v1/push-subscriptions/{subscription}", "DELETE", {}),
    ("rest/v1/push-subscriptions/{subscription}/trial", "POST", {}),
    ("rest/v1/exports/{export}", "GET", {}),
    ("rest/v1/exports/{export}", "DELETE", {}),
    ("rest/v1/exports/{export}/archive", "GET", {}),
    ("rest/v1/media/{media}", "GET", {}),
    ("rest/v1/media/{media}", "PATCH", {"alt_text": "x"}),
    ("rest/v1/media/{free}", "DELETE", {}),
    ("rest/v1/media/{media}/original", "GET", {}),
    ("rest/v1/media/{media}/receipt", "GET", {}),
    ("rest/v1/media/{media}", "PATCH", {"recipe": {"rotate": 90}}),
    ("rest/v1/uploads/{upload}", "GET", {}),
    ("rest/v1/uploads/{upload}", "HEAD", {}),
    ("rest/v1/uploads/{upload}", "DELETE", {}),
    ("rest/v1/uploads/direct/{direct}/finish", "POST", {}),
    ("rest/v1/posts/{post}", "GET", {}),
    ("rest/v1/posts/{post}", "PATCH", {"title": "x"}),
    ("rest/v1/posts/{post}", "DELETE", {}),
    ("rest/v1/posts/{post}/share-links", "GET", {}),
    ("rest/v1/posts/{post}/share-links", "POST", {"alias": "kiln-2026"}),
    ("rest/v1/posts/{post}/share-targets", "GET", {}),
    ("rest/v1/albums/{album}/share-links", "GET", {}),
    ("rest/v1/albums/{album}/share-links", "POST", {"alias": "kiln-2026"}),
    ("rest/v1/share-links/{link}", "DELETE", {}),
    ("rest/v1/posts/{post}/archive", "PUT", {}),
    ("rest/v1/posts/{post}/archive", "DELETE", {}),
    ("rest/v1/posts/{trashed}/restore", "POST", {}),
    ("rest/v1/posts/{post}/like", "PUT", {}),
    ("rest/v1/posts/{post}/like", "DELETE", {}),
    ("rest/v1/posts/{post}/likes", "GET", {}),
    ("rest/v1/posts/{post}/comments", "GET", {}),
    ("rest/v1/posts/{post}/comments", "POST", {"text": "x"}),
    ("rest/v1/comments/{comment}", "GET", {}),
    ("rest/v1/comments/{comment}", "PATCH", {"text": "x"}),
    ("rest/v1/comments/{comment}", "DELETE", {}),
    ("rest/v1/comments/{comment}/history", "GET", {}),
    ("rest/v1/comments/{comment}/like", "PUT", {}),
    ("rest/v1/comments/{comment}/like", "DELETE", {}),
    ("rest/v1/comments/{comment}/likes", "GET", {}),
    ("rest/v1/comments/{comment}/pin", "PUT", {}),
    ("rest/v1/comments/{comment}/pin", "DELETE", {}),
    ("rest/v1/comments/{waiting}/approval", "PUT", {}),
    ("rest/v1/comments/{waiting}/approval", "DELETE", {}),
    ("rest/v1/posts/{post}/people/{self}", "DELETE", {}),
    ("rest/v1/posts/{post}/people/{self}/approval", "PUT", {}),
    ("rest/v1/posts/{post}/people/{self}/approval", "DELETE", {}),
    ("rest/v1/posts/{post}/save", "PUT", {}),
    ("rest/v1/posts/{post}/save", "DELETE", {}),
    ("rest/v1/collections/{collection}", "GET", {}),
    ("rest/v1/collections/{collection}", "PATCH", {"name": "x"}),
    ("rest/v1/collections/{collection}", "DELETE", {}),
    ("rest/v1/collections/{collection}/posts/{post}", "PUT", {}),
    ("rest/v1/collections/{collection}/posts/{post}", "DELETE", {}),
    ("rest/v1/albums/{album}", "GET", {}),
    ("rest/v1/albums/{album}", "PATCH", {"title": "x"}),
    ("rest/v1/albums/{album}", "DELETE", {}),
    ("rest/v1/albums/{album}/posts", "GET", {}),
    ("rest/v1/albums/{album}/posts", "POST", {"posts": []}),
    ("rest/v1/albums/{album}/posts", "PUT", {"posts": []}),
    ("rest/v1/albums/{album}/posts/{post}", "PUT", {}),
    ("rest/v1/albums/{album}/posts/{post}", "DELETE", {}),
    ("rest/v1/albums/{album}/archive", "GET", {}),
    ("rest/v1/albums/{album}/archive", "POST", {}),
    ("rest/v1/albums/{album}/archive.zip", "GET", {}),
]

# The same for addresses of a tag that only posts of alma have, which are for her alone.
# What somebody else may not report, as they do not see it, and nobody reports of their own.
REPORTS: list[tuple[str, str, dict[str, Any]]] = [
    ("p/{code}/report/", "POST", {"category": "spam"}),
    ("rest/v1/posts/{post}/report", "POST", {"category": "spam"}),
    ("comments/{comment_code}/report/", "POST", {"category": "spam"}),
    ("rest/v1/comments/{comment}/report", "POST", {"category": "spam"}),
]

TAGS: list[tuple[str, str, dict[str, Any]]] = [
    ("tags/{tag}/", "GET", {}),
    ("tags/{tag}/follow/", "POST", {"on": "1"}),
    ("tags/{tag}/follow/", "POST", {"on": "0"}),
    ("rest/v1/tags/{tag}", "GET", {}),
    ("rest/v1/tags/{tag}/posts", "GET", {}),
    ("rest/v1/tags/{tag}/follow", "PUT", {}),
    ("rest/v1/tags/{tag}/follow", "DELETE", {}),
]
PLACES: list[tuple[str, str, dict[str, Any]]] = [
    ("places/{tag}/", "GET", {}),
    ("rest/v1/places/{tag}", "GET", {}),
    ("rest/v1/places/{tag}/posts", "GET", {}),
]

# The same for addresses of a person: alma has blocked the one who asks.
PEOPLE: list[tuple[str, str, dict[str, Any]]] = [
    ("@{name}/", "GET", {}),
    ("@{name}/feed.atom", "GET", {}),
    ("@{name}/followers/", "GET", {}),
    ("@{name}/following/", "GET", {}),
    ("@{name}/follow/", "POST", {"on": "1"}),
    ("@{name}/follow/", "POST", {"on": "0"}),
    ("@{name}/remove-follower/", "POST", {}),
    ("@{name}/block/", "GET", {}),
    ("@{name}/block/", "POST", {"on": "1"}),
    ("@{name}/mute/", "GET", {}),
    ("@{name}/mute/", "POST", {"scope": "everything", "seconds": "3600"}),
    ("@{name}/mute/", "POST", {"on": "0"}),
    ("@{name}/restrict/", "GET", {}),
    ("@{name}/restrict/", "POST", {"on": "1"}),
    ("@{name}/restrict/", "POST", {"on": "0"}),
    ("@{name}/close-friend/", "POST", {"on": "1"}),
    ("@{name}/close-friend/", "POST", {"on": "0"}),
    ("@{name}/dismiss/", "POST", {}),
    ("@{name}/menu/", "GET", {}),
    ("@{name}/report/", "GET", {}),
    ("@{name}/report/", "POST", {"category": "spam"}),
    ("activity/requests/{name}/", "POST", {"accept": "1"}),
    ("activity/requests/{name}/", "POST", {"accept": "0"}),
    ("rest/v1/users/{name}", "GET", {}),
    ("rest/v1/users/{name}/posts", "GET", {}),
    ("rest/v1/users/{name}/report", "POST", {"category": "spam"}),
    ("@{name}/tagged/", "GET", {}),
    ("rest/v1/users/{name}/tagged", "GET", {}),
    ("@{name}/albums/", "GET", {}),
    ("rest/v1/users/{name}/albums", "GET", {}),
    ("rest/v1/users/{name}/followers", "GET", {}),
    ("rest/v1/users/{name}/following", "GET", {}),
    ("rest/v1/users/{name}/follow", "PUT", {}),
    ("rest/v1/users/{name}/follow", "DELETE", {}),
    ("rest/v1/users/{name}/block", "PUT", {}),
    ("rest/v1/users/{name}/block", "DELETE", {}),
    ("rest/v1/users/{name}/mute", "PUT", {}),
    ("rest/v1/users/{name}/mute", "DELETE", {}),
    ("rest/v1/users/{name}/restrict", "PUT", {}),
    ("rest/v1/users/{name}/restrict", "DELETE", {}),
    ("rest/v1/close-friends/{name}", "PUT", {}),
    ("rest/v1/close-friends/{name}", "DELETE", {}),
    ("rest/v1/suggestions/{name}", "DELETE", {}),
    ("rest/v1/followers/{name}", "DELETE", {}),
    ("rest/v1/follow-requests/{name}", "PUT", {}),
    ("rest/v1/follow-requests/{name}", "DELETE", {}),
]

# Signed addresses, those in mails about decisions, links to reset a password or to stop a mail, share links and
# receipts carry their own permission; previews, sitemaps and the docs are for everybody; the admin site is for staff.
OTHERWISE = (
    *("admin/", "media/", "static/", "^password/reset/", "deleted/", "notices/open/", "sitemap-", "docs/"),
    *("s/", "p/<code:post_id>/embed/", "p/<code:post_id>/preview", "p/<code:post_id>/qr", "albums/<code:album_id>/qr"),
    "unsubscribe/",
    "announcements/",
    "settings/networks/<slug:network>/",  # names of networks
)


MODELS: tuple[type[Model], ...] = (
    App,
    AppPermission,
    Post,
    Media,
    Upload,
    Like,
    Comment,
    CommentLike,
    PersonTag,
    Save,
    Collection,
    CollectionItem,
    Album,
    AlbumItem,
    Follow,
    TagFollow,
    *RELATIONS,
    Invitation,
    Authenticator,
    Export,
    Case,
    Report,
    Appeal,
    PushSubscription,
    ShareLink,
    Connection,
    CrossPost,
)


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def shape(route: str) -> str:
    return re.sub(r"\{.*?\}|<.*?>", "*", route).rstrip("/")


def rows() -> list[list[Any]]:
    """All that any of these calls could change."""
    volatile = {"last_seen_at", "last_login"}
    people = [{k: v for k, v in row.items() if k not in volatile} for row in User.objects.order_by("pk").values()]
    return [
        people,
        *[list(model._default_manager.order_by("pk").values()) for model in MODELS],
        list(AccessToken.objects.filter(user__username="alma").order_by("pk").values("pk", "revoked_at")),
        list(Device.objects.filter(user__username="alma").order_by("pk").values("pk", "session")),
    ]


def ask(as_user: AsUser, as_app: AsApp, person: User, method: str, path: str, body: dict[str, Any]) -> Any:
    """The answer of the API, or of the page with redirects not followed."""
    if path.startswith("rest/"):
        return as_app(person, "read", "write", "follow", "push").generic(
            method, f"/{path}", _json(body), JSON, headers={"Tus-Resumable": "1.0.0"}
        )
    client = as_user(person)
    return client.get(f"/{path}") if method == "GET" else client.post(f"/{path}", body)


def _json(body: dict[str, Any]) -> bytes:
    return Client()._encode_json(body, JSON).encode() if body else b""  # type: ignore[attr-defined]


def test_every_address_with_an_id_or_a_name_is_asked_by_two_people_below() -> None:
    wild = {
        shape(route)
        for route in routes(get_resolver().url_patterns)
        if "<" in route and not route.startswith(OTHERWISE)
    }

    assert wild == {shape(route) for route, _, _ in [*THINGS, *REPORTS, *TAGS, *PLACES, *PEOPLE]}


@pytest.fixture
def push(settings: Settings) -> None:
    """The site sends to devices, and to other networks."""
    settings.VAPID_PRIVATE_KEY = PRIVATE_KEY
    settings.CONNECTORS = {"mastodon": ("", "")}


@pytest.fixture
def things(alma: User) -> dict[str, str]:
    """What is alma's alone, under the names used in THINGS."""
    post, trashed = make_post(alma, audience="only_me"), make_post(alma, audience="only_me", state="trashed")
    media, free = post.media.get(), make_media(alma)
    comment = make_comment(alma, post)
    waiting = Comment.objects.create(id=new_id(), post=post, author=make_user(), text="x", state="waiting")
    for copy in media.copies.all():
        write_file(copy.storage, media.original_key, media.bytes)
    upload, direct = make_upload(alma), make_upload(alma, way="direct", state="finished", media=free)
    app, _ = register_app(name="Kiln", redirect_uris=["app:/done"], scopes=["read"], owner=alma)
    permit(alma, app, ["read"])
    shelf = create_collection(alma, "Light")
    add_to_collection(alma, shelf.pk, post.pk)
    album = make_album(alma, post, audience="only_me")
    link = create_link(alma, post, LinkWish())
    shown, connection = make_post(alma), make_connection(alma)
    cross_post = make_cross_post(shown, connection, state="failed")
    make_export(alma, album=album, wanted=album_archive(alma, album.pk).wanted)
    return {
        "self": "alma",
        "svg": "svg",
        "album_code": to_code(album.pk),
        "album": str(album.pk),
        "link_code": to_code(link.pk),
        "link": str(link.pk),
        "shown": str(shown.pk),
        "shown_code": to_code(shown.pk),
        "connection": str(connection.pk),
        "connection_code": to_code(connection.pk),
        "cross_post": str(cross_post.pk),
        "cross_post_code": to_code(cross_post.pk),
        "collection_code": to_code(shelf.pk),
        "collection": str(shelf.pk),
        "app_code": to_code(app.pk),
        "permission_code": to_code(AppPermission.objects.get(user=alma).pk),
        "code": to_code(post.pk),
        "trashed_code": to_code(trashed.pk),
        "post": str(post.pk),
        "trashed": str(trashed.pk),
        "media": str(media.pk),
        "comment": str(comment.pk),
        "waiting": str(waiting.pk),
        "free": str(free.pk),
        "upload": str(upload.pk),
        "direct": str(direct.pk),
        "export": str(make_export(alma).pk),
        "subscription": str(make_push_subscription(alma).pk),
        "passkey": str(make_passkey(alma).pk),
        "device_code": to_code(make_device(alma).pk),
        "token_code": to_code(create_token(alma, scopes=["read"])[0].pk),
        "invitation_code": to_code(make_invitation(alma, anybody=True)[0].pk),
        "comment_code": to_code(comment.pk),
        "waiting_code": to_code(waiting.pk),
        "notice_code": to_code(make_decision(alma).pk),
    }


def missing_things(alma: User) -> dict[str, str]:
    names = (
        *("post", "trashed", "media", "free", "upload", "direct", "passkey", "export", "comment", "waiting"),
        *("subscription", "collection", "album", "link", "connection", "cross_post", "shown"),
    )
    numbers = {name: new_id(alma.pk) for name in names}
    others = (
        *("device_code", "token_code", "invitation_code", "app_code", "permission_code", "notice_code"),
        *("collection_code", "album_code", "link_code"),
    )
    codes = {
        "self": "alma",
        "svg": "svg",
        "code": to_code(numbers["post"]),
        "trashed_code": to_code(numbers["trashed"]),
    }
    coded = ("comment", "waiting", "connection", "cross_post", "shown")
    codes |= {f"{name}_code": to_code(numbers[name]) for name in coded}
    codes |= {name: to_code(new_id(alma.pk)) for name in others}
    return {**codes, **{name: str(number) for name, number in numbers.items()}}


@pytest.mark.parametrize(("route", "method", "body"), [*THINGS, *REPORTS])
def test_thing_of_somebody_else_is_missing_and_stays_as_it_is(
    as_user: AsUser,
    as_app: AsApp,
    alma: User,
    boris: User,
    things: dict[str, str],
    route: str,
    method: str,
    body: dict[str, Any],
) -> None:
    before = rows()

    hidden = ask(as_user, as_app, boris, method, route.format(**things), body)
    missing = ask(as_user, as_app, boris, method, route.format(**missing_things(alma)), body)

    assert hidden.status_code == 404
    assert comparable(hidden) == comparable(missing)
    assert rows() == before


@pytest.mark.usefixtures("push")
@pytest.mark.parametrize(("route", "method", "body"), THINGS)
def test_thing_of_ones_own_is_there(
    as_user: AsUser, as_app: AsApp, alma: User, things: dict[str, str], route: str, method: str, body: dict[str, Any]
) -> None:
    assert status_of(ask(as_user, as_app, alma, method, route.format(**things), body)) < 400


@pytest.mark.parametrize(("route", "method", "body"), [*TAGS, *PLACES])
def test_tag_or_place_of_hidden_posts_alone_is_missing_and_is_not_followed(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User, route: str, method: str, body: dict[str, Any]
) -> None:
    for hidden_how in ({"audience": "only_me"}, {"audience": "unlisted"}, {"state": "trashed"}):
        make_post(alma, tags=("kiln",), location_name="Kiln", **hidden_how)  # type: ignore[arg-type]
    before = rows()

    hidden = ask(as_user, as_app, boris, method, route.format(tag="kiln"), body)
    missing = ask(as_user, as_app, boris, method, route.format(tag="never"), body)

    assert hidden.status_code == 404
    assert comparable(hidden, "kiln") == comparable(missing, "never")
    assert rows() == before


@pytest.mark.parametrize(("route", "method", "body"), [*TAGS, *PLACES])
def test_tag_or_place_of_ones_own_hidden_posts_is_there(
    as_user: AsUser, as_app: AsApp, alma: User, route: str, method: str, body: dict[str, Any]
) -> None:
    make_post(alma, tags=("kiln",), location_name="Kiln", audience="only_me")

    assert status_of(ask(as_user, as_app, alma, method, route.format(tag="kiln"), body)) < 400


@pytest.mark.parametrize(("route", "method", "body"), PEOPLE)
def test_person_who_blocked_the_asker_is_missing_and_nothing_changes(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User, route: str, method: str, body: dict[str, Any]
) -> None:
    make_block(alma, boris)
    Follow.objects.create(id=new_id(alma.pk), follower=alma, followee=boris, state="requested")
    before = rows()

    hidden = ask(as_user, as_app, boris, method, route.format(name="alma"), body)
    missing = ask(as_user, as_app, boris, method, route.format(name="nobody"), body)

    assert hidden.status_code == 404
    assert comparable(hidden) == comparable(missing)
    assert rows() == before


@pytest.mark.parametrize(("route", "method", "body"), PEOPLE)
def test_person_who_did_not_block_the_asker_is_there(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User, route: str, method: str, body: dict[str, Any]
) -> None:
    Follow.objects.create(id=new_id(alma.pk), follower=alma, followee=boris, state="requested")

    assert status_of(ask(as_user, as_app, boris, method, route.format(name="alma"), body)) < 400


def test_media_of_somebody_else_cannot_be_posted(as_app: AsApp, alma: User, boris: User) -> None:
    media = make_media(alma)
    before = rows()
    client = as_app(boris)

    refused = client.post("/rest/v1/posts", {"media_ids": [str(media.pk)]}, JSON)
    unknown = client.post("/rest/v1/posts", {"media_ids": [str(new_id(alma.pk))]}, JSON)

    assert [refused.status_code, unknown.status_code] == [422, 422]
    assert [answer.json()["errors"][0]["code"] for answer in (refused, unknown)] == ["not_found", "not_found"]
    assert rows() == before


def test_original_under_the_address_of_another_post_is_missing(
    as_user: AsUser, alma: User, things: dict[str, str]
) -> None:
    other = make_post(alma)

    response = as_user(alma).get(f"/p/{to_code(other.pk)}/original/{things['media']}/")

    assert response.status_code == 404
