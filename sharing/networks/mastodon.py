"""Mastodon, and whatever speaks its API: https://docs.joinmastodon.org/methods/statuses/ and its neighbours.

Every server is one of its own, at which this site registers when the first person comes from there
(https://docs.joinmastodon.org/methods/apps/). A status sent twice with one `Idempotency-Key` within an hour is one.
"""

import re
import time
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from sharing.networks.asking import (
    FILM_SECONDS,
    UPLOAD_SECONDS,
    FilePart,
    Reply,
    ask,
    bearer,
    check,
    form,
    multipart,
)
from sharing.networks.base import (
    Account,
    Delivery,
    Film,
    Leaving,
    Picture,
    PictureLimits,
    Place,
    Refused,
    Sent,
    TokenRefused,
    TryLater,
)
from sharing.networks.texts import compose, mastodon_length, without_names
from sharing.networks.tokens import (
    authorize_address,
    challenge_of,
    code_in,
    fetch_tokens,
    granted,
    new_verifier,
    secrets_of,
)

SCOPES = "read:accounts write:media write:statuses"
POLL_SECONDS, MOST_POLLS = 2.0, 60
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", re.IGNORECASE)


def host_in(text: str) -> str:
    """The server that somebody means: its name, its address, or a whole handle; "" for nothing of these."""
    text = text.strip().rstrip("/")
    host = urlsplit(text).netloc if "://" in text else text.rpartition("@")[2].partition("/")[0]
    try:
        host = host.encode("idna").decode().lower() if host else ""
    except UnicodeError:
        return ""
    return host if _HOST.fullmatch(host) and len(host) <= 260 else ""


def register(place: Place, name: str, website: str) -> tuple[str, str]:
    """The client id and secret of this site at a server that does not know it yet."""
    fields = [("client_name", name), ("redirect_uris", place.callback), ("scopes", SCOPES), ("website", website)]
    reply = _check(ask("POST", f"https://{place.host}/api/v1/apps", form(fields)))
    found = reply.data
    if not found.get("client_id") or not found.get("client_secret"):
        raise Refused("no_server", "This is no Mastodon server.")
    return str(found["client_id"]), str(found["client_secret"])


def knows_us(place: Place) -> bool:
    """Whether the server still knows this site. Those before 4.3 forget apps that have no token, so one is made."""
    fields = {"grant_type": "client_credentials", **_client(place), "redirect_uri": place.callback, "scope": SCOPES}
    try:
        fetch_tokens(f"https://{place.host}/oauth/token", fields)
    except TokenRefused:
        return False
    return True


class Mastodon:
    repeats_within = 50 * 60

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
        return Leaving(authorize_address(f"https://{place.host}/oauth/authorize", asked), {"verifier": verifier})

    def finish(self, place: Place, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
        fields = {
            "grant_type": "authorization_code",
            "code": code_in(query),
            **_client(place),
            "redirect_uri": place.callback,
            "scope": SCOPES,
            "code_verifier": kept["verifier"],
        }
        tokens = granted(ask("POST", f"https://{place.host}/oauth/token", form(list(fields.items()))))
        secrets = secrets_of(tokens)
        about = f"https://{place.host}/api/v1/accounts/verify_credentials"
        found = _check(ask("GET", about, headers=bearer(secrets["access_token"]))).data
        name = f"@{found.get('username', '')}@{place.host}"
        return [Account(str(found["id"]), name, str(found.get("url", "")), secrets, place.host)]

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        """Tokens of Mastodon do not expire: one that is refused was taken back."""
        raise TokenRefused

    def revoke(self, place: Place, account: Account) -> None:
        fields = {**_client(place), "token": account.secrets["access_token"]}
        _check(ask("POST", f"https://{place.host}/oauth/revoke", form(list(fields.items()))))

    def publish(self, account: Account, delivery: Delivery) -> Sent:
        limits, post = _limits(account.host), delivery.post
        pictures = PictureLimits(limits["image_size_limit"], pixels=limits["image_matrix_limit"])
        chosen = post.one_film_or(limits["max_media_attachments"], pictures, limits["video_size_limit"])
        media = [_upload(account, file, alt) for file, alt in chosen]
        measure = partial(mastodon_length, address=limits["characters_reserved_per_url"])
        text = compose(post.with_words(without_names), limits["max_characters"], measure)
        fields = [("status", text), ("visibility", "public"), *(("media_ids[]", each) for each in media)]
        if post.sensitive:
            fields.append(("sensitive", "true"))
        if post.spoiler:
            fields.append(("spoiler_text", post.spoiler))
        headers = {**bearer(account.secrets["access_token"]), "Idempotency-Key": str(post.key)}
        with delivery.creating():
            reply = _check(ask("POST", f"https://{account.host}/api/v1/statuses", form(fields), headers))
        found = reply.data
        return Sent(str(found.get("id", "")), str(found.get("url") or found.get("uri") or ""))


def _client(place: Place) -> dict[str, str]:
    return {"client_id": place.keys[0], "client_secret": place.keys[1]}


def _check(reply: Reply) -> Reply:
    """Errors have their words in `error`: https://docs.joinmastodon.org/entities/Error/."""
    return check(reply, str(reply.data.get("error_description") or reply.data.get("error") or ""))


def _limits(host: str) -> dict[str, int]:
    """What the server allows (https://docs.joinmastodon.org/entities/Instance/), or what is usual."""
    configuration = ask("GET", f"https://{host}/api/v2/instance").data.get("configuration", {})
    usual = {
        "max_characters": 500,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
        "image_size_limit": 10 * 1024**2,
        "image_matrix_limit": 16_777_216,
        "video_size_limit": 40 * 1024**2,
    }
    told = {**(configuration.get("statuses") or {}), **(configuration.get("media_attachments") or {})}
    numbers = {name: told.get(name) for name in usual}
    return {name: n if isinstance(n, int) and n > 0 else usual[name] for name, n in numbers.items()}


def _upload(account: Account, file: Picture | Film, alt: str) -> str:
    """The id of what a status may have with it, once the server is done with it."""
    is_film = isinstance(file, Film)
    data, kind = (file.path, "video/mp4") if isinstance(file, Film) else (file.data, "image/jpeg")
    part = FilePart("file", "film.mp4" if is_film else "picture.jpg", kind, data)
    content = multipart([("description", alt)] if alt else [], part)
    headers, seconds = bearer(account.secrets["access_token"]), FILM_SECONDS if is_film else UPLOAD_SECONDS
    reply = _check(ask("POST", f"https://{account.host}/api/v2/media", content, headers, seconds))
    media_id = str(reply.data["id"])
    if reply.status == 202:
        _wait_for(f"https://{account.host}/api/v1/media/{media_id}", headers)
    return media_id


def _wait_for(url: str, headers: Mapping[str, str]) -> None:
    """Until the server has made of a video what it shows; 206 says that it has not."""
    for _ in range(MOST_POLLS):
        if _check(ask("GET", url, headers=headers)).status != 206:
            return
        time.sleep(POLL_SECONDS)
    raise TryLater("processing", "The network is still working at the video.")
