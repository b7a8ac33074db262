import json
from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from core.exceptions import UploadTooLarge

MAX_JSON_BYTES = 1024**2


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most 1 MB: no NaN, no bottomless nesting, no name twice in one object."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _, _, parameters = (media_type or "").lower().partition("charset=")
        charset = parameters.partition(";")[0].strip().strip('"')
        if charset not in ("", "utf-8", "utf8"):
            raise UnsupportedMediaType(media_type or "", "JSON is read as UTF-8 only.")
        body = stream.read(MAX_JSON_BYTES + 1)
        if len(body) > MAX_JSON_BYTES:
            raise UploadTooLarge("A JSON body may have 1 MB at most.")
        try:
            data = orjson.loads(body)
            json.loads(body, object_pairs_hook=_each_once)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error.msg} at line {error.lineno}.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        return data


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    """ParseError when a name stands twice: of two values one reader takes the first, another the last."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ParseError("A name stands twice in one object.")
