"""Bluesky, and any server of its protocol: https://docs.bsky.app/docs/tutorials/creating-a-post, and for videos
https://docs.bsky.app/docs/about-bluesky-content/video (the simple way); the shapes are those of the lexicons in
https://github.com/bluesky-social/atproto/tree/main/lexicons.

People log in with an app password, which becomes two tokens: one for some hours, one with which the next are fetched.
A post is a record under a key of our choice, so that writing it twice is writing it once.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sharing.networks.asking import FILM_SECONDS, UPLOAD_SECONDS, Content, Reply, ask, bearer, check, json
from sharing.networks.base import (
    Account,
    Delivery,
    Film,
    Picture,
    PictureLimits,
    Place,
    Publication,
    Refused,
    Sent,
    TokenExpired,
    TokenRefused,
)
from sharing.networks.texts import ELLIPSIS, bluesky_length, compose, shorten

COLLECTION = "app.bsky.feed.post"
MOST_SIGNS, MOST_PICTURES = 300, 4
PICTURE = PictureLimits(bytes=1_000_000, side=2000)
FILM_BYTES = 50_000_000
APP = "https://bsky.app"
_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
_TAG = re.compile(r"#(\w+)")
_LINK = re.compile(r"https?://\S+")
_EXPIRED = {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"}
_CLOSED = {"AccountTakedown", "AccountDeactivated", "AccountSuspended"}


def log_in(server: str, handle: str, password: str) -> Account:
    """The account of this handle, by an app password. Refused for a wrong one."""
    identifier = handle.strip().removeprefix("@")
    secrets = _new_session(server, {"identifier": identifier, "password": password})
    return Account(secrets["did"], f"@{secrets['handle']}", f"{APP}/profile/{secrets['did']}", secrets)


def server_in(text: str) -> str:
    """The origin of the server that somebody means, or "" for none."""
    text = text.strip().rstrip("/").lower()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query or parts.username:
        return ""
    return f"https://{parts.netloc}" if parts.netloc.isascii() else ""


class Bluesky:
    repeats_within = 10**9

    def publish(self, account: Account, delivery: Delivery) -> Sent:
        post, server = delivery.post, account.secrets["server"]
        text = compose(post, MOST_SIGNS, bluesky_length)
        record: dict[str, Any] = {
            "$type": COLLECTION,
            "text": text,
            "createdAt": post.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "facets": facets(text),
            "embed": self._embed(account, post),
        }
        if post.sensitive:
            label = {"val": "graphic-media"}
            record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": [label]}
        key = record_key(post)
        place = {"repo": account.remote_id, "collection": COLLECTION, "rkey": key}
        with delivery.creating():
            _check(_call(server, "com.atproto.repo.putRecord", account, json({**place, "record": record})))
        return Sent(f"at://{account.remote_id}/{COLLECTION}/{key}", f"{APP}/profile/{account.remote_id}/post/{key}")

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        """By the token for that, or where it is over by the app password once more."""
        kept = account.secrets
        url = f"{kept['server']}/xrpc/com.atproto.server.refreshSession"
        reply = ask("POST", url, headers=bearer(kept["refresh_token"]))
        if reply.is_good:
            return {**kept, "access_token": reply.data["accessJwt"], "refresh_token": reply.data["refreshJwt"]}
        if reply.status not in (400, 401):
            _check(reply)
        try:
            fresh = _new_session(kept["entrance"], {"identifier": kept["did"], "password": kept["password"]})
        except Refused:
            raise TokenRefused from None
        return fresh

    def revoke(self, place: Place, account: Account) -> None:
        url = f"{account.secrets['server']}/xrpc/com.atproto.server.deleteSession"
        _check(ask("POST", url, headers=bearer(account.secrets["refresh_token"])))

    def _embed(self, account: Account, post: Publication) -> dict[str, Any]:
        """A video, pictures, or where there are none a card with the link."""
        chosen = post.one_film_or(MOST_PICTURES, PICTURE, FILM_BYTES)
        if not chosen:
            card = {"uri": post.link, "title": post.title, "description": shorten(post.caption, 300, len)}
            return {"$type": "app.bsky.embed.external", "external": card}
        first, alt = chosen[0]
        if isinstance(first, Film):
            return {"$type": "app.bsky.embed.video", "video": _upload(account, first), "alt": alt, **_ratio(first)}
        images = [{"image": _upload(account, each), "alt": alt, **_ratio(each)} for each, alt in chosen]
        return {"$type": "app.bsky.embed.images", "images": images}


def record_key(post: Publication) -> str:
    """A key of time and number, as these records are to have (https://atproto.com/specs/tid): of this post alone."""
    micros = int(post.created_at.timestamp() * 1_000_000)
    number = (micros << 10 | post.key & 1023) & (2**63 - 1)
    return "".join(_SIGNS[number >> shift & 31] for shift in range(60, -1, -5))


def facets(text: str) -> list[dict[str, Any]]:
    """What of the text is a link or a tag, by the bytes where it begins and ends. A link that was cut is none."""
    found = []
    for at in _LINK.finditer(text):
        link = at[0].rstrip(".,;:!?)]}")
        if not link.endswith(ELLIPSIS):
            found.append(_facet(text, (at.start(), at.start() + len(link)), "link", uri=link))
    spans = [at.span() for at in _LINK.finditer(text)]
    tags = [at for at in _TAG.finditer(text) if len(at[1]) <= 64]
    loose = [at for at in tags if not any(start <= at.start() < end for start, end in spans)]
    return found + [_facet(text, at.span(), "tag", tag=at[1]) for at in loose]


def _facet(text: str, span: tuple[int, int], kind: str, **value: str) -> dict[str, Any]:
    start, end = (len(text[:at].encode()) for at in span)
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", **value}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _upload(account: Account, file: Picture | Film) -> Any:
    """The server's word for the file, which stands in the record."""
    is_film = isinstance(file, Film)
    content = Content("video/mp4", (file.path,)) if isinstance(file, Film) else Content("image/jpeg", (file.data,))
    seconds = FILM_SECONDS if is_film else UPLOAD_SECONDS
    reply = _call(account.secrets["server"], "com.atproto.repo.uploadBlob", account, content, seconds)
    return _check(reply).data["blob"]


def _ratio(file: Picture | Film) -> dict[str, Any]:
    return {"aspectRatio": {"width": file.width, "height": file.height}}


def _new_session(server: str, body: Mapping[str, str]) -> dict[str, str]:
    """Everything that is kept. Where the account lives elsewhere, its server says so, and is asked from then on."""
    reply = ask("POST", f"{server}/xrpc/com.atproto.server.createSession", json(dict(body)))
    if reply.status in (400, 401):
        words = "The second factor was asked for. Use an app password, which needs none."
        needs_more = reply.data.get("error") == "AuthFactorTokenRequired"
        raise Refused("wrong_password", words if needs_more else "This handle and app password do not fit.")
    found = _check(reply).data
    if not found.get("accessJwt") or not found.get("refreshJwt"):
        raise Refused("no_server", "This is no Bluesky server.")
    return {
        "did": str(found["did"]),
        "handle": str(found["handle"]),
        "password": body["password"],
        "entrance": server,
        "server": _home(found.get("didDoc")) or server,
        "access_token": str(found["accessJwt"]),
        "refresh_token": str(found["refreshJwt"]),
    }


def _home(document: Any) -> str:
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            return server_in(str(service.get("serviceEndpoint", "")))
    return ""


def _call(server: str, name: str, account: Account, content: Content, seconds: float = 30.0) -> Reply:
    return ask("POST", f"{server}/xrpc/{name}", content, bearer(account.secrets["access_token"]), seconds)


def _check(reply: Reply) -> Reply:
    """Errors are objects with a name and a message (https://atproto.com/specs/xrpc): an old token is a 400."""
    name = str(reply.data.get("error", ""))
    if not reply.is_good and name in _CLOSED:
        raise Refused("account_closed", "The network has closed or suspended this account.")
    if reply.status == 400 and name in _EXPIRED:
        raise TokenExpired
    return check(reply, str(reply.data.get("message") or name))
