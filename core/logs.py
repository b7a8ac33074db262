"""One log record is one line; each carries the id of the request it belongs to, and no secret."""

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Signatures of media addresses and anything that looks like one of our tokens stay out of the logs.
_SECRETS = re.compile(
    r"((?:signature|X-Amz-Signature|token|password)=)[^&\s\"']+|\bcst_[A-Za-z0-9_-]{8,}", re.IGNORECASE
)


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


class OneLineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\r", "\\r").replace("\n", "\n    ")
