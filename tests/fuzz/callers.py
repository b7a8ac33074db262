"""Who calls, and what they have to begin with."""

import json
from dataclasses import dataclass

from engines.temporary import TemporarySite
from tests.e2e.people import small_post
from tests.e2e.rest import Rest
from tests.images import jpeg

EVERYTHING = ["read", "write", "follow", "push"]
SCOPES: dict[str, list[str]] = {"anonymous": [], "member": EVERYTHING, "narrow": ["read"], "staff": EVERYTHING}
CALLERS = tuple(SCOPES)
FRIENDS = ("hana", "milo", "wren")  # the people of the examples in the schema
AUTHOR = "author"  # whom nobody blocks, as the fuzzer is not told this name
OWN_POSTS, FREE_MEDIA, OPEN_UPLOADS = 3, 6, 3


@dataclass(frozen=True)
class Caller:
    """`token` is "" for nobody; `things` are ids that this caller may meet, by the kind of thing."""

    name: str
    token: str
    things: dict[str, list[str]]


def make_callers(site: TemporarySite) -> dict[str, Caller]:
    """All of them by name, with posts that the worker has developed."""
    made = site.manage("shell", "--no-imports", "-c", "from tests.fuzz.people import make_people; print(make_people())")
    tokens: dict[str, dict[str, str]] = json.loads(made)
    shown = [shown_post(Rest(site.origin, tokens[AUTHOR]["sets up"]), number) for number in range(3)]
    callers = {}
    for name, scopes in SCOPES.items():
        own = make_things(Rest(site.origin, tokens[name]["sets up"])) if scopes else {}
        things = {"usernames": [*FRIENDS, f"{name}er"], "posts": [*shown, *own.pop("posts", [])], **own}
        callers[name] = Caller(name, tokens.get(name, {}).get("calls", ""), things)
    callers["anonymous"].things.update({**callers["member"].things, **callers["anonymous"].things})
    return callers


def shown_post(app: Rest, number: int) -> str:
    post = small_post(app, seed=number, title="Bowls", caption="For @milo #kiln", tags=["kyoto"], downloads=True)
    return str(post["id"])


def make_things(app: Rest) -> dict[str, list[str]]:
    """Posts that are out, one archived and one in the trash, media in no post, open uploads and an archive."""
    posts = [small_post(app, seed=seed, title="Jar", tags=["kiln"])["id"] for seed in range(OWN_POSTS + 2)]
    app.call("PUT", f"posts/{posts[-2]}/archive")
    app.call("DELETE", f"posts/{posts[-1]}")
    free = [app.upload("free.jpg", "image/jpeg", jpeg(64, 48, seed=seed)).json["id"] for seed in range(FREE_MEDIA)]
    begun = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000"}
    uploads = [app.send("POST", "/rest/v1/uploads", headers=begun).json["id"] for _ in range(OPEN_UPLOADS)]
    return {"posts": posts, "media": free, "uploads": uploads, "exports": [app.call("POST", "exports").json["id"]]}
