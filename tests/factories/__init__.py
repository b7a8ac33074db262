"""Rows for tests, one plain function for each model; what is not said is dull and valid."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts.models import Block, CloseFriend, Device, Follow, Mute, Restriction, User
from accounts.services.follows import accept_follow_request, follow_user
from accounts.services.relations import note_blocks, tell_close_friend_added, tell_relations_changed
from accounts.services.restrictions import restrict_user
from accounts.sessions import SessionStore, kept_as
from core.models import new_id
from core.storage import random_key, save_bytes
from exports.models import Export, ExportPart
from notifications.models import Notification, PushSubscription
from photos.models import (
    Album,
    AlbumItem,
    Comment,
    CommentLike,
    Like,
    Media,
    OriginalCopy,
    Post,
    Rendition,
    Save,
    Upload,
)
from photos.places import fold_place
from photos.services.comment_likes import like_comment
from photos.services.comments import post_comment
from photos.services.likes import like_post
from photos.services.publishing import count_post
from photos.services.saves import save_post
from photos.services.tagging import set_tags

PASSWORD = "kiln-shelf-93"


def make_user(username: str = "", **fields: Any) -> User:
    name = username or f"person{secrets.token_hex(4)}"
    fields.setdefault("last_seen_at", timezone.now())
    return User.objects.create_user(name, f"{name}@example.org", PASSWORD, **{"verified": True, **fields})


def make_follow(follower: User, followee: User) -> Follow:
    """An accepted follow, whatever the account's setting, with the counters right."""
    follow = follow_user(follower, followee)
    if follow.state == Follow.State.REQUESTED:
        follow = accept_follow_request(followee, follower)
    return follow


def make_block(blocker: User, blocked: User) -> Block:
    """As `block_user` does it, but follows stay."""
    with transaction.atomic():
        block = Block.objects.create(id=new_id(blocker.pk), blocker=blocker, blocked=blocked)
        note_blocks(blocker.pk, blocked.pk)
        tell_relations_changed(blocker.pk, blocked.pk)
    for person in (blocker, blocked):
        person.has_blocks = True
    return block


def make_mute(muter: User, muted: User) -> Mute:
    return Mute.objects.create(id=new_id(muter.pk), muter=muter, muted=muted)


def make_close_friend(owner: User, friend: User) -> CloseFriend:
    """`friend` stands on the list of `owner`, and whoever keeps that ready knows."""
    with transaction.atomic():
        row = CloseFriend.objects.create(id=new_id(owner.pk), owner=owner, friend=friend)
        tell_close_friend_added(owner.pk, friend.pk)
    return row


def make_mute_over(muter: User, muted: User) -> Mute:
    """One whose time is over, and which nothing has ended yet."""
    over = timezone.now() - timedelta(seconds=1)
    return Mute.objects.create(id=new_id(muter.pk), muter=muter, muted=muted, until=over)


def make_restriction(owner: User, restricted: User) -> Restriction:
    restrict_user(owner, restricted)
    restricted.has_blocks = True
    return Restriction.objects.get(owner=owner, restricted=restricted)


def make_media(owner: User, post: Post | None = None, *, state: str = "ready", **fields: Any) -> Media:
    """A media with its rows; the files they name do not exist. For real files upload through the services."""
    now = timezone.now()
    size = {"width": fields.pop("width", 1200), "height": fields.pop("height", 800)}
    media = Media.objects.create(
        id=new_id(owner.pk),
        owner=owner,
        post=post,
        state=state,
        state_changed_at=now,
        original_key=f"aa/{secrets.token_hex(16)}.jpg",
        **{"sha256": secrets.token_hex(32), "bytes": 1000, "content_type": "image/jpeg"}
        | {"original_width": size["width"], "original_height": size["height"]}
        | size
        | fields,
    )
    for storage in ("originals", "originals-copy"):
        OriginalCopy.objects.create(media=media, storage=storage, verified_at=now)
    if state == "ready":
        for name, width, height in (("w640", 640, 427), ("w320", 320, 213), ("square", 320, 320)):
            for content_type, suffix in (("image/jpeg", "jpg"), ("image/avif", "avif")):
                Rendition.objects.create(
                    media=media,
                    name=name,
                    content_type=content_type,
                    key=f"bb/{secrets.token_hex(16)}.{suffix}",
                    width=width,
                    height=height,
                    bytes=500,
                )
    return media


def make_post(
    author: User,
    *,
    audience: str = "public",
    state: str = "published",
    pictures: int = 1,
    tags: tuple[str, ...] = (),
    published_at: datetime | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Post:
    """A post with its media rows and the author's counters right, made `at` or now; no signal is sent."""
    fields["place_slug"] = fold_place(fields.get("location_name", ""))
    post = Post.objects.create(id=new_id(author.pk, at=at), author=author, audience=audience, state=state, **fields)
    if state != "publishing":
        post.published_at = published_at or at or timezone.now()
    if state in ("trashed", "archived", "removed"):
        setattr(post, f"{state}_at", timezone.now())
    if state == "removed":
        post.removed_for = "No spam."
    post.save()
    for position in range(pictures):
        make_media(author, post, position=position, state="received" if state == "publishing" else "ready")
    if state == "published":
        count_post(post, 1)
    set_tags(post, tags)
    return post


def make_album(owner: User, *posts: Post, **fields: Any) -> Album:
    """An album for everybody, unless `fields` say otherwise, with these posts in this order."""
    album = Album.objects.create(id=new_id(owner.pk), owner=owner, **{"title": "Ferry trip"} | fields)
    for place, post in enumerate(posts, 1):
        AlbumItem.objects.create(id=new_id(owner.pk), owner=owner, album=album, post=post, position=place)
    return album


def make_upload(owner: User, **fields: Any) -> Upload:
    """An open tus upload of 1,000 bytes of which none has come."""
    until = timezone.now() + timedelta(hours=24)
    return Upload.objects.create(
        **{"id": new_id(owner.pk), "owner": owner, "way": "tus", "bytes": 1000, "expires_at": until} | fields
    )


def make_like(user: User, post: Post) -> Like:
    like_post(user, post.pk)
    return Like.objects.get(user=user, post=post)


def make_comment(author: User, post: Post, text: str = "", *, parent: Comment | None = None) -> Comment:
    """What `author` says about the post, in words of its own unless they are given; it may wait."""
    words = text or f"Said {secrets.token_hex(4)}"
    return post_comment(author, post.pk, text=words, parent_id=parent.pk if parent else None)


def make_comment_like(user: User, comment: Comment) -> CommentLike:
    like_comment(user, comment.pk)
    return CommentLike.objects.get(user=user, comment=comment)


def make_notification(recipient: User, actor: User, post: Post, *, at: datetime | None = None) -> Notification:
    """The recipient was told, `at` or now, that `actor` has named them in a post."""
    row_id = new_id(recipient.pk, at=at)
    return Notification.objects.create(
        id=row_id, recipient=recipient, kind="mention", actor=actor, post=post, about=post.pk
    )


def make_save(user: User, post: Post) -> Save:
    save_post(user, post.pk)
    return Save.objects.get(user=user, post=post)


def make_passkey(user: User) -> Authenticator:
    """A passkey by its row alone: nothing can be proved with it."""
    data = {"name": "Phone", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def make_device(user: User, **fields: Any) -> Device:
    """A device without a session."""
    told = {"id": new_id(user.pk), "user": user, "browser": secrets.token_hex(32), "used_at": timezone.now()}
    return Device.objects.create(**told | fields)


def make_session_device(user: User) -> Device:
    """A browser in which this person is logged in."""
    session = SessionStore()
    session.create()
    return make_device(user, session=kept_as(str(session.session_key)), name="Firefox on Linux")


def make_push_subscription(user: User, **fields: Any) -> PushSubscription:
    """A browser of this person that is told; nobody listens at its endpoint."""
    endpoint = f"https://push.example.net/{secrets.token_hex(8)}"
    told = {"endpoint": endpoint, "digest": secrets.token_hex(32), "p256dh": "x", "auth": "x", "name": "Kitchen"}
    device = make_session_device(user)
    return PushSubscription.objects.create(id=new_id(user.pk), user=user, device=device, **told | fields)


def make_export(owner: User, content: bytes = b"PK", **fields: Any) -> Export:
    """An archive of one part that can be downloaded."""
    until = timezone.now() + timedelta(hours=24)
    export = Export.objects.create(
        id=new_id(owner.pk), owner=owner, state="ready", bytes=len(content), expires_at=until, **fields
    )
    part = ExportPart.objects.create(
        export=export, number=0, key=random_key(".part"), is_written=True, bytes=len(content)
    )
    save_bytes("exports", part.key, content)
    return export
