"""Words, domains and networks that staff do not let in: at every way in, at once, and counted."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.test import Client

from accounts.models import BlockedEmailDomain, BlockedNetwork, BlockedWord, User
from accounts.services.blocklists import (
    add_domains,
    add_networks,
    add_words,
    check_network,
    email_problems,
    remove_entries,
)
from accounts.services.hits import write_hits
from accounts.services.profiles import edit_profile
from accounts.services.sign_up import sign_up
from accounts.services.usernames import rename_user
from accounts.signals import words_held
from core.exceptions import InvalidInput, NotAllowed
from photos.services.comments import edit_comment, post_comment
from photos.services.posts import describe_media, edit_post
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_post, make_user
from tests.news import heard
from tests.uploads import publish

PERSON: dict[str, Any] = {"username": "nora", "email": "nora@example.org", "password": PASSWORD}


@pytest.fixture
def staff(db: None) -> User:
    return make_user("warden", is_staff=True)


# --- Words


def test_word_is_refused_in_names_profiles_and_posts_and_its_hits_are_counted(
    alma: User, staff: User, settled: Settled
) -> None:
    with settled():
        post = publish(alma)
    add_words(staff, ["Scam"], reason="Again and again.")

    for attempt in (
        lambda: sign_up(**{**PERSON, "username": "the_scam"}),
        lambda: sign_up(**PERSON, display_name="Sc4m"),
        lambda: rename_user(alma, "scam.alma"),
        lambda: edit_profile(alma, {"bio": "No s c a m"}),
        lambda: edit_profile(alma, {"display_name": "SCAM"}),
        lambda: publish(alma, title="Scam"),
        lambda: edit_post(alma, post, {"caption": "#scam"}),
        lambda: describe_media(alma, post.media.get(), alt_text="a scam"),
    ):
        with pytest.raises(InvalidInput) as raised:
            attempt()
        assert raised.value.errors[0].code == "word_blocked"

    write_hits()
    assert (BlockedWord.objects.get().hits, User.objects.filter(username="nora").exists()) == (8, False)


def test_word_of_one_scope_is_met_there_alone_and_what_stood_before_may_stay(alma: User, staff: User) -> None:
    post = make_post(alma, title="Old scam")
    add_words(staff, ["scam"], in_names=False, in_bios=False)

    edit_profile(alma, {"bio": "scam"})
    edit_post(alma, post, {"caption": "New words"})

    alma.refresh_from_db()
    post.refresh_from_db()
    assert (alma.bio, post.title, post.caption) == ("scam", "Old scam", "New words")


def test_word_to_hold_goes_through_and_staff_are_told(alma: User, staff: User) -> None:
    post = make_post(alma)
    add_words(staff, ["crypto"], action="hold")

    with heard(words_held) as news:
        edit_post(alma, post, {"caption": "Buy Crypto"})
        edit_profile(alma, {"bio": "crypto"})

    assert [(each["kind"], each["object_id"], each["words"]) for each in news] == [
        ("post", post.pk, ["crypto"]),
        ("person", alma.pk, ["crypto"]),
    ]


def test_list_counts_from_the_moment_of_its_change(alma: User, staff: User) -> None:
    edit_profile(alma, {"bio": "scam"})
    add_words(staff, ["scam"])
    with pytest.raises(InvalidInput):
        edit_profile(alma, {"bio": "scam!"})

    remove_entries(staff, BlockedWord.objects.all())
    edit_profile(alma, {"bio": "scam!!"})

    assert User.objects.get(pk=alma.pk).bio == "scam!!"


def test_lines_are_added_once_in_any_spelling(staff: User) -> None:
    first = add_words(staff, ["Scam", "", "# a comment", "SCAM", "buy  followers"])
    again = add_words(staff, ["ѕсаm", "new"])

    assert ([word.text for word in first], [word.text for word in again]) == (["SCAM", "buy followers"], ["new"])
    assert {word.added_by for word in BlockedWord.objects.all()} == {staff}


def test_nobody_but_staff_changes_a_list(alma: User) -> None:
    for act in (add_words, add_domains, add_networks):
        with pytest.raises(NotAllowed):
            act(alma, ["example.com"])

    assert BlockedWord.objects.count() == BlockedEmailDomain.objects.count() == 0


# --- Domains


@pytest.mark.parametrize("email", ["a@spam.example", "a@MAIL.Spam.Example", "a@x.y.spam.example.", "a@bücher.example"])
def test_domain_is_met_with_all_below_it(staff: User, email: str) -> None:
    add_domains(staff, ["spam.example", "someone@Bücher.example"])

    assert [problem.code for problem in email_problems(email)] == ["email_refused"]
    assert email_problems("a@notspam.example") == []
    write_hits()
    assert BlockedEmailDomain.objects.filter(hits=1).count() == 1


def test_every_way_to_an_address_says_the_same(staff: User, alma: User, as_user: AsUser) -> None:
    add_domains(staff, ["spam.example"])
    words = "Addresses of this provider are not taken here. Use another one."
    sent = {"username": "nora", "email": "n@spam.example", "password": PASSWORD}

    page = Client().post("/signup/", sent)
    call = Client().post("/rest/v1/accounts", sent, content_type="application/json")
    browser = as_user(alma)
    browser.post("/confirm/", {"password": PASSWORD})
    change = browser.post("/settings/email/", {"action_add": "", "email": "n@spam.example"}, follow=True)

    assert words in page.content.decode()
    assert call.json()["errors"] == [{"field": "email", "code": "email_refused", "message": words}]
    assert words in change.content.decode()


# --- Networks


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [("sign_up", ["sign_up"]), ("entrance", ["sign_up", "entrance"]), ("writes", ["sign_up", "entrance", "writes"])],
)
def test_network_is_kept_from_what_its_scope_says(staff: User, scope: str, stopped: list[str]) -> None:
    add_networks(staff, ["192.0.2.77/24", "2001:db8::/32"], scope=scope)
    found = []
    for action in ("sign_up", "entrance", "writes"):
        for address in ("192.0.2.1", "2001:db8:1::1", "::ffff:192.0.2.9"):
            with pytest.raises(NotAllowed) if action in stopped else nullcontext():
                check_network(address, action)
                found.append(action)
        check_network("198.51.100.1", action)
        check_network("unknown", action)

    assert set(found) == {"sign_up", "entrance", "writes"} - set(stopped)
    assert {network.network for network in BlockedNetwork.objects.all()} == {"192.0.2.0/24", "2001:db8::/32"}


def test_pages_and_calls_are_refused_from_a_listed_network_but_reading_and_leaving(
    staff: User, alma: User, as_user: AsUser
) -> None:
    browser = as_user(alma)
    add_networks(staff, ["127.0.0.1"], scope="writes")

    page = browser.post("/settings/profile/", {"display_name": "A"})
    call = browser.patch("/rest/v1/me", {"bio": "x"}, content_type="application/json")
    entry = Client().post("/login/", {"username": "alma", "password": PASSWORD})
    read, left = browser.get("/settings/profile/"), browser.post("/logout/")

    assert [each.status_code for each in (page, call, entry, read, left)] == [403, 403, 403, 200, 303]
    assert call.json()["code"] == "network_blocked"


def test_staff_do_not_shut_themselves_out(staff: User) -> None:
    with pytest.raises(InvalidInput) as raised:
        add_networks(staff, ["10.0.0.0/8"], own="10.1.2.3", scope="writes")

    assert (raised.value.code, BlockedNetwork.objects.count()) == ("network_own", 0)


# --- The admin


def test_admin_adds_one_and_many_and_says_who(as_user: AsUser, db: None) -> None:
    owner = make_user("owner", is_staff=True, is_superuser=True)
    admin = as_user(owner)

    one = admin.post(
        "/admin/accounts/blockedword/add/",
        {"text": "Scam", "action": "refuse", "in_names": "on", "in_bios": "on", "in_posts": "on", "in_comments": "on"},
    )
    twice = admin.post("/admin/accounts/blockedword/add/", {"text": "sc\u200bam", "action": "refuse"})
    many = admin.post("/admin/accounts/blockedemaildomain/import/", {"lines": "a.example\nb.example", "reason": "List"})
    bad = admin.post("/admin/accounts/blockednetwork/add/", {"network": "127.0.0.0/8", "scope": "writes"})
    shown = [admin.get(f"/admin/accounts/{name}/").status_code for name in ("blockedword", "blockednetwork")]

    assert [each.status_code for each in (one, twice, many, bad)] == [302, 200, 302, 200]
    assert (shown, BlockedWord.objects.get().added_by, BlockedNetwork.objects.count()) == ([200, 200], owner, 0)
    assert set(BlockedEmailDomain.objects.values_list("domain", "added_by__username", "reason")) == {
        ("a.example", "owner", "List"),
        ("b.example", "owner", "List"),
    }
    with pytest.raises(InvalidInput):
        edit_profile(owner, {"bio": "scam"})


# --- Comments


def test_comment_with_a_word_is_refused_or_waits_and_staff_are_told(alma: User, boris: User, staff: User) -> None:
    post = make_post(alma)
    add_words(staff, ["scam"])
    add_words(staff, ["crypto"], action="hold")

    with pytest.raises(InvalidInput):
        post_comment(boris, post.pk, text="A sc4m")
    with heard(words_held) as news:
        held = post_comment(boris, post.pk, text="Buy crypto")
        edited = edit_comment(boris, post_comment(boris, post.pk, text="Nice").pk, text="Nice crypto")

    assert [held.state, edited.state] == ["waiting", "waiting"]
    assert [(each["kind"], each["object_id"]) for each in news] == [("comment", held.pk), ("comment", edited.pk)]
