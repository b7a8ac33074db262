"""Every list of the admin, whoever registered it: searchable, and as quick with many rows as with one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    AccessToken,
    Announcement,
    App,
    Applicant,
    Block,
    BlockedEmailDomain,
    BlockedNetwork,
    BlockedWord,
    Follow,
    Rule,
    SiteText,
    User,
)
from accounts.services.tokens import create_token
from core.admin import StaffAdmin
from core.models import new_id
from feeds.models import Feed, FeedRun
from photos.models import BlockedImage, Like, MaintenanceRun, Media, OriginalCopy, Post, StorageAlarm, Tag
from tests.factories import make_block, make_follow, make_like, make_post, make_user
from tests.hardening.routes import browser

pytestmark = pytest.mark.django_db


def make_app(number: int, user: User) -> None:
    App.objects.create(
        id=new_id(user.pk),
        name="sought",
        user=user,
        client_id=f"app{number}",
        client_type="public",
        authorization_grant_type="authorization-code",
    )


def log(number: int, user: User) -> None:
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=user,
        content_type=kind,
        object_id=str(user.pk),
        object_repr="sought",
        action_flag=CHANGE,
        change_message="x",
    )


def finish_run(number: int, user: User) -> None:
    moment = timezone.now() - timedelta(hours=number)
    FeedRun.objects.create(hour=moment, finished_at=moment)


# How a row comes about, with its number and a person of its own; and a word that finds it.
ROWS: dict[type[Model], tuple[Callable[[int, User], object], str]] = {
    AccessToken: (lambda number, user: create_token(user, scopes=["read"], name="sought"), "sought"),
    App: (make_app, "sought"),
    Applicant: (lambda number, user: User.objects.filter(pk=user.pk).update(awaits_approval=True), "person"),
    Authenticator: (lambda number, user: Authenticator.objects.create(user=user, type="totp", data={}), "person"),
    Announcement: (lambda number, user: Announcement.objects.create(text="sought"), "sought"),
    BlockedEmailDomain: (
        lambda number, user: BlockedEmailDomain.objects.create(domain=f"{number}.sought", added_by=user),
        "sought",
    ),
    BlockedImage: (
        lambda number, user: BlockedImage.objects.create(likeness=number, reason="sought", added_by=user),
        "sought",
    ),
    BlockedNetwork: (
        lambda number, user: BlockedNetwork.objects.create(network=f"10.0.0.{number}", reason="sought", added_by=user),
        "sought",
    ),
    BlockedWord: (
        lambda number, user: BlockedWord.objects.create(text="sought", folded=f"sought {number}", added_by=user),
        "sought",
    ),
    Block: (lambda number, user: make_block(user, make_user()), "person"),
    EmailAddress: (lambda number, user: None, "person"),
    Feed: (lambda number, user: None, "person"),
    FeedRun: (finish_run, ""),
    Follow: (lambda number, user: make_follow(user, make_user()), "person"),
    Group: (lambda number, user: Group.objects.create(name=f"sought {number}"), "sought"),
    Like: (lambda number, user: make_like(user, make_post(make_user())), "person"),
    LogEntry: (log, "sought"),
    MaintenanceRun: (lambda number, user: MaintenanceRun.objects.create(job="scrub"), "scrub"),
    Media: (lambda number, user: make_post(user), "person"),
    OriginalCopy: (lambda number, user: make_post(user), "originals"),
    Post: (lambda number, user: make_post(user), "person"),
    Rule: (lambda number, user: Rule.objects.create(title="sought"), "sought"),
    SiteText: (
        lambda number, user: SiteText.objects.create(name=SiteText.Name.values[number], text="sought"),
        "sought",
    ),
    SocialAccount: (
        lambda number, user: SocialAccount.objects.create(user=user, uid=str(number), provider="x"),
        "person",
    ),
    StorageAlarm: (lambda number, user: StorageAlarm.objects.create(kind="lost", storage="sought", key="a"), "sought"),
    Tag: (lambda number, user: Tag.objects.create(name=f"sought{number}"), "sought"),
    User: (lambda number, user: None, "person"),
}
REGISTERED = {model._meta.label: model for model in admin.site._registry}


@pytest.mark.parametrize("label", REGISTERED)
def test_list_is_searchable_and_bounded(label: str) -> None:
    shown = admin.site._registry[REGISTERED[label]]

    assert isinstance(shown, StaffAdmin), "every list is a core.admin.StaffAdmin: see CONTRIBUTING.md"
    assert (bool(shown.search_fields), shown.show_full_result_count, shown.list_per_page <= 100) == (True, False, True)


@pytest.mark.parametrize("label", [model._meta.label for model in ROWS])
def test_list_takes_the_same_queries_for_one_row_and_three_and_finds_them(staff: User, label: str) -> None:
    make, word = ROWS[REGISTERED[label]]
    address = reverse(f"admin:{label.replace('.', '_').lower()}_changelist")
    client = browser(staff)
    client.get(address)  # what a process remembers once

    taken = []
    for number in range(3):
        make(number, make_user(f"person{number}"))
        if number != 1:
            with CaptureQueriesContext(connection) as queries:
                found = client.get(address, {"q": word} if word else {}).context["cl"].result_list
            taken.append((len(queries), len(found) >= number + 1))

    assert taken == [(taken[0][0], True), (taken[0][0], True)]


def test_every_list_of_this_site_is_tried() -> None:
    """Apps that come later may leave theirs out here if they have a test of their own."""
    ours = {"accounts", "photos", "feeds", "account", "socialaccount", "mfa", "auth", "admin"}

    assert {label for label, model in REGISTERED.items() if model._meta.app_label in ours} == {
        m._meta.label for m in ROWS
    }


@pytest.mark.parametrize("word", ["nobody", "%", "_", "'", "\x00", "9" * 30, "-1"])
def test_word_that_finds_nothing_is_no_error(staff: User, word: str) -> None:
    make_follow(make_user(), make_user())

    answer = browser(staff).get("/admin/accounts/follow/", {"q": word})

    assert answer.status_code in (200, 400)
