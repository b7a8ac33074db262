import pytest
from django.db import connection

from core.locks import try_lock
from tests.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)


def enter(name: str, number: int) -> bool:
    with try_lock(name, number) as mine:
        return mine


def test_lock_that_another_process_holds_is_not_ours_and_nobody_waits() -> None:
    with try_lock("tests", 1) as mine:
        others = together([lambda: enter("tests", 1), lambda: enter("tests", 2), lambda: enter("other", 1)])

    assert (mine, others) == (True, [False, True, True])


def test_lock_is_free_again_after_the_body_even_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), try_lock("tests", 1):
        1 / 0  # noqa: B018

    assert together([lambda: enter("tests", 1)]) == [True]


def test_lock_of_a_connection_that_ends_is_free_again() -> None:
    with try_lock("tests", 1):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]

        assert together([lambda: enter("tests", 1)]) == [True]
