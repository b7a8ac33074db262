"""One log record is one line; each carries the id of the request it belongs to, and no secret."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Signatures of media addresses, links out of mails, share links and anything that looks like one of our tokens stay out
# of the logs.
_SECRETS = re.compile(
    r"((?:signature|X-Amz-Signature|token|password)=|/unsubscribe/|/notices/open/|/s/)[^&\s\"']+|\bcst_[A-Za-z0-9_-]{8,}",
    re.IGNORECASE,
)
# No line of ours says which thread or process wrote it, so nobody looks it up (the logging how-to, "Optimization").
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

# What every record has; all others are extras of the one who wrote it.
_KNOWN = frozenset({*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", "request_id"})
_to_json = json.JSONEncoder(default=str).encode  # ASCII alone: one line, whatever signs are in it
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def without_secrets(text: str) -> str:
    return _SECRETS.sub(lambda match: f"{match.group(1) or 'cst_'}***", text)


class RequestFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.msg = without_secrets(record.getMessage())
        record.args = ()
        return True


class JsonFormatter(logging.Formatter):
    """{"message": ..., "level": ..., "logger": ..., "request_id": ..., "time": ..., extras}; exc_info, stack_info."""

    def format(self, record: logging.LogRecord) -> str:
        known = record.__dict__
        message = record.getMessage()
        data = {
            "message": message if "request_id" in known else without_secrets(message),  # else the filter has done it
            "level": record.levelname,
            "logger": record.name,
            "request_id": known.get("request_id", "-"),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
        }
        for name in known:
            if name not in _KNOWN and not (
                name == "data" and record.name.startswith("celery.")
            ):  # what tasks are given
                data[name] = _cleaned(known[name])
        if record.exc_info:
            data["exc_info"] = without_secrets(self.formatException(record.exc_info))
        if record.stack_info:
            data["stack_info"] = without_secrets(self.formatStack(record.stack_info))
        return _to_json(data)


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
