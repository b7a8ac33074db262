"""A field takes the JSON type that the schema names, and nothing that could be read as one."""

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field

from core.api.fields import Decimal, Flag, Some, Text, Whole


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Text(), "words"),
        (Text(allow_blank=True), ""),
        (Flag(), False),
        (Whole(), 5),
        (Whole(), 5.0),
        (Decimal(), 1),
        (Decimal(), -0.25),
        (Some(child=Text()), ["a", "b"]),
    ],
)
def test_value_of_the_type_is_taken(field: "Field[object, object, object, object]", value: object) -> None:
    assert field.run_validation(value) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((Text(), value) for value in (0, 1.5, True, ["a"], {"a": 1}, "a\x00b", "  ")),
        *((Flag(), value) for value in (0, 1, "true", "yes", [1], {"a": 1})),
        *((Whole(), value) for value in ("5", True, 5.5, [5])),
        *((Decimal(), value) for value in ("1.5", False, [1.5])),
        *((Some(child=Text()), value) for value in ("ab", {"a": 1}, [1])),
    ],
)
def test_value_of_another_type_is_refused(field: "Field[object, object, object, object]", value: object) -> None:
    with pytest.raises(ValidationError):
        field.run_validation(value)
