"""One try after the other: what comes of answers that are no success, and that nothing stands there twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.signals import person_told
from photos.models import Post
from photos.services.posts import edit_post
from sharing.accounts_elsewhere import account_of
from sharing.models import Connection, CrossPost
from sharing.services.connections import disconnect, keep_connection
from sharing.services.cross_posting import cross_post, retry
from sharing.services.sending import TRIES, send, sweep
from tests.conftest import Settled
from tests.news import heard
from tests.sharing.stand_ins.bluesky import BlueskyServer
from tests.sharing.stand_ins.mastodon import MastodonServer
from tests.sharing.stand_ins.placed import at_bluesky, at_mastodon, make_shown_post
from tests.sharing.stand_ins.server import Said

STATUSES, PUT = "/api/v1/statuses", "/xrpc/com.atproto.repo.putRecord"


def begun(actor: User, post: Post, connection: Connection) -> CrossPost:
    """Asked for, and not yet tried."""
    return cross_post(actor, post.pk, [connection.pk])[0]


def tried(row: CrossPost) -> CrossPost:
    """After one more try, whatever the time."""
    CrossPost.objects.filter(pk=row.pk, state="waiting").update(next_try_at=timezone.now())
    send(row.pk)
    row.refresh_from_db()
    return row


def seconds_left(row: CrossPost) -> float:
    return (row.next_try_at - timezone.now()).total_seconds()


def test_network_that_asks_to_wait_is_left_alone_for_so_long(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    other = begun(alma, make_shown_post(alma), row.connection)
    later = (timezone.now() + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    mastodon.instead(STATUSES, Said(429, {"error": "Throttled"}, {"X-RateLimit-Reset": later}))

    tried(row)

    other.refresh_from_db()
    assert (row.state, row.code) == ("waiting", "rate_limited")
    assert 7100 < seconds_left(row) <= 7200
    assert seconds_left(other) > 7100
    assert tried(row).state == "sent"


def test_pauses_grow_and_end(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    mastodon.instead(STATUSES, *[Said(503, {"error": "down"}, {"Retry-After": "5"})] * TRIES)

    pauses = []
    with heard(person_told) as news:
        for _ in range(TRIES):
            tried(row)
            pauses.append(round(seconds_left(row), -1))

    assert pauses[:4] == [60, 240, 960, 3840]
    assert (row.state, row.tries, len(mastodon.statuses)) == ("given_up", TRIES, 0)
    assert [each["user_id"] for each in news] == [alma.pk]
    assert "The network is down" in news[0]["text"]


def test_refusal_is_said_in_the_words_of_the_network_and_not_tried_again(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    token = account_of(row.connection).secrets["access_token"]
    mastodon.instead(STATUSES, Said(422, {"error": f"Validation failed: no <b>{token}</b>"}))

    with heard(person_told) as news:
        tried(row)

    assert (row.state, row.problem) == ("failed", "The network refused it: Validation failed: no <b>…</b>")
    assert news[0]["address"].endswith("/networks/")
    send(row.pk)
    assert mastodon.count(STATUSES) == 1


def test_answer_that_is_lost_is_asked_for_again_and_posts_once(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    mastodon.instead(STATUSES, Said(hang_up=True))

    assert (tried(row).state, row.code) == ("waiting", "not_known")
    assert tried(row).state == "sent"
    assert len(mastodon.statuses) == 1
    assert row.address == mastodon.statuses[0]["url"]


def test_after_the_hour_in_which_mastodon_remembers_nobody_tries_again(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    mastodon.instead(STATUSES, Said(hang_up=True))
    tried(row)
    an_hour_ago = timezone.now().timestamp() - 3600
    CrossPost.objects.filter(pk=row.pk).update(progress={"in doubt since": an_hour_ago})
    mastodon.instead(STATUSES, Said(503))

    with heard(person_told) as news:
        tried(row)

    assert row.state == "unknown"
    assert len(news) == 1


def test_worker_that_died_in_the_middle_leaves_nothing_twice(alma: User, bluesky: BlueskyServer) -> None:
    row = begun(alma, make_shown_post(alma), at_bluesky(alma, bluesky))
    send(row.pk)
    long_ago = timezone.now() - timedelta(hours=2)
    CrossPost.objects.filter(pk=row.pk).update(state="sending", begun_at=long_ago, address="")

    sweep()
    row.refresh_from_db()

    assert (row.state, tried(row).state) == ("waiting", "sent")
    assert len(bluesky.records) == 1


def test_task_that_comes_twice_sends_once(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))

    send(row.pk)
    send(row.pk)

    assert (mastodon.count(STATUSES), len(mastodon.statuses)) == (1, 1)


def test_post_that_is_not_for_everyone_any_more_is_not_sent(alma: User, mastodon: MastodonServer) -> None:
    post = make_shown_post(alma)
    row = begun(alma, post, at_mastodon(alma, mastodon))
    edit_post(alma, post, {"audience": "followers"})

    tried(row)

    assert (row.state, row.code, mastodon.asked) == ("failed", "not_public", [])


def test_token_that_was_taken_back_there_asks_for_a_new_connection(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    account = account_of(row.connection)
    mastodon.oauth.tokens.clear()

    tried(row)
    row.connection.refresh_from_db()

    assert (row.state, row.code, row.connection.state) == ("given_up", "token_refused", "refused")
    mastodon.oauth.tokens.add(account.secrets["access_token"])
    keep_connection(alma, "mastodon", account)
    assert tried(row).state == "sent"


def test_expired_session_is_renewed_on_the_way(alma: User, bluesky: BlueskyServer) -> None:
    row = begun(alma, make_shown_post(alma), at_bluesky(alma, bluesky))
    bluesky.access.clear()

    assert tried(row).state == "sent"

    row.connection.refresh_from_db()
    assert account_of(row.connection).secrets["access_token"] in bluesky.access


def test_session_that_is_over_begins_anew_by_the_app_password(alma: User, bluesky: BlueskyServer) -> None:
    row = begun(alma, make_shown_post(alma), at_bluesky(alma, bluesky))
    bluesky.access.clear()
    bluesky.refresh.clear()

    assert tried(row).state == "sent"


def test_app_password_that_was_taken_back_refuses_the_connection(alma: User, bluesky: BlueskyServer) -> None:
    row = begun(alma, make_shown_post(alma), at_bluesky(alma, bluesky))
    bluesky.access.clear()
    bluesky.refresh.clear()
    bluesky.password = "other"

    assert (tried(row).state, row.code) == ("given_up", "token_refused")
    assert Connection.objects.get().state == "refused"


def test_what_waits_for_a_connection_that_is_ended_is_not_sent(alma: User, mastodon: MastodonServer) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    disconnect(alma, row.connection_id)

    assert (tried(row).state, row.code) == ("failed", "disconnected")
    assert mastodon.statuses == []


def test_account_that_comes_back_is_not_sent_the_same_again(
    alma: User, mastodon: MastodonServer, settled: Settled
) -> None:
    post = make_shown_post(alma)
    row = at_mastodon(alma, mastodon)
    account = account_of(row)
    with settled():
        cross_post(alma, post.pk, [row.pk])
        disconnect(alma, row.pk)
    mastodon.oauth.tokens.add(account.secrets["access_token"])

    with settled():
        again = keep_connection(alma, "mastodon", account)
        cross_post(alma, post.pk, [again.pk])

    assert again.pk == row.pk
    assert len(mastodon.statuses) == 1


def test_author_tries_again_what_failed(alma: User, mastodon: MastodonServer, settled: Settled) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    mastodon.instead(STATUSES, Said(422, {"error": "no"}))
    tried(row)

    with settled():
        retry(alma, row.post_id, row.pk)

    row.refresh_from_db()
    assert (row.state, row.tries, row.problem) == ("sent", 1, "")


def test_nothing_secret_is_logged(
    alma: User, bluesky: BlueskyServer, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    connection = at_bluesky(alma, bluesky)
    row = begun(alma, make_shown_post(alma), connection)
    bluesky.instead(PUT, Said(500, {"error": "InternalServerError"}), Said(200, b"no json"))
    known = list(account_of(connection).secrets.values())
    caplog.set_level("DEBUG")

    tried(row)
    tried(row)

    assert not [secret for secret in known if secret in caplog.text and len(secret) > 20]
    assert row.state == "sent"


def test_what_the_queue_has_lost_goes_after_all(alma: User, mastodon: MastodonServer, settled: Settled) -> None:
    row = begun(alma, make_shown_post(alma), at_mastodon(alma, mastodon))
    CrossPost.objects.filter(pk=row.pk).update(next_try_at=timezone.now() - timedelta(minutes=11))

    with settled():
        sweep()

    row.refresh_from_db()
    assert (row.state, len(mastodon.statuses)) == ("sent", 1)


@pytest.mark.parametrize(
    ("state", "again"), [("failed", True), ("given_up", True), ("unknown", False), ("sent", False)]
)
def test_asking_for_the_same_again_repeats_only_what_is_surely_not_there(
    state: str, again: bool, alma: User, mastodon: MastodonServer
) -> None:
    post, connection = make_shown_post(alma), at_mastodon(alma, mastodon)
    row = begun(alma, post, connection)
    CrossPost.objects.filter(pk=row.pk).update(state=state)

    cross_post(alma, post.pk, [connection.pk])

    row.refresh_from_db()
    assert (row.state == "waiting") is again
