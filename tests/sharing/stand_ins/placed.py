"""People with accounts elsewhere, and posts with real pictures, for tests of cross-posting."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.models import new_id
from core.storage import random_key, save_bytes
from photos.models import Media, Post, Rendition
from sharing.accounts_elsewhere import sealed_secrets
from sharing.models import Connection, CrossPost
from sharing.networks.base import Account
from tests.factories import make_post
from tests.images import jpeg
from tests.sharing.stand_ins.bluesky import DID, BlueskyServer
from tests.sharing.stand_ins.mastodon import MastodonServer
from tests.sharing.stand_ins.server import running


@contextmanager
def mastodon_server(settings: Settings) -> Iterator[MastodonServer]:
    settings.CONNECTORS = {**settings.CONNECTORS, "mastodon": ("", "")}
    with running(MastodonServer(), settings) as server:
        yield server


@contextmanager
def bluesky_server(settings: Settings) -> Iterator[BlueskyServer]:
    settings.CONNECTORS = {**settings.CONNECTORS, "bluesky": ("", "")}
    with running(BlueskyServer(), settings) as server:
        settings.CONNECTOR_ADDRESSES = {**settings.CONNECTOR_ADDRESSES, "bluesky": server.origin}
        yield server


def make_connection(owner: User, network: str = "mastodon", **fields: Any) -> Connection:
    """An account at a server that nobody need run; its token is "token-of-alma"."""
    account = Account(
        "14715", "@alma@social.example", "https://social.example/@alma", {"access_token": "token-of-alma"}
    )
    host = "social.example" if network == "mastodon" else ""
    told = {"remote_id": account.remote_id, "name": account.name, "address": account.address, "host": host}
    return Connection.objects.create(
        id=new_id(owner.pk), owner=owner, network=network, **{**told, "sealed": sealed_secrets(account), **fields}
    )


def make_cross_post(post: Post, connection: Connection, **fields: Any) -> CrossPost:
    told = {"id": new_id(connection.owner_id), "next_try_at": timezone.now(), **fields}
    return CrossPost.objects.create(post=post, connection=connection, **told)


def at_mastodon(owner: User, server: MastodonServer, **fields: Any) -> Connection:
    """Connected there, without the way through the pages."""
    token = str(server.oauth.issue("")["access_token"])
    account = Account("14715", f"@alma@{server.host}", f"{server.origin}/@alma", {"access_token": token}, server.host)
    return make_connection(owner, host=server.host, name=account.name, sealed=sealed_secrets(account), **fields)


def at_bluesky(owner: User, server: BlueskyServer, **fields: Any) -> Connection:
    session = server.session()
    kept = {
        "did": DID,
        "handle": "alma.test",
        "password": server.password,
        "entrance": server.origin,
        "server": server.origin,
        "access_token": session["accessJwt"],
        "refresh_token": session["refreshJwt"],
    }
    account = Account(DID, "@alma.test", f"https://bsky.app/profile/{DID}", kept)
    return make_connection(owner, "bluesky", remote_id=DID, name=account.name, sealed=sealed_secrets(account), **fields)


def make_shown_post(author: User, *sizes: tuple[int, int], **fields: Any) -> Post:
    """A published post whose pictures can really be read, one of each of these sizes."""
    post = make_post(author, pictures=0, **fields)
    for position, (width, height) in enumerate(sizes or ((640, 480),)):
        add_picture(post, jpeg(width, height, seed=position), position=position, size=(width, height))
    return post


def add_picture(post: Post, data: bytes, *, position: int, size: tuple[int, int], **fields: Any) -> Media:
    width, height = size
    media = Media.objects.create(
        id=new_id(post.author_id),
        owner_id=post.author_id,
        post=post,
        position=position,
        state="ready",
        state_changed_at=timezone.now(),
        original_key=f"aa/{secrets.token_hex(16)}.jpg",
        **{
            "sha256": secrets.token_hex(32),
            "bytes": 1000,
            "content_type": "image/jpeg",
            "alt_text": f"Picture {position}",
        }
        | {"width": width, "height": height}
        | fields,
    )
    name = "poster" if media.kind == "video" else f"w{width}"
    add_rendition(media, data, name, "image/jpeg", (width, height))
    return media


def add_film(post: Post, data: bytes, *, position: int = 0, seconds: float = 3.0) -> Media:
    """A video of which only the shown file and its poster are there."""
    about = {"kind": "video", "content_type": "video/mp4", "duration": seconds, "alt_text": "A film"}
    media = add_picture(post, jpeg(320, 240), position=position, size=(320, 240), **about)
    add_rendition(media, data, "video_720p", "video/mp4", (320, 240))
    return media


def add_rendition(media: Media, data: bytes, name: str, kind: str, size: tuple[int, int]) -> None:
    key = random_key(".jpg" if kind == "image/jpeg" else ".mp4")
    save_bytes("renditions", key, data)
    about = {"name": name, "content_type": kind, "width": size[0], "height": size[1], "bytes": len(data)}
    Rendition.objects.create(media=media, key=key, **about)
