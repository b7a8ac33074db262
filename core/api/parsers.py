from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from core.exceptions import UploadTooLarge

MAX_JSON_BYTES = 1024**2


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most 1 MB: no NaN, no bottomless nesting."""

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
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error.msg} at line {error.lineno}.") from error
