"""Two people; one leaves. Afterwards every row of every table, every key of Valkey and every file is searched."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from psycopg import sql

from accounts.models import DeletionReceipt, DismissedSuggestion, Invitation, RelationImport, User
from accounts.services.apps import permit, register_app
from accounts.services.closing import close_account
from accounts.services.tokens import create_token
from accounts.services.usernames import rename_user
from core.events import relay
from core.models import IdempotentAnswer, OutboxTask, new_id
from core.storage import random_key, save_bytes
from core.valkey import valkey
from exports.services.exports import ask_for_export
from feeds.services.build import build_and_keep
from moderation.services.appeals import answer_appeal, appeal
from moderation.services.cases import claim_case, write_note
from moderation.services.decisions import decide
from moderation.services.reports import report_person, report_post
from moderation.services.roles import set_role
from moderation.subjects import subject_of
from photos.models import Post, TagFollow, UploadPart
from photos.services.avatars import change_avatar
from photos.services.collections import add_to_collection, create_collection
from photos.services.comments import edit_comment
from photos.services.people import Placed, tag_person
from photos.tasks import purge_accounts
from tests.conftest import AsApp, AsUser, Settled
from tests.factories import (
    PASSWORD,
    make_album,
    make_block,
    make_close_friend,
    make_comment,
    make_comment_like,
    make_device,
    make_export,
    make_follow,
    make_like,
    make_mute,
    make_passkey,
    make_post,
    make_restriction,
    make_save,
    make_upload,
    make_user,
)
from tests.images import jpeg
from tests.keeping import everything
from tests.uploads import publish, upload

NAME, OLD_NAME, EMAIL = "zwetschge", "holunder", "mirabelle@example.org"
WORDS = ("Quitte", "Reineclaude", "Schlehe", "Kornelkirsche")


@pytest.fixture
def leaver(db: None) -> User:
    words = {"display_name": WORDS[0], "bio": WORDS[1]}
    return User.objects.create_user(OLD_NAME, EMAIL, PASSWORD, verified=True, last_seen_at=timezone.now(), **words)


def mark_pictures(person: User, other: User, post: Post) -> None:
    """What both have saved, and who is said to be in whose pictures; the post is the person's."""
    make_save(other, post)
    other_post = make_post(other)
    tag_person(person, post, Placed(post.media.first().pk, other.username))  # type: ignore[union-attr]
    tag_person(other, other_post, Placed(other_post.media.get().pk, person.username))
    add_to_collection(person, create_collection(person, WORDS[2]).pk, make_post(other).pk)
    album = make_album(person, post, title=WORDS[2], text=WORDS[3])
    make_export(person, WORDS[2].encode(), album=album, media_ids=[post.media.first().pk])  # type: ignore[union-attr]


def leave_traces(person: User, other: User, settled: Settled) -> Post:
    """One of everything; returns a published post of the person."""
    staff = make_user("staff", is_staff=True)
    rename_user(person, NAME)
    with settled():
        post = publish(person, jpeg(seed=1), jpeg(seed=2), title=WORDS[2], caption=WORDS[3], tags=("kiln",))
        publish(person, jpeg(seed=3), audience="followers")
        upload(person, jpeg(seed=5), alt_text=WORDS[2])
        change_avatar(person, io.BytesIO(jpeg(seed=6)), size=len(jpeg(seed=6)))
    for state in ("draft", "archived", "trashed", "removed"):
        make_post(person, state=state, title=WORDS[2], tags=("loom",), pictures=0)
    unfinished = make_upload(person, offset=5, metadata=WORDS[2])
    part = UploadPart.objects.create(upload=unfinished, offset=0, bytes=5, key=random_key(".part"))
    save_bytes("uploads", part.key, b"01234")
    for one, two in ((person, other), (other, person)):
        make_follow(one, two)
        make_mute(one, two)
        make_close_friend(one, two)
        make_restriction(one, two)
        DismissedSuggestion.objects.create(id=new_id(one.pk), user=one, dismissed=two)
    make_block(person, make_user("blocked"))
    make_block(make_user("blocker"), person)
    make_like(other, post)
    theirs = make_post(other)
    make_like(person, theirs)
    comment = make_comment(person, theirs, f"{WORDS[2]} @{other.username}")
    edit_comment(person, comment.pk, text=WORDS[3])
    make_comment(other, theirs, parent=comment)
    make_comment_like(person, make_comment(other, theirs))
    make_comment_like(other, make_comment(other, post, "Of yours"))
    mark_pictures(person, other, post)
    make_device(person, name=WORDS[2])
    make_passkey(person)
    create_token(person, scopes=["read"], name=WORDS[2])
    app, _ = register_app(name="Kiln app", redirect_uris=["app:/done"], scopes=["read"], owner=person)
    for one in (person, other):
        permit(one, app, ["read"])
    TagFollow.objects.create(user=person, tag=post.tags.get())
    EmailAddress.objects.get_or_create(user=person, email=EMAIL)
    SocialAccount.objects.create(user=person, provider="x", uid=EMAIL, extra_data={"email": EMAIL})
    Invitation.objects.create(
        id=new_id(person.pk), digest="d", inviter=person, note=WORDS[2], expires_at=timezone.now() + timedelta(days=9)
    )
    RelationImport.objects.create(
        id=new_id(person.pk), owner=person, kind="mutes", total=1, rows=[[1, WORDS[2], "", ""]]
    )
    IdempotentAnswer.objects.create(owner_id=person.pk, key="k", request_hash="h", body={"name": WORDS[2]})
    users = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=staff, content_type=users, object_id=str(person.pk), object_repr=NAME, action_flag=CHANGE
    )
    leave_cases(person, other, post)
    export = ask_for_export(person)
    OutboxTask.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    with settled():
        relay()
    export.refresh_from_db()
    assert export.state == "ready"
    return post


def leave_cases(person: User, other: User, post: Post) -> None:
    """Reported, reporting, warned, appealing; with words of the person and about them everywhere."""
    judge = make_user("judge", is_staff=True, is_superuser=True)
    case = report_post(other, post.pk, category="spam", note=NAME).case
    report_person(other, NAME, category="spam", note=WORDS[0])
    report_post(person, make_post(other).pk, category="hate", note=WORDS[1])
    claim_case(judge, case)
    write_note(judge, case, f"{NAME} again")
    decision = decide(judge, "warn", subject_of(case), reason=WORDS[2], note=NAME, case=case)
    answer_appeal(judge, appeal(decision, WORDS[3]), is_granted=False, answer=f"No, {NAME}.")
    set_role(judge, person, "moderator")
    set_role(judge, person, "none")


def needles(person: User) -> list[str]:
    """What nobody may find: ids as numbers and as packed bytes, names, addresses, words."""
    ids = [person.pk, *Post.objects.filter(author=person).values_list("pk", flat=True)]
    return [NAME, OLD_NAME, EMAIL, *WORDS, *map(str, ids), *(f"{number:016x}" for number in ids)]


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table as text, bytes in hexadecimal, sessions opened."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL("SELECT to_jsonb(whole)::text FROM {} whole").format(sql.Identifier(table)))
            yield from ((table, text) for (text,) in cursor.fetchall())
    for session in Session.objects.all():
        yield "opened session", str(session.get_decoded())


def keys() -> Iterator[tuple[str, str]]:
    """Every key of Valkey with what it holds, as text and as hexadecimal; without those that end within an hour.

    `limit:` counts tries for a day at most. `feeds:dropped` keeps bare numbers for six weeks, so that a build that
    began before brings no feed back.
    """
    client: Any = valkey()
    read = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"list": lambda key: client.lrange(key, 0, -1),
    }
    for key in client.scan_iter("*"):
        if not key.startswith((b"limit:", b"feeds:dropped")) and not 0 < client.ttl(key) <= 3600:
            value = read[client.type(key)](key)
            pieces = [*value.keys(), *value.values()] if isinstance(value, dict) else value
            whole = b" ".join([pieces] if isinstance(pieces, bytes) else pieces)
            yield key.decode("latin-1"), f"{key.decode('latin-1')} {whole.decode('latin-1')} {whole.hex()}"


def let_keys_run_out() -> None:
    """What Valkey keeps for less than the days until a deletion is gone by then."""
    client: Any = valkey()
    for key in client.scan_iter("*"):
        if client.ttl(key) > 0:
            client.delete(key)


def look_around(*clients: Client) -> None:
    for client in clients:
        for path in ("/", f"/@{NAME}/", f"/@{OLD_NAME}/", "/explore/", "/tags/kiln/", "/activity/", "/search/?q=kiln"):
            client.get(path)


def found(wanted: list[str]) -> list[tuple[str, str]]:
    """Where anything of it stands."""
    return [(place, needle) for place, text in [*rows(), *keys()] for needle in wanted if needle in text]


def test_nothing_of_a_deleted_person_is_found_in_any_table_key_or_file(
    leaver: User, boris: User, settled: Settled, as_user: AsUser, as_app: AsApp, media_folders: Path
) -> None:
    with settled():
        publish(boris, jpeg(seed=50))
    others_files = everything(media_folders)
    post = leave_traces(leaver, boris, settled)
    wanted = needles(leaver)
    theirs, browser = as_user(boris), as_user(leaver)
    look_around(theirs, browser, Client())
    as_app(leaver).get("/rest/v1/me")
    with settled():
        build_and_keep(boris.pk)
    assert {"accounts_user", "photos_post", "exports_export", "opened session", "django_admin_log"} <= {
        place for place, _ in found(wanted)
    }

    with settled():
        close_account(User.objects.get(pk=leaver.pk), password=PASSWORD, address="192.0.2.7")
    code = DeletionReceipt.objects.get().code
    let_keys_run_out()
    look_around(theirs, Client())
    with time_machine.travel(timezone.now() + timedelta(days=settings.TRASH_DAYS, minutes=1), tick=False):
        with settled():
            purge_accounts()
        OutboxTask.objects.filter(task="core.send_mail").delete()
        assert found(wanted) == []
        assert everything(media_folders) == others_files
        assert not User.objects.filter(pk=leaver.pk).exists()
        receipt = Client().get(f"/deleted/{code}/")
        assert (receipt.status_code, NAME in receipt.text) == (200, False)
        for path in (f"/@{NAME}/", f"/@{OLD_NAME}/"):
            assert theirs.get(path).status_code == 404
        assert NAME not in theirs.get("/").text
        boris.refresh_from_db()
        assert (boris.follower_count, boris.following_count, Post.objects.filter(pk=post.pk).count()) == (0, 0, 0)
