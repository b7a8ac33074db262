"""People and posts made through the REST API."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from core.ids import to_code
from engines.temporary import TemporarySite
from tests.e2e.mails import mailed_code
from tests.e2e.rest import Rest, wait_for
from tests.images import jpeg

PASSWORD = "kiln-shelf-93"


def sign_up(site: TemporarySite, name: str) -> tuple[str, Rest]:
    """A new person's username, and a client with a token of theirs."""
    username = f"{name}{token_hex(4)}"
    details = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
    begun = Rest(site.origin).call("POST", "accounts", details)
    proof = {"verification": begun.json["verification"], "code": mailed_code(site, details["email"])}
    assert Rest(site.origin).call("POST", "accounts/verification", proof).status == 201
    scopes = [word for scope in ("read", "write", "follow") for word in ("--scope", scope)]
    return username, Rest(site.origin, site.manage("create_token", username, *scopes))


def publish(author: Rest, media_ids: list[str], **words: Any) -> dict[str, Any]:
    """A new post, once it is developed and out."""
    created = author.call("POST", "posts", {"media_ids": media_ids, **words})
    assert created.status == 201, created.body
    return wait_for("publishing", lambda: _published(author, created.json["id"]))


def small_post(author: Rest, *, seed: int, pictures: int = 1, **words: Any) -> dict[str, Any]:
    """A post of small drawn pictures, once it is out."""
    files = [jpeg(900, 640 + 40 * number, seed=seed * 100 + number) for number in range(pictures)]
    uploads = [author.upload("small.jpg", "image/jpeg", file, alt_text="A drawing") for file in files]
    return publish(author, [answer.json["id"] for answer in uploads], **words)


def _published(author: Rest, post_id: str) -> dict[str, Any] | None:
    post: dict[str, Any] = author.call("GET", f"posts/{post_id}").json
    assert {media["state"] for media in post["media"]} <= {"received", "processing", "ready"}
    return post if post["state"] == "published" else None


def converse(post: dict[str, Any], author: Rest, other: Rest, words: Sequence[str]) -> str:
    """The author of the post says the first of `words` beneath it, and then the second instead; the other replies with
    the third. Returns the code of the comment.
    """
    said = author.call("POST", f"posts/{post['id']}/comments", {"text": words[0]}).json
    assert author.call("PATCH", f"comments/{said['id']}", {"text": words[1]}).status == 200
    reply = {"text": words[2], "parent_id": said["id"]}
    assert other.call("POST", f"posts/{post['id']}/comments", reply).status == 201
    assert other.call("PUT", f"comments/{said['id']}/like").status == 200
    return to_code(int(said["id"]))
