from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.ids import to_code
from core.valkey import valkey
from feeds.management.commands import refresh_feeds as command
from feeds.management.progress import Progress
from feeds.models import FeedRun
from feeds.timeline import read_timeline
from tests.away import take_valkey_away
from tests.factories import make_follow, make_post, make_user
from tests.interrupting import InterruptedOutput


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def refresh_feeds(*arguments: str, out: StringIO | None = None) -> str:
    out = out or StringIO()
    call_command("refresh_feeds", *arguments, stdout=out)
    return out.getvalue()


def built() -> set[str]:
    """Whose feed is there."""
    return {user.username for user in User.objects.all() if valkey().exists(f"feed:{user.pk}")}


def test_command_builds_the_feeds_of_all_active_people(alma: User, boris: User) -> None:
    make_user("away", last_seen_at=timezone.now() - timedelta(days=100))
    make_follow(alma, boris)
    post = make_post(boris)

    assert refresh_feeds() == "2 of 2 feeds built\n"

    assert built() == {"alma", "boris"}
    feed = read_timeline(alma.pk)
    assert feed is not None
    assert list(feed.post_ids) == [post.pk]


def test_command_builds_anew_although_the_hour_is_done_and_counts_as_no_run(alma: User) -> None:
    refresh_feeds()
    first = read_timeline(alma.pk)

    refresh_feeds()

    second = read_timeline(alma.pk)
    assert first is not None
    assert second is not None
    assert second.build_id > first.build_id
    assert not FeedRun.objects.exists()


def test_command_of_a_site_without_people_says_so(db: None) -> None:
    assert refresh_feeds() == "0 of 0 feeds built\n"


def test_command_builds_people_in_parts(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(command, "PEOPLE_AT_ONCE", 2)
    people = {make_user().username for _ in range(5)}

    refresh_feeds()

    assert built() == people


@pytest.mark.parametrize("name", ["alma", "ALMA"])
def test_command_for_one_person_prints_the_feed_it_built_and_builds_no_other(
    alma: User, boris: User, name: str
) -> None:
    make_follow(alma, boris)
    older, newer = make_post(boris).pk, make_post(boris).pk

    said = refresh_feeds("--user", name)

    lines = [f"   {place}  /p/{to_code(post_id)}/  @boris" for place, post_id in enumerate((newer, older), 1)]
    assert said == "\n".join(["The feed of alma has 2 posts, best first:", *lines, ""])
    assert built() == {"alma"}


def test_command_for_one_person_who_follows_nobody_says_so(alma: User) -> None:
    assert refresh_feeds("--user", "alma") == "The feed of alma has 0 posts.\n"


def test_command_for_one_person_does_not_ask_when_they_were_here(alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(last_seen_at=None)

    refresh_feeds("--user", "alma")

    assert built() == {"alma"}


@pytest.mark.parametrize("name", ["nobody", "closed"])
@pytest.mark.django_db
def test_command_for_somebody_unknown_or_closed_says_so(name: str) -> None:
    make_user("closed", is_active=False)

    with pytest.raises(CommandError, match=f"There is no active account named '{name}'."):
        refresh_feeds("--user", name)

    assert built() == set()


def test_command_fails_in_words_while_valkey_is_away(settings: Settings, alma: User) -> None:
    take_valkey_away(settings)

    with pytest.raises(CommandError, match="Valkey is away, so that feeds cannot be kept"):
        refresh_feeds()


def test_command_that_is_interrupted_says_what_is_kept(alma: User) -> None:
    with pytest.raises(CommandError, match=r"Stopped\. The feeds built so far are kept\.") as stopped:
        refresh_feeds(out=InterruptedOutput())

    assert stopped.value.returncode == 130


@pytest.mark.parametrize(
    ("out", "line"),
    [
        (StringIO(), "300 of 1,200 feeds built, 100 a second, 9 seconds left"),
        (Terminal(), "[########                      ] 300 of 1,200 feeds built, 100 a second, 9 seconds left"),
    ],
)
def test_progress_tells_how_far_it_is_the_rate_and_the_time_left(out: StringIO, line: str) -> None:
    progress = Progress(OutputWrapper(out), 1200, "feeds built")
    progress.done = 300

    assert progress.line(3.0) == line


def test_progress_that_has_not_begun_knows_no_time_left() -> None:
    assert Progress(OutputWrapper(StringIO()), 9, "feeds").line(0.0) == "0 of 9 feeds, 0 a second, unknown time left"


def test_progress_on_a_terminal_is_drawn_over_and_ends_with_a_line() -> None:
    out = Terminal()
    progress = Progress(OutputWrapper(out), 2, "feeds built")

    progress.advance(2)
    progress.finish()

    assert out.getvalue() == "\r\x1b[2K2 of 2 feeds built\n"
