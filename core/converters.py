"""Path converters: ids are short codes in pages, decimal strings in the API; usernames and tags may be in any case."""

from django.urls import register_converter

from core.ids import from_code, parse_id, to_code
from core.text import fold_tag, is_tag


class CodeConverter:
    regex = "[0-9A-Za-z]{1,11}"

    def to_python(self, value: str) -> int:
        return from_code(value)

    def to_url(self, value: int) -> str:
        return to_code(value)


class IdConverter:
    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        return parse_id(value)

    def to_url(self, value: int) -> str:
        return str(value)


class UsernameConverter:
    regex = "[A-Za-z0-9._]{1,30}"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


class TagConverter:
    """A tag in its one spelling, however it was typed."""

    regex = "[^/]{1,200}"

    def to_python(self, value: str) -> str:
        tag = fold_tag(value)
        if not is_tag(tag):
            raise ValueError(f"{value!r} is not a tag")
        return tag

    def to_url(self, value: str) -> str:
        return value


class PlaceConverter:
    """A place as somebody writes it; photos.places has its one spelling."""

    regex = "[^/]{1,200}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
register_converter(IdConverter, "id")
register_converter(UsernameConverter, "username")
register_converter(TagConverter, "tag")
register_converter(PlaceConverter, "place")
