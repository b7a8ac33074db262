import os

import pytest

from engines.errors import Refusal
from engines.places import Places
from engines.reach import check_reachable

DEAD = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c", "REDIS_URL": "redis://127.0.0.1:1/0"}


@pytest.mark.parametrize("name", DEAD)
def test_engine_nobody_answers_for_is_named(monkeypatch: pytest.MonkeyPatch, places: Places, name: str) -> None:
    monkeypatch.setenv(name, DEAD[name])

    with pytest.raises(Refusal, match=f"^{name}: nothing can be reached there: .*refused"):
        check_reachable(name, places, os.environ)


@pytest.mark.parametrize("name", DEAD)
def test_engine_with_a_wrong_address_is_named(monkeypatch: pytest.MonkeyPatch, places: Places, name: str) -> None:
    monkeypatch.setenv(name, "mysql://elsewhere/1")

    with pytest.raises(Refusal, match=f"^{name}: must "):
        check_reachable(name, places, os.environ)


def test_engine_of_these_tests_is_reached(places: Places) -> None:
    reached = []
    for name in DEAD:
        check_reachable(name, places, os.environ)
        reached.append(name)

    assert reached == ["DATABASE_URL", "REDIS_URL"]
