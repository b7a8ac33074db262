"""What Schemathesis cannot know of this API: its media types, real pictures, and what only the site can know."""

import json
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.transport import SerializationContext

from tests.images import jpeg

LONGEST_KEY = 200
PICTURE: Any = jpeg(64, 48)

# Well formed requests that are refused all the same: what is right in them depends on what happened before, on who
# asks, or on more than a schema can say. By the code of the refusal, of a field by its name and the code.
REFUSED_BY_WHAT_IS_KNOWN = {
    "cursor_unknown": "a cursor is good for the list that it came from alone",
    "416": "Range: how long a file is, no schema says",
    "version": "If-Match: the version is another one now",
    "password password_wrong": "nobody guesses it",
    "username username_taken": "somebody has it",
    "username username_reserved": "a few names are kept back",
    "email email_invalid": "what an address is, RFC 5322 says",
    "password password_too_similar": "it is like the name",
    "password password_too_common": "it is in a list of those that everybody takes",
    "password password_too_long": "it is measured in bytes",
    "code code_wrong": "it was in a mail",
    "website website_invalid": "what an address is, RFC 3986 says",
    "website invalid": "the same",
    "website max_length": "https:// comes before it",
    "links website_invalid": "the same",
    "links item_invalid": "the same",
    "name name_of_site": "what looks like the name of the site, Unicode says",
    "idempotency_key_short": "without a token a key must be one that nobody guesses",
    "redirect_uris redirect_uri_invalid": "the same, and some schemes belong to systems",
    "tags invalid": "what a letter is, Unicode says",
    "tags too_many": "those in the caption count as well",
    "publish_at not_offered": "posts go out at once; the type is that of the contract, for whoever generates a client",
    "parent_invalid": "parent: what an id may be is in its pattern, and numbers end somewhere",
    "parent_id not_found": "there is no such comment at this post",
    "text empty": "signs without width alone are no text",
    "comment_repeated": "the same person has just said it",
    "comment_everywhere": "the same person has said it at many posts",
    "comment_waiting": "nobody has let it out yet",
    "not_waiting": "it is out already",
    "pins_full": "three are pinned already",
    "pin_reply": "a reply stays under its comment",
    "comments_off": "its author wants no comments",
    "comments_for_followers": "its author wants comments of followers alone",
    "comment_filter too_long": "spaces at the ends do not count",
    "media_ids duplicate": "007 is 7",
    "media_ids not_found": "the caller has no such picture",
    "media_ids already_posted": "a picture is in one post at most",
    "name taken": "a collection of the caller has it",
    "name empty": "what has no width is no name",
    "too_many_collections": "so many the caller has already",
    "too_many_links": "so many there are already to this post or album",
    "not_published": "only what is published can be shared",
    "alias alias_invalid": "it has 4 signs at least, or none",
    "alias alias_taken": "somebody has this name, or it is reserved",
    "expires_at out_of_range": "it is over, or too far away",
    "host host_invalid": "what a name of a host is, the DNS says",
    "too_many_albums": "so many the caller has already",
    "album_full": "so many are in it already",
    "posts not_found": "the caller has no such post",
    "cover not_found": "the post is not in the album",
    "title empty": "what has no width is no title",
    "username cannot_tag": "who may be tagged, that person says",
    "people cannot_tag": "the same",
    "media_id not_found": "the picture is in another post",
    "people not_found": "the same",
    "until until_invalid": "it is over, or too far away",
    "dismiss_self": "nobody does this to oneself",
    "follow_self": "nobody does this to oneself",
    "block_self": "nobody does this to oneself",
    "mute_self": "nobody does this to oneself",
    "restrict_self": "nobody does this to oneself",
    "close_friend_self": "nobody does this to oneself",
    "report_self": "nobody does this to oneself",
    "unsupported_type": "what is in a file, its bytes say",
    "checksum_algorithm": "the fuzzer leaves a header empty where it finds no good value",
    "file digest": "what bytes add up to, no schema can say",
    "checksum_mismatch": "what bytes add up to, no schema can say",
    "not_public": "who sees a post, its author says",
    "connections connection_unknown": "which accounts elsewhere somebody has, no schema can say",
    "not_connected": "the same",
    "not_failed": "what came of it, the network says",
    "push_off": "the site of the fuzzer sends nothing to devices",
    "endpoint endpoint_refused": "where a name leads, no schema can say",
    "keys keys_invalid": "what a point of a curve is, no schema can say",
    "too_large": "Upload-Length says less than the body has",
}

# What the fuzzer takes for a bad request and is none: RFC 9110 has unknown headers passed over. In a form all is text,
# also what was a list, and where the fuzzer means a NUL it sends a star.
NOT_BAD = "in header - object with unexpected properties"
NOT_BAD_IN_FORMS = ("violates `pattern` at /properties/alt_text", "violates `type` at /properties/alt_text")


@schemathesis.serializer("application/offset+octet-stream")
def send_bytes(context: SerializationContext, value: Any) -> bytes | None:
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: "Case[Any]", response: Response) -> bool:
    """Drops what is said above to be right; a recipe has rules of its own, in docs/recipes.md.

    Nor does it take for bad what is not.
    """
    if isinstance(failure, AcceptedNegativeData):
        in_form = NOT_BAD_IN_FORMS if case.media_type == "multipart/form-data" else ()
        return not any(words in failure.message for words in (NOT_BAD, *in_form))
    if not isinstance(failure, RejectedPositiveData):
        return True
    return not all(each in REFUSED_BY_WHAT_IS_KNOWN or each.startswith("recipe ") for each in reasons(response))


def reasons(response: Response) -> set[str]:
    """Why it was refused, as the keys above say it, without the place in a list; the status where there is no body."""
    try:
        problem = json.loads(response.content)
        fields = {f"{each['field'].partition('.')[0]} {each['code']}".strip() for each in problem["errors"]}
        return fields or {str(problem["code"])}
    except (ValueError, LookupError, TypeError):
        return {str(response.status_code)}


@schemathesis.hook
def before_call(context: HookContext, case: "Case[Any]", kwargs: dict[str, Any]) -> None:
    """An Idempotency-Key for each request: that of the example is used up."""
    key = case.headers.get("Idempotency-Key") if case.headers else None
    if isinstance(key, str) and len(key) < LONGEST_KEY:
        case.headers["Idempotency-Key"] = key + case.id


@schemathesis.hook
def map_body(context: HookContext, body: Any) -> Any:
    """What may be a picture is one, in a form whose fields are good."""
    is_form = (
        isinstance(body, dict)
        and bool(body.get("file"))
        and all(isinstance(each, str | bytes) for each in body.values())
    )
    return {**body, "file": PICTURE} if is_form else body
