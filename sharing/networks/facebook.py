"""Pages of Facebook: https://developers.facebook.com/docs/pages-api/posts and
https://developers.facebook.com/docs/graph-api/reference/page/photos.

A person logs in and chooses one of their Pages; what is kept is the token of that Page. Every request proves by a
digest that it comes from who has the secret of the app, too (appsecret_proof).
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings

from sharing.networks.asking import UPLOAD_SECONDS, FilePart, Reply, ask, check, form, multipart, pause_of, refused
from sharing.networks.base import (
    Account,
    Delivery,
    Leaving,
    Picture,
    PictureLimits,
    Place,
    Refused,
    Sent,
    TokenRefused,
    TryLater,
)
from sharing.networks.texts import compose
from sharing.networks.tokens import authorize_address, code_in

VERSION = "v25.0"
SCOPES = "pages_show_list,pages_manage_posts,pages_read_engagement"
MOST_SIGNS, MOST_PICTURES = 60_000, 10
PICTURE = PictureLimits(bytes=4_000_000)
_TOKEN, _LIMITS, _PASSING = {102, 190}, {4, 17, 32, 341, 613}, {1, 2}
_PERMISSION = range(200, 300)


class Facebook:
    repeats_within = 0

    def begin(self, place: Place, state: str) -> Leaving:
        asked = {"client_id": place.keys[0], "redirect_uri": place.callback, "scope": SCOPES, "state": state}
        address = f"{settings.CONNECTOR_ADDRESSES['facebook']}/{VERSION}/dialog/oauth"
        return Leaving(authorize_address(address, asked), {})

    def finish(self, place: Place, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
        """The Pages that the person may post to; a token that was made of a long one lasts."""
        client = {"client_id": place.keys[0], "client_secret": place.keys[1]}
        first = _token({**client, "redirect_uri": place.callback, "code": code_in(query)})
        long = _token({**client, "grant_type": "fb_exchange_token", "fb_exchange_token": first})
        asked = urlencode({"fields": "id,name,link,access_token,tasks", "limit": "100", **_proof(long, place.keys[1])})
        pages = _check(ask("GET", _graph(f"me/accounts?{asked}"))).data.get("data", [])
        return [_account(page) for page in pages if "CREATE_CONTENT" in page.get("tasks", ["CREATE_CONTENT"])]

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        """Tokens of Pages do not expire: one that is refused was taken back."""
        raise TokenRefused

    def revoke(self, place: Place, account: Account) -> None:
        """There is none for one Page: a person takes the app away in their settings there."""

    def publish(self, account: Account, delivery: Delivery) -> Sent:
        """Pictures that are not there for all to see first, and then the post that has them. What is sensitive goes
        without them, as Facebook cannot cover it, and so does what begins with a video: its link shows it.
        """
        post, token = delivery.post, account.secrets["access_token"]
        signed = list(_proof(token, settings.CONNECTORS["facebook"][1]).items())
        is_link = post.sensitive or not post.files or post.files[0].is_film
        pictures = [] if is_link else post.files[:MOST_PICTURES]
        photos = [_upload(account, signed, file.picture(PICTURE), file.alt) for file in pictures]
        fields = [("message", compose(post, MOST_SIGNS, len)), *signed]
        for position, photo in enumerate(photos):
            fields.append((f"attached_media[{position}]", orjson.dumps({"media_fbid": photo}).decode()))
        if not photos:
            fields.append(("link", post.link))
        with delivery.creating():
            number = str(_check(ask("POST", _graph(f"{account.remote_id}/feed"), form(fields))).data["id"])
        return Sent(number, f"https://www.facebook.com/{number}")


def _account(page: Mapping[str, Any]) -> Account:
    number = str(page["id"])
    address = str(page.get("link") or f"https://www.facebook.com/{number}")
    return Account(number, str(page["name"]), address, {"access_token": str(page["access_token"])})


def _upload(account: Account, signed: Sequence[tuple[str, str]], picture: Picture, alt: str) -> str:
    fields = [("published", "false"), *signed, *([("alt_text_custom", alt)] if alt else [])]
    content = multipart(fields, FilePart("source", "picture.jpg", "image/jpeg", picture.data))
    reply = _check(ask("POST", _graph(f"{account.remote_id}/photos"), content, seconds=UPLOAD_SECONDS))
    return str(reply.data["id"])


def _token(fields: Mapping[str, str]) -> str:
    reply = ask("GET", _graph(f"oauth/access_token?{urlencode(fields)}"))
    if 400 <= reply.status < 500:
        raise Refused("denied", "Facebook did not accept the log-in. Please try again.")
    return str(_check(reply).data["access_token"])


def _proof(token: str, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    return {"access_token": token, "appsecret_proof": digest}


def _graph(path: str) -> str:
    return f"{settings.CONNECTOR_ADDRESSES['facebook api']}/{VERSION}/{path}"


def _check(reply: Reply) -> Reply:
    """What went wrong is said by a number in `error`, whatever the status is:
    https://developers.facebook.com/docs/graph-api/guides/error-handling.
    """
    error = reply.data.get("error")
    if reply.is_good or not isinstance(error, dict):
        return check(reply)
    code = error.get("code")
    if code in _TOKEN:
        raise TokenRefused
    if code in _LIMITS:
        raise TryLater("rate_limited", "The network asks to wait.", seconds=max(pause_of(reply.headers), 3600))
    if reply.status < 500 and (code in _PASSING or error.get("is_transient")):
        raise TryLater("network_down", "The network is down at the moment.")
    if reply.status >= 500:
        return check(reply)
    words = "you may not post to this Page" if code in _PERMISSION else str(error.get("message", ""))
    raise refused(words, str(code))
