import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.models import User
from core.api.idempotency import answer_once, answer_sealed_once
from core.exceptions import Conflict, InvalidInput, Malformed
from core.models import IdempotentAnswer
from tests.parallel import together

pytestmark = pytest.mark.django_db


class Maker:
    """Counts how often the work was really done."""

    def __init__(self, failures: int = 0) -> None:
        self.done = 0
        self.failures = failures

    def __call__(self) -> Response:
        self.done += 1
        if self.done <= self.failures:
            raise InvalidInput("Not this.")
        return Response({"number": self.done}, status=201)


def request(key: str = "", path: str = "/rest/v1/posts") -> Request:
    return Request(APIRequestFactory(headers={"Idempotency-Key": key} if key else {}).post(path))


def ask(make: Maker, key: str = "", *, owner: int = 1, body: object = None, path: str = "/rest/v1/posts") -> object:
    response = answer_once(request(key, path), owner, body, make)
    return response.status_code, response.data


def test_post_without_a_key_is_done_each_time() -> None:
    make = Maker()

    assert [ask(make), ask(make)] == [(201, {"number": 1}), (201, {"number": 2})]
    assert IdempotentAnswer.objects.count() == 0


def test_post_with_the_same_key_and_body_is_done_once() -> None:
    make = Maker()

    answers = [ask(make, "k", body={"a": 1, "b": 2}), ask(make, "k", body={"b": 2, "a": 1})]

    assert (answers, make.done) == ([(201, {"number": 1})] * 2, 1)


@pytest.mark.parametrize("other", [{"body": {"title": "other"}}, {"path": "/rest/v1/media"}])
def test_post_with_the_key_of_another_request_is_a_conflict(other: dict[str, object]) -> None:
    make = Maker()
    ask(make, "k")

    with pytest.raises(Conflict) as refused:
        ask(make, "k", **other)  # type: ignore[arg-type]

    assert (refused.value.code, make.done) == ("idempotency_key_reused", 1)


def test_post_with_the_key_of_another_person_is_done() -> None:
    make = Maker()

    answers = [ask(make, "k", owner=1), ask(make, "k", owner=2)]

    assert answers == [(201, {"number": 1}), (201, {"number": 2})]


def test_post_that_failed_may_be_sent_again_with_its_key() -> None:
    make = Maker(failures=1)
    with pytest.raises(InvalidInput):
        ask(make, "k", body="wrong")

    answer = ask(make, "k", body="right")

    assert answer == (201, {"number": 2})


def test_key_of_255_signs_is_taken_and_a_longer_one_refused() -> None:
    make = Maker()

    assert ask(make, "k" * 255) == (201, {"number": 1})
    with pytest.raises(Malformed):
        ask(make, "k" * 256)
    assert make.done == 1


@pytest.mark.django_db(transaction=True)
def test_posts_with_one_key_at_once_are_done_once() -> None:
    make = Maker()

    answers = together([lambda: ask(make, "k")] * 4)

    assert (answers, make.done) == ([(201, {"number": 1})] * 4, 1)


# --- Answers that the database must not know

UUID = "0f6d1c3e-9d39-4a53-a9ac-4c6d2a1f7b10"


def ask_sealed(make: Maker, key: str = UUID, *, user: User | None = None, body: object = None, at: str = "1") -> object:
    asked = APIRequestFactory().post("/rest/v1/apps", headers={"Idempotency-Key": key}, REMOTE_ADDR=f"192.0.2.{at}")
    force_authenticate(asked, user)
    response = answer_sealed_once(Request(asked), body, make)
    return response.status_code, response.data


def test_sealed_answer_comes_again_and_neither_it_nor_the_key_nor_the_question_can_be_read_in_the_database() -> None:
    make = Maker()

    answers = [ask_sealed(make, body={"password": "a whole sentence"}) for _ in range(2)]

    kept = str(IdempotentAnswer.objects.values().get())
    assert (answers, make.done) == ([(201, {"number": 1})] * 2, 1)
    assert [word for word in (UUID, "number", "sentence") if word in kept] == []


def test_sealed_answer_is_for_one_question() -> None:
    make = Maker()
    ask_sealed(make, body="one")

    with pytest.raises(Conflict) as refused:
        ask_sealed(make, body="other")

    assert (refused.value.code, make.done) == ("idempotency_key_reused", 1)


def test_sealed_answer_is_for_one_caller(alma: User, boris: User) -> None:
    make = Maker()

    answers = [ask_sealed(make, user=user, at=at) for user in (alma, boris, None) for at in "12"]

    assert [answer[1]["number"] for answer in answers] == [1, 1, 2, 2, 3, 4]  # type: ignore[index]


@pytest.mark.parametrize(("key", "done"), [("k" * 31, 0), ("k" * 32, 1)])
def test_key_without_an_account_is_one_that_nobody_guesses(key: str, done: int) -> None:
    make = Maker()

    try:
        code = ask_sealed(make, key)[0]  # type: ignore[index]
    except Malformed as refused:
        code = refused.code

    assert (code, make.done) == ((201 if done else "idempotency_key_short"), done)


def test_key_of_somebody_with_an_account_may_be_short(alma: User) -> None:
    assert ask_sealed(Maker(), "k", user=alma) == (201, {"number": 1})
