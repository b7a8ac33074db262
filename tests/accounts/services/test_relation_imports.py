from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Block, Follow, Mute, RelationImport, User
from accounts.services import relation_imports
from accounts.services.relation_imports import resume_imports, start_import, work_off
from core.exceptions import Conflict, InvalidInput, RateLimited
from core.locks import try_lock
from tests.conftest import Settled
from tests.factories import make_block, make_follow, make_user


def follows() -> list[tuple[str, str, str]]:
    rows = Follow.objects.order_by("followee__username")
    return list(rows.values_list("follower__username", "followee__username", "state"))


def imported(actor: User, kind: str, file: str, settled: Settled) -> RelationImport:
    with settled():
        job = start_import(actor, kind, file.encode())
    job.refresh_from_db()
    return job


def test_follows_are_made_asked_for_and_counted(alma: User, boris: User, settled: Settled) -> None:
    make_user("closed", is_private=True)

    job = imported(alma, "follows", "username\nboris\nclosed\n", settled)

    assert follows() == [("alma", "boris", "accepted"), ("alma", "closed", "requested")]
    assert (job.position, job.total, job.problems, job.finished_at is not None) == (2, 2, [], True)
    boris.refresh_from_db()
    assert boris.follower_count == 1


def test_every_row_that_is_not_done_has_its_reason_and_hidden_people_are_as_unknown(
    alma: User, boris: User, settled: Settled
) -> None:
    make_user("gone", is_active=False)
    make_block(make_user("hater"), alma)
    names = ["nobody", "gone", "hater", "alma", "two words", "x@elsewhere.example", "boris@localhost", "=1"]

    job = imported(alma, "follows", "\n".join(names), settled)

    assert job.problems == [
        [1, "nobody", "not_found"],
        [2, "gone", "not_found"],
        [3, "hater", "not_found"],
        [4, "alma", "yourself"],
        [5, "two words", "not_a_name"],
        [6, "x@elsewhere.example", "elsewhere"],
        [8, "=1", "not_a_name"],
    ]
    assert follows() == [("alma", "boris", "accepted")]


def test_blocks_are_made(alma: User, boris: User, settled: Settled) -> None:
    make_follow(boris, alma)

    imported(alma, "blocks", "boris", settled)

    assert (Block.objects.get().blocked, follows()) == (boris, [])


def test_mutes_have_scope_and_time(alma: User, boris: User, carla: User, settled: Settled) -> None:
    until = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    make_user("dora")
    file = (
        f"username,since,scope,until\nboris,,everything,{until.isoformat()}\ncarla,,,\ndora,,posts,2020-01-01T00:00Z\n"
    )

    job = imported(alma, "mutes", file + "dora,,stories,\ndora,,posts,soon\ndora,,posts,2026-13-01T00:00\n", settled)

    rows = Mute.objects.order_by("id").values_list("muted__username", "scope", "until")
    assert list(rows) == [("boris", "everything", until), ("carla", "posts", None)]
    assert [problem[2] for problem in job.problems] == [
        "until_invalid",
        "scope_unknown",
        "until_invalid",
        "until_invalid",
    ]


def test_file_twice_makes_no_difference(alma: User, boris: User, settled: Settled) -> None:
    imported(alma, "follows", "boris\nboris", settled)
    imported(alma, "follows", "boris", settled)

    boris.refresh_from_db()
    assert (len(follows()), boris.follower_count, RelationImport.objects.count()) == (1, 1, 1)


def test_second_file_waits_for_the_first(alma: User, boris: User) -> None:
    start_import(alma, "follows", b"boris")

    with pytest.raises(Conflict):
        start_import(alma, "mutes", b"boris")
    start_import(boris, "mutes", b"alma")

    assert RelationImport.objects.count() == 2


def test_unknown_kind_and_unreadable_file_leave_nothing(alma: User) -> None:
    for kind, file in [("friends", b"boris"), ("follows", b"\xff")]:
        with pytest.raises(InvalidInput):
            start_import(alma, kind, file)

    assert RelationImport.objects.count() == 0


def test_files_are_limited_but_not_by_the_limit_on_follows(alma: User, settled: Settled, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "import": (1, 3600), "follow": (1, 3600)}
    people = [make_user().username for _ in range(3)]
    imported(alma, "follows", "\n".join(people), settled)

    with pytest.raises(RateLimited):
        start_import(alma, "follows", b"boris")

    assert Follow.objects.count() == 3


def test_worker_that_died_is_taken_over_from_where_it_stood(
    alma: User, monkeypatch: pytest.MonkeyPatch, settled: Settled
) -> None:
    people = [make_user(f"person{number}") for number in range(5)]
    monkeypatch.setattr(relation_imports, "STEP", 2)
    job = start_import(alma, "follows", "\n".join(each.username for each in people).encode())
    relation_imports._step(RelationImport.objects.get(pk=job.pk))
    RelationImport.objects.update(worked_at=timezone.now() - timedelta(minutes=2))

    with settled():
        resumed = resume_imports()

    job.refresh_from_db()
    assert (resumed, job.position, job.finished_at is not None) == (1, 5, True)
    assert [followee for _, followee, _ in follows()] == [each.username for each in people]


def test_import_that_somebody_works_at_is_left_alone(alma: User, boris: User) -> None:
    start_import(alma, "follows", b"boris")

    assert resume_imports() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_work_at_the_same_file() -> None:
    alma, _ = make_user("alma"), make_user("boris")
    job = start_import(alma, "follows", b"boris")

    def other() -> None:
        work_off(job.pk)
        connection.close()

    with try_lock("accounts.import", job.pk):
        thread = Thread(target=other)
        thread.start()
        thread.join()

    job.refresh_from_db()
    assert (job.position, Follow.objects.count()) == (0, 0)


def test_import_of_a_closed_account_waits(alma: User, boris: User) -> None:
    job = start_import(alma, "follows", b"boris")
    User.objects.filter(pk=alma.pk).update(is_active=False)

    work_off(job.pk)

    assert Follow.objects.count() == 0
