"""X: https://docs.x.com/x-api/posts/create-post, media by https://docs.x.com/x-api/media/initialize-media-upload and
its neighbours, and OAuth 2.0 by https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token.

This site is a confidential client: it shows its id and secret by Basic. Access tokens last two hours, and each refresh
token is good once.
"""

import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from sharing.networks.asking import (
    UPLOAD_SECONDS,
    Content,
    FilePart,
    Reply,
    ask,
    bearer,
    check,
    form,
    json,
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
    Sent,
    TokenExpired,
    TokenRefused,
    TryLater,
)
from sharing.networks.texts import compose, without_names, x_length
from sharing.networks.tokens import (
    authorize_address,
    basic,
    challenge_of,
    code_in,
    fetch_tokens,
    is_over,
    new_verifier,
    secrets_of,
)

SCOPES = "tweet.read tweet.write users.read media.write offline.access"
MOST_WEIGHT, MOST_PICTURES, MOST_ALT = 280, 4, 1000
PICTURE = PictureLimits(bytes=5_000_000)
FILM_BYTES, FILM_LENGTH = 512_000_000, 1200.0
SEGMENT = 4 * 1024**2
MOST_POLLS, LONGEST_POLL = 60, 10.0


class X:
    repeats_within = 0

    def begin(self, place: Place, state: str) -> Leaving:
        verifier = new_verifier()
        asked = {
            "client_id": place.keys[0],
            "redirect_uri": place.callback,
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        address = authorize_address(f"{settings.CONNECTOR_ADDRESSES['x']}/i/oauth2/authorize", asked)
        return Leaving(address, {"verifier": verifier})

    def finish(self, place: Place, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
        fields = {
            "grant_type": "authorization_code",
            "code": code_in(query),
            "redirect_uri": place.callback,
            "code_verifier": kept["verifier"],
        }
        secrets = secrets_of(fetch_tokens(_api("oauth2/token"), fields, basic(*place.keys)))
        found = _check(ask("GET", _api("users/me"), headers=bearer(secrets["access_token"]))).data["data"]
        name = str(found["username"])
        return [Account(str(found["id"]), f"@{name}", f"https://x.com/{name}", secrets)]

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        if "refresh_token" not in account.secrets:
            raise TokenRefused
        fields = {"grant_type": "refresh_token", "refresh_token": account.secrets["refresh_token"]}
        return secrets_of(fetch_tokens(_api("oauth2/token"), fields, basic(*place.keys)), account.secrets)

    def revoke(self, place: Place, account: Account) -> None:
        token = account.secrets.get("refresh_token") or account.secrets["access_token"]
        _check(ask("POST", _api("oauth2/revoke"), form([("token", token)]), basic(*place.keys)))

    def publish(self, account: Account, delivery: Delivery) -> Sent:
        """What is sensitive goes without pictures: this call cannot cover them."""
        if is_over(account.secrets):
            raise TokenExpired
        post, token = delivery.post, account.secrets["access_token"]
        chosen = [] if post.sensitive else post.one_film_or(MOST_PICTURES, PICTURE, FILM_BYTES, FILM_LENGTH)
        media = [_upload(token, file, alt) for file, alt in chosen]
        body: dict[str, Any] = {"text": compose(post.with_words(without_names), MOST_WEIGHT, x_length)}
        if media:
            body["media"] = {"media_ids": media}
        with delivery.creating():
            number = str(_check(ask("POST", _api("tweets"), json(body), bearer(token))).data["data"]["id"])
        return Sent(number, f"https://x.com/{account.name.removeprefix('@')}/status/{number}")


def _upload(token: str, file: Picture | Film, alt: str) -> str:
    media_id = _upload_film(token, file) if isinstance(file, Film) else _upload_picture(token, file)
    if alt and isinstance(file, Picture):
        about = {"id": media_id, "metadata": {"alt_text": {"text": alt[:MOST_ALT]}}}
        _check(ask("POST", _api("media/metadata"), json(about), bearer(token)))
    return media_id


def _upload_picture(token: str, file: Picture) -> str:
    fields = [("media_category", "tweet_image"), ("media_type", "image/jpeg")]
    content = multipart(fields, FilePart("media", "picture.jpg", "image/jpeg", file.data))
    return str(_check(ask("POST", _api("media/upload"), content, bearer(token), UPLOAD_SECONDS)).data["data"]["id"])


def _upload_film(token: str, film: Film) -> str:
    """In segments, and then until X has made of it what it shows."""
    about = {"media_type": "video/mp4", "total_bytes": film.path.stat().st_size, "media_category": "tweet_video"}
    begun = _check(ask("POST", _api("media/upload/initialize"), json(about), bearer(token)))
    media_id = str(begun.data["data"]["id"])
    with film.path.open("rb") as file:
        number = 0
        while segment := file.read(SEGMENT):
            part = FilePart("media", "segment", "application/octet-stream", segment)
            content = multipart([("segment_index", str(number))], part)
            _check(ask("POST", _api(f"media/upload/{media_id}/append"), content, bearer(token), UPLOAD_SECONDS))
            number += 1
    ended = _check(ask("POST", _api(f"media/upload/{media_id}/finalize"), Content(), bearer(token)))
    _wait_for(token, media_id, ended.data["data"].get("processing_info") or {})
    return media_id


def _wait_for(token: str, media_id: str, info: Mapping[str, Any]) -> None:
    for _ in range(MOST_POLLS):
        state = info.get("state", "succeeded")
        if state == "succeeded":
            return
        if state == "failed":
            raise refused(str((info.get("error") or {}).get("message", "the video cannot be used")), "video")
        time.sleep(min(float(info.get("check_after_secs", 1)), LONGEST_POLL))
        asked = _api(f"media/upload?command=STATUS&media_id={media_id}")
        info = _check(ask("GET", asked, headers=bearer(token))).data["data"].get("processing_info") or {}
    raise TryLater("processing", "The network is still working at the video.")


def _api(path: str) -> str:
    return f"{settings.CONNECTOR_ADDRESSES['x api']}/2/{path}"


def _check(reply: Reply) -> Reply:
    """Errors are problems with a `title` and a `detail`: https://docs.x.com/x-api/fundamentals/response-codes-and-errors."""
    found = reply.data
    return check(reply, str(found.get("detail") or found.get("error_description") or found.get("title") or ""))
