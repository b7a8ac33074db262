"""What calls share in the schema: errors, headers, values in addresses, and the ways to say who one is."""

from typing import Any

from core.api.calls import ID_PATTERN
from core.api.errors import problem
from core.exceptions import (
    AppError,
    ChecksumMismatch,
    Conflict,
    Gone,
    InvalidInput,
    LengthRequired,
    Malformed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    RateLimited,
    Unavailable,
    UnsupportedBody,
    UploadTooLarge,
)

Json = dict[str, Any]

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}

_FIELD_ERROR = {
    "type": "object",
    "properties": {
        "field": {**_TEXT, "description": "The name of the field, as `location.latitude`; empty for the whole."},
        "code": _TEXT,
        "message": _TEXT,
    },
    "required": ["field", "code", "message"],
}
PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457): `code` is for programs and stays the same, `detail` is for people.",
    "properties": {
        "type": {**_TEXT, "description": "`urn:problem:` and the code."},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": _TEXT,
        "detail": _TEXT,
        "errors": {"type": "array", "items": _FIELD_ERROR, "description": "What is wrong with each field."},
        "request_id": {**_TEXT, "description": "Tell it to the people who run the site."},
    },
    "required": ["type", "title", "status", "code", "detail", "errors", "request_id"],
}


def _example(error: AppError) -> Json:
    return {**problem(error), "request_id": "c0ffee0ddba11ace"}


PROBLEMS: dict[int, tuple[str, Json]] = {
    error.status: (error.title, _example(error))
    for error in (
        Malformed("limit must be a whole number.", code="limit_invalid"),
        NotSignedIn(),
        NotAllowed("This token lacks the scope 'write'.", code="scope_missing"),
        NotFound(),
        Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused"),
        Gone(),
        LengthRequired("Send the body with Content-Length, not in chunks."),
        PreconditionFailed("This is not the version you asked for.", code="version"),
        UploadTooLarge(),
        UnsupportedBody(),
        InvalidInput.field("title", "The title may have 120 signs at most.", code="too_long"),
        RateLimited("Too many requests. Wait 12 seconds.", retry_after=12),
        ChecksumMismatch(),
        Unavailable(),
    )
}

PROBLEM["examples"] = [PROBLEMS[422][1]]

HEADERS: dict[str, Json] = {
    "RateLimit-Limit": {"description": "How many calls there are in one window of time.", "schema": _NUMBER},
    "RateLimit-Remaining": {"description": "How many of them are left.", "schema": _NUMBER},
    "RateLimit-Reset": {"description": "Seconds until the window is over.", "schema": _NUMBER},
    "Retry-After": {"description": "Seconds to wait before the same call may work.", "schema": _NUMBER},
    "X-Request-Id": {"description": "The number of this call in the logs of the site.", "schema": _TEXT},
    "WWW-Authenticate": {"description": "`Bearer`: a token is needed, or this one is not good.", "schema": _TEXT},
    "Link": {"description": 'The next page, as `<...>; rel="next"`; missing on the last one.', "schema": _TEXT},
    "ETag": {"description": "The version of the answer, for `If-None-Match`.", "schema": _TEXT},
    "Content-Range": {"description": "Which bytes of how many.", "schema": _TEXT},
}

PATH_VALUES: dict[str, Json] = {
    "id": {"schema": {**_TEXT, "pattern": ID_PATTERN}, "example": "7234567890123456790"},
    "place": {"schema": {**_TEXT, "minLength": 1, "maxLength": 200}, "example": "sao-paulo"},
    "username": {"schema": {**_TEXT, "pattern": r"^[A-Za-z0-9._]{1,30}$"}, "example": "hana"},
    "tag": {"schema": {**_TEXT, "minLength": 1, "maxLength": 200}, "example": "kyoto"},
}

SCOPES = {
    "read": "Read what the person may see.",
    "write": "Upload, post, like and change.",
    "follow": "Follow, block, mute and restrict people.",
    "push": "Send news to a device.",
}
SECURITY: dict[str, Json] = {
    "oauth2": {
        "type": "oauth2",
        "description": "A token of an app; see `/.well-known/oauth-authorization-server`. PKCE with S256 is needed.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "refreshUrl": "/oauth/token",
                "scopes": SCOPES,
            }
        },
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A personal access token from Settings, with the scopes that were chosen for it.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "The session of a browser; where the site has no https its name is `session`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "The value of the cookie `__Host-csrf` (`csrf` without https), with everything that changes.",
    },
}
