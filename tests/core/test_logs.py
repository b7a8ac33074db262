import json
import logging
import re
import sys
from types import TracebackType

import pytest

from core.logs import JsonFormatter, OneLineFormatter, RequestFilter, request_id, without_secrets

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def record(message: str, *arguments: object, exc_info: ExcInfo | None = None, **extra: object) -> logging.LogRecord:
    made = logging.getLogger("tests").makeRecord(
        "tests", logging.INFO, "file.py", 1, message, arguments, exc_info, extra=extra
    )
    RequestFilter().filter(made)
    return made


def as_json(made: logging.LogRecord) -> str:
    return JsonFormatter().format(made)


def as_text(made: logging.LogRecord) -> str:
    return OneLineFormatter("{levelname} [{request_id}] {message}", style="{").format(made)


def failure(message: str) -> ExcInfo:
    try:
        raise ValueError(message)
    except ValueError as error:
        return type(error), error, sys.exc_info()[2]


def test_json_record_carries_the_request_it_belongs_to() -> None:
    token = request_id.set("00ff")
    try:
        line = json.loads(as_json(record("%s %s", "GET", "/x", milliseconds=1.5)))
    finally:
        request_id.reset(token)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", line.pop("time"))
    assert line == {
        "message": "GET /x",
        "level": "INFO",
        "logger": "tests",
        "request_id": "00ff",
        "milliseconds": 1.5,
    }


def test_record_outside_of_a_request_says_so() -> None:
    assert json.loads(as_json(record("tick")))["request_id"] == "-"


@pytest.mark.parametrize("write", [as_json, as_text])
@pytest.mark.parametrize("sign", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_record_with_line_breaks_in_its_message_is_one_line(write: object, sign: str) -> None:
    text = write(record("%s", f"first{sign}INFO forged"))  # type: ignore[operator]

    assert len(text.splitlines()) == 1


def test_json_record_with_a_traceback_is_one_line() -> None:
    text = as_json(record("it broke", exc_info=failure("one\ntwo")))

    assert len(text.splitlines()) == 1
    assert "ValueError: one\ntwo" in json.loads(text)["exc_info"]


def test_text_record_with_a_traceback_sets_every_further_line_in() -> None:
    first, *others = as_text(record("it broke", exc_info=failure("one\nINFO forged"))).splitlines()

    assert first == "INFO [-] it broke"
    assert [line for line in others if not line.startswith("    ")] == []


SECRETS = [
    "/media/renditions/a.jpg?e=1&t=image%2Fjpeg&signature=s3cr3t",
    "https://s3.example.org/a?X-Amz-Signature=s3cr3t&X-Amz-Date=1",
    "Authorization: Bearer cst_s3cr3t-and_more",
    "?token=s3cr3t",
    "?PASSWORD=s3cr3t&next=/",
    "'password=s3cr3t'",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secret_is_taken_out_of_a_text(text: str) -> None:
    assert "s3cr3t" in text
    assert "s3cr3t" not in without_secrets(text)


def test_text_without_secrets_stays_as_it_is() -> None:
    text = "GET /media/renditions/a.jpg?e=1 200 signature ok, password changed, cst_"

    assert without_secrets(text) == text


def test_text_with_a_secret_keeps_the_rest() -> None:
    assert without_secrets("/a?signature=abc&t=image") == "/a?signature=***&t=image"


@pytest.mark.parametrize("write", [as_json, as_text])
@pytest.mark.parametrize("text", SECRETS)
def test_secret_is_kept_out_of_every_part_of_a_record(write: object, text: str) -> None:
    written = [
        write(record(text)),  # type: ignore[operator]
        write(record("%s", text)),  # type: ignore[operator]
        write(record("x", exc_info=failure(text))),  # type: ignore[operator]
        write(record("x", error=text)),  # type: ignore[operator]
    ]

    assert [line for line in written if "s3cr3t" in line] == []


def test_json_record_with_quotes_around_a_secret_is_still_json() -> None:
    line = json.loads(as_json(record("x", error='say "token=abc" and "more"\\')))

    assert line["error"] == 'say "token=***" and "more"\\'


def test_what_a_task_was_given_stays_out_of_the_log() -> None:
    made = logging.getLogger("celery.app.trace").makeRecord(
        "celery.app.trace",
        logging.INFO,
        "file.py",
        1,
        "Task %(name)s[%(id)s] succeeded",
        ({"name": "core.send_mail", "id": "7"},),
        None,
        extra={"data": {"kwargs": {"text": "Your code is 123456"}}},
    )
    RequestFilter().filter(made)

    line = as_json(made)

    assert json.loads(line)["message"] == "Task core.send_mail[7] succeeded"
    assert "123456" not in line
