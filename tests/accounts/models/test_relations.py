from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Model

from accounts.models import AccessToken, Block, Follow, Mute, User
from core.models import new_id

RELATIONS: list[tuple[type[Model], str, str]] = [
    (Follow, "follower", "followee"),
    (Block, "blocker", "blocked"),
    (Mute, "muter", "muted"),
]


def relate(model: type[Model], **people: Any) -> Model:
    state = {"state": "accepted"} if model is Follow else {}
    made: Model = model._default_manager.create(id=new_id(), **people, **state)
    return made


@pytest.mark.parametrize(("model", "one", "other"), RELATIONS)
def test_relation_twice_is_refused_by_the_database(
    alma: User, boris: User, model: type[Model], one: str, other: str
) -> None:
    relate(model, **{one: alma, other: boris})
    relate(model, **{one: boris, other: alma})

    with pytest.raises(IntegrityError, match="_once"):
        relate(model, **{one: alma, other: boris})


@pytest.mark.parametrize(("model", "one", "other"), RELATIONS)
def test_relation_to_oneself_is_refused_by_the_database(alma: User, model: type[Model], one: str, other: str) -> None:
    with pytest.raises(IntegrityError, match="accounts_no_self"):
        relate(model, **{one: alma, other: alma})


@pytest.mark.parametrize(
    ("model", "one", "other", "verb"),
    [(*RELATIONS[0], "accepted"), (*RELATIONS[1], "blocks"), (*RELATIONS[2], "mutes")],
)
def test_relation_is_named_by_both_people(
    alma: User, boris: User, model: type[Model], one: str, other: str, verb: str
) -> None:
    relation = relate(model, **{one: alma, other: boris})

    assert str(relation) == f"{alma.pk} {verb} {boris.pk}"


def test_token_digest_twice_is_refused_by_the_database(alma: User) -> None:
    AccessToken.objects.create(id=1, user=alma, name="one", digest="d", scopes=["read"])

    with pytest.raises(IntegrityError, match="digest"):
        AccessToken.objects.create(id=2, user=alma, name="two", digest="d", scopes=["read"])
