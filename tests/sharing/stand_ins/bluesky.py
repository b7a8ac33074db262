"""A server of Bluesky's protocol, from the lexicons of https://github.com/bluesky-social/atproto (lexicons/com/atproto
and lexicons/app/bsky) and https://docs.bsky.app/docs/tutorials/creating-a-post.
"""

import hashlib
import re
import secrets
from typing import Any

from tests.sharing.stand_ins.server import Asked, Said, StandIn

DID = "did:plc:u5cwb2mwiv2bfq53cjufe6yn"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


class BlueskyServer(StandIn):
    """`records` are what stands there, by their keys; `access` and `refresh` the tokens that are valid."""

    def __init__(self) -> None:
        super().__init__()
        self.password = "abcd-efgh-ijkl-mnop"
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.blobs: dict[str, tuple[str, bytes]] = {}
        self.records: dict[str, dict[str, Any]] = {}
        self.home = ""

    def answer(self, asked: Asked) -> Said:  # noqa: PLR0911  one for each call
        name = asked.path.removeprefix("/xrpc/")
        if name == "com.atproto.server.createSession":
            return self._log_in(asked)
        if name in ("com.atproto.server.refreshSession", "com.atproto.server.deleteSession"):
            if asked.token not in self.refresh:
                return Said(400, {"error": "ExpiredToken", "message": "Token has been revoked"})
            self.refresh.discard(asked.token)
            return Said(200) if name.endswith("deleteSession") else Said(200, self.session())
        if not asked.token:
            return Said(401, {"error": "AuthMissing", "message": "Authentication Required"})
        if asked.token not in self.access:
            return Said(400, {"error": "ExpiredToken", "message": "Token has expired"})
        if name == "com.atproto.repo.uploadBlob":
            return self._take_blob(asked)
        if name == "com.atproto.repo.putRecord":
            return self._put(asked)
        return Said(501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"})

    def session(self) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access.add(access)
        self.refresh.add(refresh)
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.home or self.origin,
        }
        document = {"id": DID, "service": [service]}
        return {"did": DID, "handle": "alma.test", "accessJwt": access, "refreshJwt": refresh, "didDoc": document}

    def _log_in(self, asked: Asked) -> Said:
        sent = asked.json
        if sent["identifier"] not in ("alma.test", DID) or sent["password"] != self.password:
            return Said(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
        return Said(200, self.session())

    def _take_blob(self, asked: Asked) -> Said:
        kind = asked.headers["content-type"]
        link = f"bafkrei{hashlib.sha256(asked.body).hexdigest()[:52]}"
        self.blobs[link] = (kind, asked.body)
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": kind, "size": len(asked.body)}
        return Said(200, {"blob": blob})

    def _put(self, asked: Asked) -> Said:
        sent = asked.json
        record, problem = sent["record"], ""
        if not TID.fullmatch(sent["rkey"]) or sent["repo"] != DID or sent["collection"] != "app.bsky.feed.post":
            problem = "Invalid record key"
        elif record["$type"] != sent["collection"] or not re.fullmatch(r"[\d-]+T[\d:.]+Z", record["createdAt"]):
            problem = "Record/createdAt must be a valid atproto datetime"
        elif len(record["text"]) > 300 or len(record["text"].encode()) > 3000:
            problem = "Record/text must not be longer than 300 graphemes"
        else:
            problem = self._embed_problem(record.get("embed")) or self._facet_problem(record)
        if problem:
            return Said(400, {"error": "InvalidRequest", "message": f"Invalid app.bsky.feed.post record: {problem}"})
        self.records[sent["rkey"]] = record
        return Said(200, {"uri": f"at://{DID}/app.bsky.feed.post/{sent['rkey']}", "cid": "bafyreibjifzpqj6o6wcq3"})

    def _embed_problem(self, embed: dict[str, Any] | None) -> str:
        if embed is None or embed["$type"] == "app.bsky.embed.external":
            return ""
        if embed["$type"] == "app.bsky.embed.video":
            kind, data = self.blobs[embed["video"]["ref"]["$link"]]
            return "" if kind == "video/mp4" and len(data) <= 50_000_000 else "Record/embed/video"
        if len(embed["images"]) > 4:
            return "Record/embed/images must not have more than 4 elements"
        for image in embed["images"]:
            kind, data = self.blobs[image["image"]["ref"]["$link"]]
            if not kind.startswith("image/") or len(data) > 1_000_000:
                return "Record/embed/images/image is too large"
            if "alt" not in image or min(image["aspectRatio"].values()) < 1:
                return "Record/embed/images must have the property alt"
        return ""

    def _facet_problem(self, record: dict[str, Any]) -> str:
        """Each facet lies on what it says, in bytes."""
        data = record["text"].encode()
        for facet in record.get("facets", []):
            said = data[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
            feature = facet["features"][0]
            if said not in (feature.get("uri"), f"#{feature.get('tag')}"):
                return f"Record/facets: {said!r}"
        return ""
