"""A field takes the JSON type that the schema names, and nothing that could be read as one."""

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field

from core.api.fields import Decimal, Flag, Some, Text, Whole

AnyField = Field[Any, Any, Any, Any]
OTHERS: list[tuple[AnyField, list[Any]]] = [
    (Text(), [0, 1.5, True, ["a"], {}, "a\x00b", "  "]),
    (Flag(), [0, 1, "true", "yes", [], {}]),
    (Whole(), ["5", True, 5.5, [5]]),
    (Decimal(), ["1.5", False, [1.5]]),
    (Some(child=Text()), ["ab", {"a": 1}, [1]]),
]


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
def test_value_of_the_type_is_taken(field: AnyField, value: Any) -> None:
    assert field.run_validation(value) == value


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in OTHERS for value in values])
def test_value_of_another_type_is_refused(field: AnyField, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        field.run_validation(value)

    assert refused.value.status_code == 400
