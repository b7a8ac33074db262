"""What the archive says in words: all that is the person's, and of others nothing but what the person may know."""

import json
import re
import zipfile
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.utils import timezone

from accounts.models import DismissedSuggestion, Follow, Invitation, User
from accounts.services.apps import permit, register_app
from accounts.services.mutes import mute_user
from accounts.services.tokens import create_token
from accounts.services.usernames import rename_user
from core.ids import to_code
from core.models import new_id
from exports.sections import SECTIONS
from moderation.services.appeals import appeal
from moderation.services.cases import write_note
from moderation.services.decisions import decide
from moderation.services.reports import report_post
from moderation.subjects import subject_of
from photos.models import OriginalCopy, Post, Tag, TagFollow
from photos.services.collections import add_to_collection, create_collection
from photos.services.comment_removals import remove_comment
from photos.services.comments import edit_comment
from photos.services.people import Placed, leave_pictures, tag_person
from photos.services.posts import edit_post
from sharing.services.links import LinkWish, create_link, revoke_link
from tests.conftest import AsUser, Settled
from tests.exports.making import export_all, fetch
from tests.factories import (
    make_album,
    make_block,
    make_close_friend,
    make_comment,
    make_comment_like,
    make_device,
    make_follow,
    make_like,
    make_passkey,
    make_post,
    make_restriction,
    make_save,
    make_user,
)
from tests.images import jpeg
from tests.uploads import publish, upload

TOLD = {
    "AccessToken", "Album", "App", "AppPermission", "Authenticator", "Appeal", "Avatar", "Block", "CloseFriend",
    "Collection", "Comment", "Connection",
    "CommentLike", "Decision", "Device", "DismissedSuggestion", "EmailAddress",
    "Follow", "FormerName", "Header", "Invitation", "Like", "Media", "Mute", "PersonTag", "Post", "Report",
    "Restriction", "Save", "ShareLink",
    "SecurityEvent", "SocialAccount", "TagFollow",
}  # fmt: skip
NOT_TOLD = {
    **dict.fromkeys(("Grant", "RefreshToken", "IDToken", "DeviceGrant"), "secrets of apps, which apps.json names"),
    "AuditEntry": "what staff did",
    "Case": "what others reported; what was decided stands in notices.json",
    "Note": "what staff write for each other",
    **dict.fromkeys(
        ("BlockedWord", "BlockedEmailDomain", "BlockedNetwork", "BlockedImage"), "which of the staff added it to a list"
    ),
    "AlbumItem": "stands in albums.json by its album",
    "CommentMention": "made from what comments.json tells; what others say is theirs",
    "Choice": "ticks under Settings, Notifications",
    "CollectionItem": "stands in saved.json by its collection",
    "Export": "the archive itself",
    "FollowPack": "made from what relations.json tells",
    "LogEntry": "what staff did in the admin",
    "Notification": "what others did, who have it in their archives; of oneself it says nothing that is not told",
    "PushSubscription": "keys of browsers, of no use anywhere else; each ends with its session",
    "Reader": "how far somebody has read",
    "RelationImport": "a file that the person has; whom it brought stands in relations.json",
    "Upload": "not here yet",
    "User_groups": "what staff may do",
    "User_user_permissions": "what staff may do",
}
HOSTILE = '../../"><script>alert(1)</script>\n=1+1\u202e\u2028"]}'


def read(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


def names(people: list[dict[str, Any]]) -> list[str]:
    return [person["username"] for person in people]


def test_every_table_that_points_at_a_person_is_told_or_has_a_reason_not_to() -> None:
    pointing = {
        model.__name__
        for model in apps.get_models(include_auto_created=True)
        if any(field.concrete and field.related_model is User for field in model._meta.get_fields())
    }

    assert pointing - {"User"} <= TOLD | NOT_TOLD.keys()


def test_comments_are_told_with_what_they_said_before_and_only_ones_own(
    alma: User, boris: User, settled: Settled, as_user: AsUser
) -> None:
    post, hidden = make_post(boris), make_post(boris)
    first = make_comment(alma, post, "First")
    edit_comment(alma, first.pk, text="Second")
    reply = make_comment(alma, post, parent=make_comment(boris, post, "Of another"))
    make_comment(alma, hidden, "Where nobody is let in any more")
    remove_comment(make_user(is_staff=True), make_comment(alma, post, "Taken off"), reason="No spam.")
    make_comment_like(alma, make_comment(boris, post))
    edit_post(boris, hidden, {"audience": "only_me"})

    archive = fetch(as_user(alma), export_all(alma, settled))

    comments = read(archive, "comments.json")
    assert [each["text"] for each in comments] == ["Second", reply.text, "Where nobody is let in any more"]
    assert [version["text"] for version in comments[0]["before"]] == ["First"]
    assert [each["post"] is None for each in comments] == [False, False, True]
    assert [each["author"] for each in read(archive, "comment_likes.json")] == ["boris"]


def test_relations_tell_every_list_with_names_and_times(alma: User, settled: Settled, as_user: AsUser) -> None:
    people = {
        role: make_user(role) for role in ("followed", "follower", "asked", "asking", "blocked", "muted", "other")
    }
    make_follow(alma, people["followed"])
    make_follow(people["follower"], alma)
    Follow.objects.create(id=new_id(), follower=alma, followee=people["asked"], state="requested")
    Follow.objects.create(id=new_id(), follower=people["asking"], followee=alma, state="requested")
    make_block(alma, people["blocked"])
    until = timezone.now() + timedelta(days=1)
    mute_user(alma, people["muted"], scope="everything", until=until)
    make_restriction(alma, people["other"])
    make_close_friend(alma, people["other"])
    DismissedSuggestion.objects.create(id=new_id(), user=alma, dismissed=people["other"])

    told = read(fetch(as_user(alma), export_all(alma, settled)), "relations.json")

    assert {name: names(rows) for name, rows in told.items()} == {
        "following": ["followed"],
        "followers": ["follower"],
        "asked_to_follow": ["asked"],
        "asks_to_follow_you": ["asking"],
        "blocked": ["blocked"],
        "restricted": ["other"],
        "close_friends": ["other"],
        "not_suggested": ["other"],
        "muted": ["muted"],
    }
    (mute,) = told["muted"]
    assert (mute["scope"], mute["until"][:16]) == ("everything", f"{until:%Y-%m-%dT%H:%M}")


def test_posts_of_every_state_are_told_and_what_was_removed_keeps_its_pictures(
    alma: User, settled: Settled, as_user: AsUser
) -> None:
    for state in ("draft", "published", "archived", "trashed", "removed"):
        make_post(alma, state=state, title=state, caption="Größe", tags=("kiln",), audience="only_me", pictures=0)
    with settled():
        kept = publish(alma, jpeg(seed=1), title="taken off")
        alone = upload(alma, jpeg(seed=2), alt_text="Alone")
    kept.media.update(alt_text="A kiln")
    Post.objects.filter(pk=kept.pk).update(state="removed")

    archive = fetch(as_user(alma), export_all(alma, settled))

    posts, others = read(archive, "posts.json"), read(archive, "not_posted.json")
    assert [post["state"] for post in posts] == ["draft", "published", "archived", "trashed"]
    assert (posts[0]["caption"], posts[0]["tags"], posts[0]["audience"]) == ("Größe", ["kiln"], "only_me")
    assert {media["alt_text"] for media in others} == {"A kiln", "Alone"}
    assert {media["file"] for media in others} == {name for name in archive.namelist() if name.startswith("media/")}
    assert str(alone.pk) in [media["id"] for media in others]


def test_share_links_are_told_with_the_addresses_of_those_that_count_and_no_hash(
    alma: User, boris: User, settled: Settled, as_user: AsUser
) -> None:
    live, over = (create_link(alma, make_album(alma), LinkWish(password="herons at dawn")) for _ in range(2))
    revoke_link(alma, over.pk)
    create_link(boris, make_post(boris), LinkWish())

    archive = fetch(as_user(alma), export_all(alma, settled))

    told = read(archive, "share_links.json")
    assert [(each["url"] or "").rpartition("/")[2] for each in told] == [live.code, ""]
    assert [each["has_password"] for each in told] == [True, True]
    assert live.password not in archive.read("share_links.json").decode()


def test_account_tells_log_in_devices_tokens_tags_and_invitations_and_no_secret(
    alma: User, settled: Settled, as_user: AsUser
) -> None:
    rename_user(alma, "alma.b")
    EmailAddress.objects.get_or_create(user=alma, email=alma.email, defaults={"primary": True})
    passkey, device = make_passkey(alma), make_device(alma, name="Kiln browser", address="192.0.2.9")
    token, text = create_token(alma, scopes=["read"], name="Kiln app")
    TagFollow.objects.create(user=alma, tag=Tag.objects.create(name="kiln"))
    end = timezone.now() + timedelta(days=9)
    invitation = Invitation.objects.create(id=new_id(), digest="d1gest", inviter=alma, note="Kiln", expires_at=end)

    app, app_secret = register_app(name="Kiln app", redirect_uris=["app:/done"], scopes=["read"], owner=alma)
    permit(alma, app, ["read"])

    archive = fetch(as_user(alma), export_all(alma, settled))

    apps = read(archive, "apps.json")
    assert (
        [each["app__name"] for each in apps["allowed"]] == [each["name"] for each in apps["registered"]] == ["Kiln app"]
    )
    told = read(archive, "log_in.json")
    assert [each["email"] for each in told["email_addresses"]] == [alma.email]
    assert [each["type"] for each in told["second_factors"]] == [passkey.type]
    assert "Kiln browser" in [each["name"] for each in told["devices"]]
    assert [each["username"] for each in told["former_names"]] == ["alma"]
    assert [each["name"] for each in read(archive, "access_tokens.json")] == ["Kiln app"]
    assert [each["note"] for each in read(archive, "invitations.json")] == ["Kiln"]
    assert read(archive, "followed_tags.json") == ["kiln"]
    assert "export_made" in [each["kind"] for each in read(archive, "security_log.json")]
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    secrets = (
        User.objects.get(pk=alma.pk).password,
        text,
        app_secret,
        app.client_secret,
        token.digest,
        invitation.digest,
        device.browser,
        "credProps",
    )
    assert [secret for secret in secrets if secret in whole] == []


def test_saved_posts_and_collections_are_told_by_their_addresses(
    alma: User, boris: User, settled: Settled, as_user: AsUser
) -> None:
    light, alone, hidden = (make_post(boris, title=title) for title in ("Light", "Alone", "Hidden"))
    shelf = create_collection(alma, HOSTILE[:40])
    for post in (light, hidden):
        add_to_collection(alma, shelf.pk, post.pk)
    make_save(alma, alone)
    Post.objects.filter(pk=hidden.pk).update(audience="only_me")

    told = read(fetch(as_user(alma), export_all(alma, settled)), "saved.json")

    assert [(row["author"], row["title"], row["post"].rsplit("/p/")[1]) for row in told["posts"]] == [
        ("boris", post.title, f"{to_code(post.pk)}/") for post in (light, alone)
    ]
    (collection,) = told["collections"]
    assert (collection["name"], collection["posts"]) == (shelf.name, [told["posts"][0]["post"]])


def test_albums_are_told_with_their_posts_in_order(alma: User, boris: User, settled: Settled, as_user: AsUser) -> None:
    first, second = make_post(alma, pictures=0), make_post(alma, pictures=0)
    removed = make_post(alma, pictures=0, state="removed")
    make_album(alma, second, removed, first, title=HOSTILE[:40], text="Rain.", audience="followers", cover=first)
    make_album(boris, make_post(boris))

    (told,) = read(fetch(as_user(alma), export_all(alma, settled)), "albums.json")

    addresses = [told["cover"], *told["posts"]]
    assert [each.rsplit("/p/")[1] for each in addresses] == [f"{to_code(post.pk)}/" for post in (first, second, first)]
    assert (told["title"], told["text"], told["audience"]) == (HOSTILE[:40], "Rain.", "followers")


def test_who_is_in_pictures_is_told_both_ways(
    alma: User, boris: User, carla: User, settled: Settled, as_user: AsUser
) -> None:
    own, other, hidden = make_post(alma), make_post(boris), make_post(boris)
    for post in (other, hidden):
        tag_person(boris, post, Placed(post.media.get().pk, "alma"))
    tag_person(alma, own, Placed(own.media.get().pk, "boris", 0.5, 0.25))
    tag_person(alma, own, Placed(own.media.get().pk, "carla"))
    leave_pictures(alma, other.pk)
    make_block(carla, alma)
    OriginalCopy.objects.all().delete()  # the words alone
    Post.objects.filter(pk=hidden.pk).update(audience="only_me")

    told = read(fetch(as_user(alma), export_all(alma, settled)), "people_in_pictures.json")

    assert [(tag["person"], tag["x"], tag["y"], tag["state"]) for tag in told["you_said"]] == [
        ("boris", 0.5, 0.25, "shown")
    ]
    assert [(tag["author"], tag["state"]) for tag in told["said_of_you"]] == [("boris", "removed")]


def test_nothing_private_of_others_is_told(
    alma: User, boris: User, carla: User, settled: Settled, as_user: AsUser
) -> None:
    User.objects.filter(pk=boris.pk).update(bio="A secret of boris", display_name="Boris B.")
    liked = make_post(boris, title="Shown", caption="A caption of boris")
    make_like(alma, liked)
    hidden = make_post(boris, title="Hidden later")
    make_like(alma, hidden)
    Post.objects.filter(pk=hidden.pk).update(audience="only_me")
    make_like(boris, make_post(alma, pictures=0))
    make_follow(boris, alma)
    make_restriction(carla, alma)
    make_close_friend(carla, alma)
    make_block(make_user("dora"), alma)

    archive = fetch(as_user(alma), export_all(alma, settled))

    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert [like["title"] for like in read(archive, "likes.json")] == ["Shown"]
    secrets = (
        boris.email,
        "A secret",
        "Boris B.",
        "A caption of boris",
        "Hidden later",
        "carla",
        "dora",
        str(boris.pk),
    )
    assert [secret for secret in secrets if secret in whole] == []


def test_hostile_words_stand_as_typed_and_name_no_file(alma: User, settled: Settled, as_user: AsUser) -> None:
    User.objects.filter(pk=alma.pk).update(bio=HOSTILE)
    with settled():
        publish(alma, jpeg(seed=1), title=HOSTILE[:100], caption=HOSTILE)

    archive = fetch(as_user(alma), export_all(alma, settled))

    assert read(archive, "profile.json")["bio"] == HOSTILE
    assert read(archive, "posts.json")[0]["caption"].startswith(HOSTILE[:30])
    (picture,) = set(archive.namelist()) - {*SECTIONS, "checksums.sha256"}
    assert re.fullmatch(r"media/\d{4}-\d\d-\d\d_\d+\.jpg", picture)


def test_reports_and_notices_tell_what_the_person_said_and_was_told_and_nothing_of_staff(
    alma: User, boris: User, settled: Settled, as_user: AsUser
) -> None:
    staff = make_user("moderator", is_staff=True, is_superuser=True)
    post, own = make_post(boris), make_post(alma, pictures=0)
    case = report_post(alma, post.pk, category="hate", note="My words.").case
    decide(staff, "warn", subject_of(case), reason="A rule.", note="A word of staff.", case=case)
    case = report_post(boris, own.pk, category="spam", note="Words of boris.").case
    write_note(staff, case, "Another word of staff.")
    appeal(decide(staff, "hide", subject_of(case), reason="My rule.", case=case), "No!")

    archive = fetch(as_user(alma), export_all(alma, settled))

    (report,), (notice,) = read(archive, "reports.json"), read(archive, "notices.json")
    assert [report[name] for name in ("about", "category", "note", "outcome")] == [
        "post", "hate", "My words.", "action_taken"
    ]  # fmt: skip
    assert [notice[name] for name in ("about", "action", "rule")] == ["post", "hide", "My rule."]
    assert (notice["appeal"]["text"], notice["appeal"]["state"]) == ("No!", "open")
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert [word for word in ("boris", "moderator", "word of staff", "A rule.") if word in whole] == []
