"""Flickr: OAuth 1.0a as in https://www.flickr.com/services/api/auth.oauth.html, and its upload service.

Every request is signed by HMAC-SHA1 over its method, address and fields (RFC 5849); of an upload all fields but the
file itself. Every picture of a post becomes a photo of its own; which are there already is kept from try to try.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.conf import settings
from oauthlib.oauth1 import SIGNATURE_TYPE_AUTH_HEADER, Client

from sharing.networks.asking import (
    FILM_SECONDS,
    UPLOAD_SECONDS,
    FilePart,
    Reply,
    ask,
    check,
    multipart,
    refused,
)
from sharing.networks.base import (
    Account,
    Delivery,
    Film,
    Leaving,
    Picture,
    PictureLimits,
    Place,
    PostFile,
    Publication,
    Refused,
    Sent,
    TokenRefused,
    TryLater,
)
from sharing.networks.texts import shorten

PICTURE = PictureLimits(bytes=50_000_000)
FILM_BYTES = 1_000_000_000
TITLE_SIGNS, DESCRIPTION_SIGNS = 255, 60_000
_PHOTO = re.compile(rb"<photoid>(\d+)</photoid>")
_ERROR = re.compile(rb'<err code="(\d+)" msg="([^"]*)"')
_FORM = "application/x-www-form-urlencoded"
_OVER, _BUSY = {98, 99, 100}, {105, 106}
_FULL = {6: "has no room for more this month"}


class Flickr:
    repeats_within = 0

    def begin(self, place: Place, state: str) -> Leaving:
        """Our own state stands in the address that they come back to, as OAuth 1.0a has none."""
        client = _client(place.keys, callback_uri=f"{place.callback}?{urlencode({'state': state})}")
        found = _form_of(_signed(client, "request_token"))
        token = found.get("oauth_token", "")
        if not token or found.get("oauth_callback_confirmed") != "true":
            raise Refused("odd_answer", "Flickr does not know this site.")
        query = urlencode({"oauth_token": token, "perms": "write"})
        address = f"{settings.CONNECTOR_ADDRESSES['flickr']}/services/oauth/authorize?{query}"
        return Leaving(address, {"token": token, "token_secret": found["oauth_token_secret"]})

    def finish(self, place: Place, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
        verifier = query.get("oauth_verifier", "")
        if not verifier or query.get("oauth_token") != kept["token"]:
            raise Refused("denied", "The network says that you did not agree.")
        client = _client(place.keys, (kept["token"], kept["token_secret"]), verifier=verifier)
        found = _form_of(_signed(client, "access_token"))
        secrets = {"token": found["oauth_token"], "token_secret": found["oauth_token_secret"]}
        address = f"https://www.flickr.com/photos/{found['user_nsid']}/"
        return [Account(found["user_nsid"], found.get("username") or found["user_nsid"], address, secrets)]

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        """Tokens of Flickr do not expire: one that is refused was taken back."""
        raise TokenRefused

    def revoke(self, place: Place, account: Account) -> None:
        """Flickr has no call for that."""

    def publish(self, account: Account, delivery: Delivery) -> Sent:
        post = delivery.post
        if not post.files:
            raise Refused("nothing_to_send", "Flickr takes pictures and videos only.")
        for number, file in enumerate(post.files):
            if str(number) not in delivery.done:
                fields = _fields(post, file, number)
                film = file.film(FILM_BYTES)
                upload = film or file.picture(PICTURE)
                with delivery.creating():
                    photo = _upload(account, fields, upload)
                delivery.note(str(number), photo)
        first = delivery.done["0"]
        return Sent(first, f"https://www.flickr.com/photos/{account.remote_id}/{first}/")


def _fields(post: Publication, file: PostFile, number: int) -> dict[str, str]:
    """Words of one photo. Flickr has no alt texts: what is to be seen follows the caption."""
    count = f" ({number + 1}/{len(post.files)})" if len(post.files) > 1 else ""
    words = "\n\n".join(part for part in (shorten(post.caption, DESCRIPTION_SIGNS, len), file.alt, post.link) if part)
    return {
        "title": shorten(post.title, TITLE_SIGNS - len(count), len) + count if post.title else "",
        "description": words,
        "tags": " ".join(f'"{tag}"' for tag in post.tags),
        "is_public": "1",
        "safety_level": "2" if post.sensitive else "1",
    }


def _upload(account: Account, fields: Mapping[str, str], file: Picture | Film) -> str:
    keys = settings.CONNECTORS["flickr"]
    client = _client(keys, (account.secrets["token"], account.secrets["token_secret"]))
    url = f"{settings.CONNECTOR_ADDRESSES['flickr upload']}/services/upload/"
    _, headers, _ = client.sign(url, "POST", body=urlencode(fields), headers={"Content-Type": _FORM})
    is_film = isinstance(file, Film)
    data, kind, name = (
        (file.path, "video/mp4", "film.mp4") if isinstance(file, Film) else (file.data, "image/jpeg", "picture.jpg")
    )
    content = multipart(list(fields.items()), FilePart("photo", name, kind, data))
    signature = {"Authorization": headers["Authorization"]}
    reply = check(ask("POST", url, content, signature, FILM_SECONDS if is_film else UPLOAD_SECONDS))
    return _photo_of(reply)


def _photo_of(reply: Reply) -> str:
    """The number of the photo; errors come with status 200, as XML."""
    found = _PHOTO.search(reply.body)
    if found:
        return found[1].decode()
    error = _ERROR.search(reply.body)
    if error is None:
        raise ValueError("neither a photo nor an error")
    code, words = int(error[1]), error[2].decode(errors="replace")
    if code in _OVER:
        raise TokenRefused
    if code in _BUSY:
        raise TryLater("network_down", "The network is down at the moment.")
    raise refused(_FULL.get(code, words), str(code))


def _client(keys: tuple[str, str], token: tuple[str, str] = ("", ""), **more: Any) -> Client:
    owner = {"resource_owner_key": token[0], "resource_owner_secret": token[1]} if token[0] else {}
    return Client(keys[0], keys[1], signature_type=SIGNATURE_TYPE_AUTH_HEADER, **owner, **more)


def _signed(client: Client, name: str) -> Reply:
    url, headers, _ = client.sign(f"{settings.CONNECTOR_ADDRESSES['flickr']}/services/oauth/{name}", "GET")
    return ask("GET", url, headers={"Authorization": headers["Authorization"], "Accept": "*/*"})


def _form_of(reply: Reply) -> dict[str, str]:
    """What a token endpoint answers; a wrong signature or key is said as `oauth_problem`."""
    found = {name: values[0] for name, values in parse_qs(reply.body.decode(errors="replace")).items()}
    if 400 <= reply.status < 500 and reply.status != 429:
        raise Refused("denied", f"Flickr refused it: {found.get('oauth_problem', 'unknown')}"[:200])
    check(reply)
    return found
