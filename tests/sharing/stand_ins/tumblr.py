"""Tumblr's API, from https://github.com/tumblr/docs (api.md and npf-spec.md)."""

import json
from typing import Any

from tests.sharing.stand_ins.oauth2 import OAuth2
from tests.sharing.stand_ins.server import Asked, Said, StandIn

BLOGS = [("t:one", "kiln"), ("t:two", "darkroom")]


class TumblrServer(StandIn):
    """`posts` are what stands there, with the blog and the files that came along."""

    def __init__(self) -> None:
        super().__init__()
        self.oauth = OAuth2(expires_in=2520, needs_proof=False)
        self.blogs = BLOGS
        self.posts: list[dict[str, Any]] = []

    def answer(self, asked: Asked) -> Said:
        if (asked.method, asked.path) == ("POST", "/v2/oauth2/token"):
            return self.oauth.token(asked)
        if asked.token not in self.oauth.tokens:
            return said(401, "Unauthorized", [{"title": "Unauthorized", "code": 1016, "detail": "Unable to authorize"}])
        if (asked.method, asked.path) == ("GET", "/v2/user/info"):
            blogs = [{"uuid": uuid, "name": name, "url": f"https://{name}.tumblr.com/"} for uuid, name in self.blogs]
            return said(200, "OK", response={"user": {"name": "kiln", "blogs": blogs}})
        if asked.method == "POST" and asked.path.startswith("/v2/blog/"):
            return self._post(asked, asked.path.split("/")[3])
        return said(404, "Not Found")

    def _post(self, asked: Asked, blog: str) -> Said:
        first, *files = asked.parts
        assert (first.name, first.kind, first.filename) == ("json", "application/json", "")
        body, given = json.loads(first.data), {part.name: part for part in files}
        if not isinstance(body.get("content"), list) or not body["content"]:
            return said(400, "Bad Request", [{"title": "'content' must be an array'", "code": 8001}])
        for block in body["content"]:
            for media in block["media"] if isinstance(block.get("media"), list) else [block.get("media")]:
                if media is not None and given[media["identifier"]].kind != media["type"]:
                    return said(400, "Bad Request", [{"title": "Invalid media", "code": 8005}])
            if block["type"] == "text" and len(block["text"]) > 4096:
                return said(400, "Bad Request", [{"title": "Text is too long", "code": 8001}])
        self.posts.append({**body, "blog": blog, "files": given})
        return said(201, "Created", response={"id": str(7000 + len(self.posts))})


def said(status: int, words: str, errors: list[Any] | None = None, response: Any = None) -> Said:
    body = {"meta": {"status": status, "msg": words}, "response": response or {}}
    return Said(status, {**body, "errors": errors} if errors else body)
