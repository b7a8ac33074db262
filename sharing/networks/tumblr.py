"""Tumblr: https://github.com/tumblr/docs/blob/master/api.md (OAuth2 Authorization; /posts, Neue Post Format) and
https://github.com/tumblr/docs/blob/master/npf-spec.md.

A person has one or more blogs, of which each is an account of its own here.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings

from sharing.networks.asking import FILM_SECONDS, Content, FilePart, Reply, ask, bearer, check, multipart
from sharing.networks.base import (
    Account,
    Delivery,
    Film,
    Leaving,
    Picture,
    PictureLimits,
    Place,
    Publication,
    Sent,
    TokenExpired,
    TokenRefused,
)
from sharing.networks.texts import shorten
from sharing.networks.tokens import authorize_address, code_in, fetch_tokens, is_over, secrets_of

SCOPES = "basic write offline_access"
MOST_PICTURES = 10
PICTURE = PictureLimits(bytes=10_000_000)
FILM_BYTES, FILM_LENGTH = 500_000_000, 600.0
MOST_SIGNS = 4096  # of one block of text


class Tumblr:
    repeats_within = 0

    def begin(self, place: Place, state: str) -> Leaving:
        asked = {"client_id": place.keys[0], "redirect_uri": place.callback, "scope": SCOPES, "state": state}
        return Leaving(authorize_address(f"{settings.CONNECTOR_ADDRESSES['tumblr']}/oauth2/authorize", asked), {})

    def finish(self, place: Place, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
        fields = {"grant_type": "authorization_code", "code": code_in(query), "redirect_uri": place.callback}
        secrets = secrets_of(_tokens(place, fields))
        found = _check(ask("GET", _api("user/info"), headers=bearer(secrets["access_token"]))).data
        blogs = found["response"]["user"]["blogs"]
        return [Account(str(blog["uuid"]), str(blog["name"]), str(blog.get("url", "")), secrets) for blog in blogs]

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        if "refresh_token" not in account.secrets:
            raise TokenRefused
        fields = {"grant_type": "refresh_token", "refresh_token": account.secrets["refresh_token"]}
        return secrets_of(_tokens(place, fields), account.secrets)

    def revoke(self, place: Place, account: Account) -> None:
        """Tumblr has no call for that."""

    def publish(self, account: Account, delivery: Delivery) -> Sent:
        if is_over(account.secrets):
            raise TokenExpired
        content, files = _blocks(delivery.post)
        body = {"content": content, "tags": ",".join(delivery.post.tags), "source_url": delivery.post.link}
        sent = multipart([], FilePart("json", "", "application/json", orjson.dumps(body)), *files)
        seconds = FILM_SECONDS if any(file.kind == "video/mp4" for file in files) else 180.0
        with delivery.creating():
            reply = _post(account, sent, seconds)
            number = str(reply.data["response"]["id"])
        return Sent(number, f"{settings.CONNECTOR_ADDRESSES['tumblr']}/{account.name}/{number}")


def _blocks(post: Publication) -> tuple[list[dict[str, Any]], list[FilePart]]:
    """What the post is made of, in order: pictures or a video, the words, and the way back. Sensitive pictures stay
    here: Tumblr's labels for them are not of this call.
    """
    chosen = [] if post.sensitive else post.one_film_or(MOST_PICTURES, PICTURE, FILM_BYTES, FILM_LENGTH)
    blocks, files = [], []
    for number, (file, alt) in enumerate(chosen):
        blocks.append(_media_block(file, alt, f"media-{number}"))
        data, kind, name = (
            (file.path, "video/mp4", "film.mp4") if isinstance(file, Film) else (file.data, "image/jpeg", "picture.jpg")
        )
        files.append(FilePart(f"media-{number}", name, kind, data))
    if post.title:
        blocks.append({"type": "text", "subtype": "heading2", "text": post.title})
    if post.caption:
        blocks.append({"type": "text", "text": shorten(post.caption, MOST_SIGNS, len)})
    way_back = {"type": "link", "start": 0, "end": len(post.link), "url": post.link}
    blocks.append({"type": "text", "text": post.link, "formatting": [way_back]})
    return blocks, files


def _media_block(file: Picture | Film, alt: str, identifier: str) -> dict[str, Any]:
    media = {"identifier": identifier, "width": file.width, "height": file.height}
    if isinstance(file, Film):
        return {"type": "video", "media": {"type": "video/mp4", **media}}
    block: dict[str, Any] = {"type": "image", "media": [{"type": "image/jpeg", **media}]}
    return {**block, "alt_text": alt} if alt else block


def _post(account: Account, content: Content, seconds: float) -> Reply:
    url = _api(f"blog/{account.remote_id}/posts")
    return _check(ask("POST", url, content, bearer(account.secrets["access_token"]), seconds))


def _tokens(place: Place, fields: Mapping[str, str]) -> dict[str, Any]:
    client = {"client_id": place.keys[0], "client_secret": place.keys[1]}
    return fetch_tokens(_api("oauth2/token"), {**client, **fields})


def _api(path: str) -> str:
    return f"{settings.CONNECTOR_ADDRESSES['tumblr api']}/v2/{path}"


def _check(reply: Reply) -> Reply:
    """What went wrong stands in `errors`, or in the `msg` of `meta`."""
    errors = reply.data.get("errors") or []
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    meta = reply.data.get("meta")
    words = first.get("detail") or first.get("title") or (meta.get("msg", "") if isinstance(meta, dict) else "")
    return check(reply, str(words))
