from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.matching import begins_with, fold
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def found(typed: str) -> list[str]:
    return [user.username for user in begins_with(User.objects.order_by("username"), typed)]


@pytest.fixture
def people() -> None:
    names = {
        "hana.kiln": "Hana Tanaka",
        "jose": "José Núñez-Ávila",
        "soren_k": "Søren Ångström",
        "plain": "",
        "percent": "100% _wild_",
        "greek": "Ὀδυσσεύς",
    }
    for username, display_name in names.items():
        make_user(username, display_name=display_name)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("han", ["hana.kiln"]),
        ("@Hana.K", ["hana.kiln"]),
        ("kiln", ["hana.kiln"]),
        ("tan", ["hana.kiln"]),
        ("ana", []),
        ("tanaka hana", ["hana.kiln"]),
        ("jose nunez", ["jose"]),
        ("AVILA", ["jose"]),
        ("núñez", ["jose"]),
        ("soren", ["soren_k"]),
        ("angstrom", ["soren_k"]),
        ("οδυσσευς", ["greek"]),
        ("100", ["percent"]),
        ("wild", ["percent"]),
        ("%", []),
        ("_", []),
        ("\0", []),
        ("'; drop", []),
        ("\\", []),
        ("x" * 10_000, []),
    ],
)
def test_person_is_found_by_how_words_begin(people: None, typed: str, expected: list[str]) -> None:
    assert found(typed) == expected


@pytest.mark.parametrize("typed", ["", "  "])
def test_nothing_typed_finds_everybody(people: None, typed: str) -> None:
    assert len(found(typed)) == 6


@given(st.text(max_size=40))
def test_fold_has_no_signs_between_words_but_single_spaces(text: str) -> None:
    assert "  " not in fold(text)


@given(st.text(max_size=40))
def test_fold_is_the_same_for_composed_and_decomposed_text(text: str) -> None:

    assert fold(normalize("NFD", text)) == fold(normalize("NFC", text))
