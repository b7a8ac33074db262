"""What takes a person months to come by, made at once inside the site: tests/e2e/conftest.py says who calls it."""

import json
from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex
from urllib.parse import urlencode

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from accounts.models import DeletionReceipt, Invitation, Mute, RelationImport, SecurityEvent, User
from accounts.services.apps import permit, register_app
from accounts.services.closing import close_account
from accounts.services.follows import follow_user
from accounts.services.resets import reset_url
from accounts.services.tokens import create_token
from core.ids import to_code
from core.models import new_id
from moderation.models import Appeal
from moderation.services.telling import notice_pass
from notifications.unsubscribe_tokens import unsubscribe_url
from photos.models import Comment, Post
from sharing.services.links import LinkWish, create_link
from tests.factories import (
    PASSWORD,
    make_album,
    make_block,
    make_close_friend,
    make_export,
    make_mute,
    make_post,
    make_push_subscription,
    make_restriction,
    make_user,
)
from tests.moderation.making import make_decision

LONG_NAME = "Maximiliane Wolfeschlegelsteinhausen-Bergerdorff"
LONG_NOTE = "Everybody who came to the workshop on Saturday and would like to go on with it"


def arrange(username: str) -> str:
    """Fill the lists of this person; returns as JSON what tests.e2e.pages.Arranged holds."""
    person = User.objects.get(username=username)
    neighbours = [make_user(f"{name}{token_hex(4)}", display_name=LONG_NAME) for name in ("long", "next", "far")]
    know(person, *neighbours)
    keep(person)
    guarded, closed = make_user(f"guarded{token_hex(4)}"), make_user(f"closed{token_hex(4)}")
    post = Post.objects.filter(author=person, state="published").latest("pk")
    comment = Comment.objects.create(id=new_id(), author=neighbours[2], post=post, text=LONG_NOTE)
    close_account(closed, password=PASSWORD, address="203.0.113.7")
    made = {
        "guarded": guarded.username,
        "codes": guard(guarded),
        "closed": closed.username,
        "receipts": [DeletionReceipt.objects.get(user_id=closed.pk).code, finished_receipt()],
        "reset": reset_url(neighbours[0]),
        "asks": asking(person),
        "notice": notices_of(person),
        "report": f"/comments/{to_code(comment.pk)}/report/",
        "told": ways_of_telling(person),
        "given": given_away(person, post),
    }
    return json.dumps(made)


def know(person: User, first: User, second: User, third: User) -> None:
    """Mutes, a block, a restriction, a close friend, and a request that `person` has sent."""
    make_mute(person, first)
    until = timezone.now() + timedelta(days=3)
    Mute.objects.create(id=new_id(person.pk), muter=person, muted=second, until=until)
    make_restriction(person, first)
    make_close_friend(person, second)
    make_block(person, make_user(f"blocked{token_hex(4)}"))
    User.objects.filter(pk=third.pk).update(is_private=True)
    third.refresh_from_db()
    follow_user(person, third)


def keep(person: User) -> None:
    """An event, a token, invitations, an import that left rows out, and an archive."""
    now = timezone.now()
    event = SecurityEvent(id=new_id(person.pk), user=person, kind=SecurityEvent.Kind.EMAIL_CHANGED)
    event.detail, event.device, event.address = f"{'long.' * 20}@example.org", "Firefox on Windows", "198.51.100.4"
    event.save()
    create_token(person, name=LONG_NOTE, scopes=["read", "write", "follow"])
    for left, days in ((7, 3), (0, 3), (1, -3)):
        Invitation.objects.create(
            id=new_id(person.pk),
            digest=token_hex(32),
            inviter=person,
            note=LONG_NOTE,
            uses_left=left,
            expires_at=now + timedelta(days=days),
        )
    problems = [[3, "nobody", "not_found"], [4, "", "not_a_name"]]
    RelationImport.objects.create(
        id=new_id(person.pk),
        owner=person,
        kind="follows",
        total=214,
        position=214,
        problems=problems,
        finished_at=now,
    )
    make_export(person)


def notices_of(person: User) -> list[str]:
    """One with an answered appeal, as its page; and one that waits for an appeal, as its address in a mail."""
    answered, open_one = (make_decision(person, reason=LONG_NOTE) for _ in range(2))
    Appeal.objects.create(id=new_id(person.pk), decision=answered, text=LONG_NOTE, state="refused", answer=LONG_NOTE)
    return [f"/notices/{to_code(answered.pk)}/", f"/notices/open/{notice_pass(open_one)}/"]


def ways_of_telling(person: User) -> list[str]:
    """The page of a device that tells, and the one on which the daily mail is stopped."""
    device = make_push_subscription(person, name=LONG_NAME, kinds=["tag"], shows_text=True)
    return [f"/settings/notifications/devices/{device.pk}/", unsubscribe_url(person.pk)]


def given_away(person: User, post: Post) -> list[str]:
    """An album with menu and links; and share links: to a post for followers, the album, one of it, with a password."""
    hidden = make_post(person, audience="followers", title=LONG_NOTE)
    album = make_album(person, post, hidden, title=LONG_NOTE)
    code = to_code(album.pk)
    to_post, to_album, guarded = (
        create_link(person, shared, LinkWish(password=password)).code
        for shared, password in ((hidden, ""), (album, ""), (hidden, PASSWORD))
    )
    menus = [f"/albums/{code}/{page}/" for page in ("share", "links")]
    return [*menus, f"/s/{to_post}", f"/s/{to_album}", f"/s/{to_album}/{to_code(hidden.pk)}/", f"/s/{guarded}"]


def guard(person: User) -> list[str]:
    """Set up an authenticator app and recovery codes; returns the codes."""
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    codes: Callable[[], list[str]] = RecoveryCodes.activate(person).get_unused_codes
    return codes()


def asking(person: User) -> str:
    """An app of this person that they let in, and another that asks them."""
    own, _ = register_app(name=LONG_NOTE[:60], redirect_uris=["org.example.app:/done"], scopes=["read"], owner=person)
    permit(person, own, ["read"])
    app, _ = register_app(
        name="Darkroom",
        redirect_uris=["https://darkroom.example.org/done"],
        scopes=["read", "write", "follow", "push"],
        website="https://darkroom.example.org",
    )
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "scope": " ".join(app.scopes),
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    return f"/oauth/authorize?{urlencode(query)}"


def finished_receipt() -> str:
    counts = {"posts": 42, "photos and videos": 1200, "likes": 31000}
    now = timezone.now()
    receipt = DeletionReceipt(id=new_id(1), code=token_hex(16), asked_at=now, completed_at=now, counts=counts)
    receipt.save()
    return receipt.code
