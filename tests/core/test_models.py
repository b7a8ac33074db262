import pytest
from django.db import IntegrityError

from core.ids import split_id
from core.models import IdempotentAnswer, new_id


def test_new_id_for_an_owner_lies_on_the_shard_of_the_owner() -> None:
    owner = new_id()

    things = [new_id(owner) for _ in range(5)]

    assert {split_id(each).shard for each in things} == {split_id(owner).shard}


def test_new_ids_without_an_owner_are_spread_over_shards() -> None:
    shards = {split_id(new_id()).shard for _ in range(50)}

    assert len(shards) > 25


@pytest.mark.django_db
def test_idempotency_key_twice_for_one_person_is_refused_by_the_database() -> None:
    IdempotentAnswer.objects.create(owner_id=1, key="a", request_hash="x")
    IdempotentAnswer.objects.create(owner_id=2, key="a", request_hash="x")

    with pytest.raises(IntegrityError, match="core_idempotent_once"):
        IdempotentAnswer.objects.create(owner_id=1, key="a", request_hash="y")


def test_idempotent_answer_is_named_by_its_key() -> None:
    assert str(IdempotentAnswer(owner_id=1, key="upload-7")) == "upload-7"
