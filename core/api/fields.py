"""Fields of bodies that take the JSON type which the schema names, and no other that could be read as one.

`words` are what the schema says of a field beside its type: rules that services keep, in their own words.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

NO_NUL = r"^[^\u0000]*$"
NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


class Text(serializers.CharField):
    """A string; DRF's own takes numbers too."""

    def __init__(self, *, words: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.words = words if words and "enum" in words else {**self._shape(), **(words or {})}

    def _shape(self) -> dict[str, Any]:
        if self.allow_blank:
            return {"pattern": NO_NUL}
        return {"pattern": NOT_BLANK if self.trim_whitespace else NO_NUL, "minLength": 1}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false; DRF's own takes "yes" and 1 too."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number; DRF's own takes its digits in a string too."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str | bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Decimal(serializers.FloatField):
    """A number; DRF's own takes its digits in a string too."""

    def __init__(self, *, words: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.words = words or {}

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, str | bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Some(serializers.ListField):
    """A list."""

    def __init__(self, *, words: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.words = words or {}
