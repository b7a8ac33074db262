"""The one vocabulary of errors. Services raise these; pages and API each have one handler that turns them into answers.

`code` is for programs and stays the same for ever, `detail` is a sentence for people.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one named part of what was sent."""

    field: str
    code: str
    message: str


class AppError(Exception):
    status = 500
    code = "error"
    title = "Something went wrong"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.code = code or self.code
        self.errors = tuple(errors)
        self.retry_after = retry_after


class Malformed(AppError):
    """The request cannot be understood: broken JSON, an unknown cursor."""

    status = 400
    code = "malformed"
    title = "That request could not be understood"


class NotSignedIn(AppError):
    status = 401
    code = "not_signed_in"
    title = "Please log in first"


class NotAllowed(AppError):
    """The person may see the thing, but not do this with it."""

    status = 403
    code = "not_allowed"
    title = "You may not do that"


class NotFound(AppError):
    """Missing, or not this viewer's to see: the two answer the same."""

    status = 404
    code = "not_found"
    title = "There is nothing here"


class MethodNotAllowed(AppError):
    status = 405
    code = "method_not_allowed"
    title = "This address does not work that way"


class Conflict(AppError):
    status = 409
    code = "conflict"
    title = "That does not fit with what is already there"


class Gone(AppError):
    """It was here, its time is over."""

    status = 410
    code = "gone"
    title = "That is not kept any longer"


class Removed(Gone):
    """Its author's own, taken off the site by the people who run it. Nobody but the author is told."""

    code = "removed"
    title = "This post was removed"


class RemovedComment(Removed):
    """The same for what somebody said about a post."""

    title = "This comment was removed"


class LengthRequired(AppError):
    """A body of unknown length: the web server hands on only what Content-Length announces."""

    status = 411
    code = "length_required"
    title = "Say how long the body is"


class PreconditionFailed(AppError):
    """The client speaks another version of a protocol."""

    status = 412
    code = "precondition_failed"
    title = "That is not the version spoken here"


class UploadTooLarge(AppError):
    status = 413
    code = "too_large"
    title = "That file is too large"


class QuotaExceeded(AppError):
    """The person has no room left for another original."""

    status = 413
    code = "quota_exceeded"
    title = "There is no room for that file"


class UnsupportedBody(AppError):
    """A body in a format that is not read here."""

    status = 415
    code = "unsupported_media_type"
    title = "What was sent is in a format that is not read here"


class UnsupportedFile(AppError):
    status = 415
    code = "unsupported_type"
    title = "That is not a picture we can show"


class InvalidInput(AppError):
    """Understood, but one or more fields cannot be accepted; `errors` names each."""

    status = 422
    code = "invalid"
    title = "Some of what you sent cannot be accepted"

    @classmethod
    def field(cls, field: str, message: str, *, code: str = "invalid") -> "InvalidInput":
        return cls(message, code=code, errors=[FieldError(field, code, message)])


class RateLimited(AppError):
    status = 429
    code = "rate_limited"
    title = "Too much at once"


class ChecksumMismatch(AppError):
    """Bytes arrived changed; the status is the one that the tus protocol has for it."""

    status = 460
    code = "checksum_mismatch"
    title = "What arrived is not what was sent"


class Unavailable(AppError):
    """A part of the house is away; the same request will work later."""

    status = 503
    code = "unavailable"
    title = "Not available for a moment"

    def __init__(self, detail: str = "", *, code: str | None = None, retry_after: int = 10) -> None:
        super().__init__(detail, code=code, retry_after=retry_after)
