"""One log record is one line; each carries the id of the request it belongs to, and no secret."""

import logging
import re
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Signatures of media addresses and anything that looks like one of our tokens stay out of the logs.
_SECRETS = re.compile(
    r"((?:signature|X-Amz-Signature|token|password)=)[^&\s\"']+|\bcst_[A-Za-z0-9_-]{8,}", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def without_secrets(text: str) -> str:
    return _SECRETS.sub(lambda match: f"{match.group(1) or 'cst_'}***", text)


class RequestFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.msg = without_secrets(record.getMessage())
        record.args = ()
        return True


class JsonFormatter(BaseJsonFormatter):
    """{"time": ..., "level": ..., "logger": ..., "request_id": ..., "message": ..., extras}"""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "{message}{levelname}{name}{request_id}",
            style="{",
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger"},
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: _cleaned(value) for name, value in log_data.items()}


class OneLineFormatter(logging.Formatter):
    """For people: the message on one line, a traceback set in below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is logging's
        return _visible(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(map(_visible, without_secrets(super().format(record)).split("\n")))


def _cleaned(value: Any) -> Any:
    """`value` for JSON, secrets taken out of every text in it; what JSON does not know becomes text."""
    if isinstance(value, dict):
        return {str(name): _cleaned(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float, datetime)) else without_secrets(str(value))


def _visible(text: str) -> str:
    """Line breaks and other control characters spelled out, so that nobody can write lines of their own."""
    return _CONTROLS.sub(lambda match: match.group().encode("unicode_escape").decode(), text)
