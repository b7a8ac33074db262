"""What an archive says in words: one function for each file, in the order of SECTIONS. To add one, write it there.

Each yields lines of UTF-8 text, made row by row, so that no number of posts fills the memory. They tell the owner's own
things only; of other people the usernames, and of those only who the owner may know of.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import (
    AccessToken,
    App,
    AppPermission,
    Block,
    CloseFriend,
    Device,
    DismissedSuggestion,
    Follow,
    FormerName,
    Invitation,
    Mute,
    Restriction,
    SecurityEvent,
    User,
)
from core.media_urls import absolute
from core.times import iso_utc
from exports.albums import ALBUM_SECTIONS, albums, place_in
from exports.lines import Lines
from exports.lines import address as _address
from exports.lines import document as _document
from exports.lines import listed as _listed
from exports.links import share_links
from exports.models import Export
from moderation.models import Action, Appeal, Decision, Report
from moderation.selectors import outcome_of
from photos.access import readable_comments
from photos.models import (
    Avatar,
    Collection,
    CollectionItem,
    Comment,
    CommentLike,
    Header,
    Like,
    Media,
    PersonTag,
    Post,
    Save,
    TagFollow,
)
from photos.representations import represent_location
from sharing.models import Connection, CrossPost

WRITTEN_AS_THEY_ARE = (
    "username", "email", "display_name", "bio", "pronouns", "website", "links", "location", "is_private",
    "hides_counts", "hides_follows", "in_search", "in_discovery", "in_engines", "shows_counts", "show_camera",
    "tags_in_latest", "time_zone", "approves_comments", "comment_filter", "tags_from", "approves_tags",
)  # fmt: skip


def media_name(media: Media) -> str:
    """Where the original of a photo or video stands in the archive."""
    suffix = media.original_key.rpartition(".")[2]
    return f"media/{media.created_at:%Y-%m-%d}_{media.pk}.{suffix}"


def archive_name(export: Export, media: Media) -> str:
    """The same; in the archive of an album it begins with its place there."""
    return media_name(media) if export.album_id is None else place_in(export, media)


def sections_of(export: Export) -> dict[str, Callable[[Export], Lines]]:
    return SECTIONS if export.album_id is None else ALBUM_SECTIONS


def all_media(export: Export) -> QuerySet[Media]:
    """The photos and videos that belong into the archive, oldest first."""
    if export.album_id is not None:
        return Media.objects.filter(pk__in=export.media_ids).order_by("pk")
    return Media.objects.filter(owner=export.owner_id, pk__lte=export.until_media_id).order_by("pk")


def readme(export: Export) -> Lines:
    yield f"Everything that {export.owner.username} has at {settings.SITE_NAME} ({settings.ORIGIN}).\n\n"
    yield "media/            every photo and video as it was uploaded, byte for byte\n"
    yield "checksums.sha256  their SHA-256; check with: sha256sum -c checksums.sha256\n"
    yield "*.json            what you wrote, liked, saved, set and whom you follow; UTF-8, times in UTC\n"
    yield "MISSING.txt       only if an original could not be read\n"


def profile(export: Export) -> Lines:
    user = export.owner
    told = {name: getattr(user, name) for name in WRITTEN_AS_THEY_ARE}
    times = {"created_at": iso_utc(user.created_at), "last_login": iso_utc(user.last_login)}
    face = Avatar.objects.filter(user=user).select_related("media").first()
    header = Header.objects.filter(user=user).select_related("media").first()
    others = {
        "application": user.application,
        "profile_picture": media_name(face.media) if face else None,
        "header": {"file": media_name(header.media), "alt_text": header.alt_text} if header else None,
    }
    return _document({**told, **times, **others})


def posts(export: Export) -> Lines:
    own = Post.objects.filter(author=export.owner_id).exclude(state=Post.State.REMOVED).order_by("pk")
    return _listed(_post(post) for post in own.prefetch_related("media", "tags").iterator(chunk_size=200))


def unposted(export: Export) -> Lines:
    """Also what stood in posts that were removed: its author keeps the originals, and what describes them."""
    alone = all_media(export).filter(Q(post=None) | Q(post__state=Post.State.REMOVED))
    return _listed(_media(media) for media in alone.iterator(chunk_size=500))


def likes(export: Export) -> Lines:
    own = Like.objects.filter(user=export.owner_id, post__in=Post.objects.visible_to(export.owner))
    rows = own.order_by("pk").values_list("post_id", "post__author__username", "post__title", "created_at")
    return _listed(
        {"post": str(post), "author": author, "title": title, "liked_at": iso_utc(moment)}
        for post, author, title, moment in rows.iterator(chunk_size=1000)
    )


def comments(export: Export) -> Lines:
    """One's own words. What staff removed is not told, nor an address of a post that one may not see any more."""
    own = Comment.objects.filter(author=export.owner_id).exclude(state=Comment.State.REMOVED).order_by("pk")
    seen = Exists(Post.objects.visible_to(export.owner).filter(pk=OuterRef("post")))
    rows = own.annotate(seen=seen).prefetch_related("versions")
    return _listed(_comment(comment) for comment in rows.iterator(chunk_size=500))


def comment_likes(export: Export) -> Lines:
    own = CommentLike.objects.filter(user=export.owner_id, comment__in=readable_comments(export.owner))
    rows = own.order_by("pk").values_list("comment_id", "comment__author__username", "comment__post_id", "created_at")
    return _listed(
        {"comment": str(comment), "author": author, "post": str(post), "liked_at": iso_utc(moment)}
        for comment, author, post, moment in rows.iterator(chunk_size=1000)
    )


def saved(export: Export) -> Lines:
    """What the person has saved and may see still, and the collections with the posts in them, by their addresses."""
    seen = Post.objects.visible_to(export.owner)
    own = Save.objects.filter(user=export.owner_id, post__in=seen)
    rows = own.order_by("pk").values_list("post_id", "post__author__username", "post__title", "created_at")
    yield '{\n"posts": '
    yield from _listed(
        {"post": _address(post), "author": author, "title": title, "saved_at": iso_utc(moment)}
        for post, author, title, moment in rows.iterator(chunk_size=1000)
    )
    yield ',"collections": '
    yield from _listed(
        _collection(each, seen) for each in Collection.objects.filter(owner=export.owner_id).order_by("pk")
    )
    yield "}\n"


def people_in_pictures(export: Export) -> Lines:
    """Whom the person has said to be in their pictures, and who has said so of them, with what they answered."""
    seen = Post.objects.visible_to(export.owner)
    lists: dict[str, QuerySet[PersonTag]] = {
        "you_said": PersonTag.objects.visible_to(export.owner).filter(post__author=export.owner_id),
        "said_of_you": PersonTag.objects.filter(person=export.owner_id, post__in=seen).exclude(
            post__author=export.owner_id
        ),
    }
    yield "{\n"
    for number, (name, tags) in enumerate(lists.items()):
        rows = tags.order_by("pk").select_related("person", "post__author")
        yield f'{"," if number else ""}"{name}": '
        yield from _listed(_tag(tag) for tag in rows.iterator(chunk_size=1000))
    yield "}\n"


def relations(export: Export) -> Lines:
    me, known = export.owner_id, User.objects.visible_to(export.owner)
    follows, asked = {"state": Follow.State.ACCEPTED}, {"state": Follow.State.REQUESTED}
    lists: dict[str, tuple[Any, str]] = {
        "following": (Follow.objects.filter(follower=me, followee__in=known, **follows), "followee"),
        "followers": (Follow.objects.filter(followee=me, follower__in=known, **follows), "follower"),
        "asked_to_follow": (Follow.objects.filter(follower=me, followee__in=known, **asked), "followee"),
        "asks_to_follow_you": (Follow.objects.filter(followee=me, follower__in=known, **asked), "follower"),
        "blocked": (Block.objects.filter(blocker=me), "blocked"),
        "restricted": (Restriction.objects.filter(owner=me, restricted__in=known), "restricted"),
        "close_friends": (CloseFriend.objects.filter(owner=me, friend__in=known), "friend"),
        "not_suggested": (DismissedSuggestion.objects.filter(user=me, dismissed__in=known), "dismissed"),
    }
    yield "{\n"
    for name, (rows, role) in lists.items():
        pairs = rows.order_by("pk").values_list(f"{role}__username", "created_at").iterator(chunk_size=1000)
        people = ({"username": username, "since": iso_utc(moment)} for username, moment in pairs)
        yield f'"{name}": '
        yield from _listed(people)
        yield ","
    yield '"muted": '
    yield from _listed(_mute(mute) for mute in _mutes(me, known).iterator(chunk_size=1000))
    yield "}\n"


def followed_tags(export: Export) -> Lines:
    return _document(list(TagFollow.objects.filter(user=export.owner_id).values_list("tag__name", flat=True)))


def security_log(export: Export) -> Lines:
    events = SecurityEvent.objects.filter(user=export.owner_id).order_by("pk")
    return _listed(
        {
            "kind": event.kind,
            "detail": event.detail,
            "address": event.address,
            "device": event.device,
            "at": iso_utc(event.created_at),
        }
        for event in events.iterator(chunk_size=1000)
    )


def log_in(export: Export) -> Lines:
    """By what and where the person logs in; nothing that would let anybody do so."""
    me = {"user": export.owner_id}
    return _document(
        {
            "email_addresses": _rows(EmailAddress.objects.filter(**me), "email", "verified", "primary"),
            "second_factors": _rows(Authenticator.objects.filter(**me), "type", "created_at", "last_used_at"),
            "other_sites": _rows(SocialAccount.objects.filter(**me), "provider", "uid", "date_joined"),
            "devices": _rows(Device.objects.filter(**me), "name", "address", "created_at", "used_at"),
            "former_names": _rows(FormerName.objects.filter(**me), "username", "held_until"),
        }
    )


def invitations(export: Export) -> Lines:
    mine = Invitation.objects.filter(inviter=export.owner_id)
    return _document(_rows(mine, "note", "places", "uses_left", "created_at", "expires_at", "revoked_at"))


def access_tokens(export: Export) -> Lines:
    tokens = AccessToken.objects.filter(user=export.owner_id)
    return _document(_rows(tokens, "name", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at"))


def apps(export: Export) -> Lines:
    allowed = AppPermission.objects.filter(user=export.owner_id)
    own = App.objects.filter(user=export.owner_id)
    told = {
        "allowed": _rows(allowed, "app__name", "app__website", "scopes", "created_at", "last_used_at"),
        "registered": _rows(own, "name", "website", "client_id", "redirect_uris", "scopes", "created"),
    }
    return _document(told)


def connections(export: Export) -> Lines:
    """Accounts elsewhere, also those that are connected no more; nothing with which one could post there."""
    own = Connection.objects.filter(owner=export.owner_id)
    return _document(_rows(own, "network", "name", "address", "automatic", "state", "created_at"))


def cross_posts(export: Export) -> Lines:
    """Which posts went where, and where they stand there."""
    own = CrossPost.objects.filter(connection__owner=export.owner_id).select_related("connection").order_by("pk")
    return _listed(
        {
            "post": _address(row.post_id),
            "network": row.connection.network,
            "name": row.connection.name,
            "state": row.state,
            "address": row.address,
            "problem": row.problem,
            "at": iso_utc(row.sent_at or row.created_at),
        }
        for row in own.iterator(chunk_size=1000)
    )


def reports(export: Export) -> Lines:
    """What the person has reported, and what they were told of it."""
    own = Report.objects.filter(reporter=export.owner_id).select_related("case").order_by("pk")
    return _listed(
        {
            "about": report.case.kind,
            "category": report.category,
            "note": report.note,
            "reported_at": iso_utc(report.created_at),
            "outcome": outcome_of(report),
        }
        for report in own.iterator(chunk_size=1000)
    )


def notices(export: Export) -> Lines:
    """What staff have decided about the person, as they were told, and the appeals; nothing of who decided it."""
    told = Decision.objects.filter(person=export.owner_id).exclude(action=Action.DISMISS).order_by("pk")
    return _listed(
        {
            "about": each.kind,
            "action": each.action,
            "rule": each.reason,
            "at": iso_utc(each.created_at),
            "taken_back_at": iso_utc(each.undone_at),
            "appeal": _appeal(getattr(each, "appeal", None)),
        }
        for each in told.select_related("appeal").iterator(chunk_size=1000)
    )


SECTIONS: dict[str, Callable[[Export], Lines]] = {
    "README.txt": readme,
    "profile.json": profile,
    "posts.json": posts,
    "not_posted.json": unposted,
    "likes.json": likes,
    "comments.json": comments,
    "comment_likes.json": comment_likes,
    "saved.json": saved,
    "albums.json": albums,
    "share_links.json": share_links,
    "people_in_pictures.json": people_in_pictures,
    "relations.json": relations,
    "followed_tags.json": followed_tags,
    "security_log.json": security_log,
    "log_in.json": log_in,
    "access_tokens.json": access_tokens,
    "apps.json": apps,
    "invitations.json": invitations,
    "connections.json": connections,
    "cross_posts.json": cross_posts,
    "reports.json": reports,
    "notices.json": notices,
}


def checksums(export: Export, missing: set[int]) -> Iterator[str]:
    """A line for each original that is in the archive, as sha256sum reads it."""
    for media in all_media(export).iterator(chunk_size=2000):
        if media.pk not in missing:
            yield f"{media.sha256}  {archive_name(export, media)}\n"


def _appeal(appeal: Appeal | None) -> dict[str, Any] | None:
    if appeal is None:
        return None
    return {"text": appeal.text, "at": iso_utc(appeal.created_at), "state": appeal.state, "answer": appeal.answer}


def _tag(tag: PersonTag) -> dict[str, Any]:
    place = {"x": tag.x, "y": tag.y, "state": tag.state, "at": iso_utc(tag.created_at)}
    names = {"author": tag.post.author.username, "person": tag.person.username}
    return {"post": _address(tag.post_id), "media_id": str(tag.media_id), **names, **place}


def _collection(collection: Collection, seen: QuerySet[Post]) -> dict[str, Any]:
    items = CollectionItem.objects.filter(collection=collection, save_of__post__in=seen).order_by("pk")
    return {
        "name": collection.name,
        "created_at": iso_utc(collection.created_at),
        "posts": [_address(post_id) for post_id in items.values_list("save_of__post_id", flat=True)],
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": str(post.pk),
        "title": post.title,
        "caption": post.caption,
        "tags": sorted(tag.name for tag in post.tags.all()),
        "location": represent_location(post),
        "audience": post.audience,
        "sensitive": post.sensitive,
        "spoiler": post.spoiler,
        "comments": post.comments,
        "downloads": post.downloads,
        "licence": post.licence,
        "state": post.state,
        "like_count": post.like_count,
        "created_at": iso_utc(post.created_at),
        "published_at": iso_utc(post.published_at),
        "edited_at": iso_utc(post.edited_at),
        "media": [_media(media) for media in sorted(post.media.all(), key=lambda each: (each.position, each.pk))],
    }


def _media(media: Media) -> dict[str, Any]:
    return {
        "id": str(media.pk),
        "file": media_name(media),
        "kind": media.kind,
        "alt_text": media.alt_text,
        "width": media.original_width,
        "height": media.original_height,
        "duration": media.duration,
        "recipe": media.recipe,
        "taken_at": iso_utc(media.taken_at),
        "camera": media.camera,
        "sha256": media.sha256,
        "bytes": media.bytes,
        "created_at": iso_utc(media.created_at),
    }


def _comment(comment: Any) -> dict[str, Any]:
    versions = sorted(comment.versions.all(), key=lambda version: version.pk)
    return {
        "id": str(comment.pk),
        "post": absolute(reverse("photos:post-detail", args=[comment.post_id])) if comment.seen else None,
        "in_reply_to": str(comment.parent_id) if comment.parent_id and comment.seen else None,
        "text": comment.text,
        "state": comment.state,
        "like_count": comment.like_count,
        "created_at": iso_utc(comment.created_at),
        "edited_at": iso_utc(comment.edited_at),
        "before": [{"text": version.text, "until": iso_utc(version.replaced_at)} for version in versions],
    }


def _mutes(muter: int, known: QuerySet[User]) -> QuerySet[Mute]:
    return Mute.objects.filter(muter=muter, muted__in=known).select_related("muted").order_by("pk")


def _mute(mute: Mute) -> dict[str, Any]:
    times = {"since": iso_utc(mute.created_at), "until": iso_utc(mute.until)}
    return {"username": mute.muted.username, "scope": mute.scope, **times}


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    """A few rows as they stand in the table, times as text."""
    return [{name: _plain(value) for name, value in row.items()} for row in rows.order_by("pk").values(*names)]


def _plain(value: Any) -> Any:
    return iso_utc(value) if isinstance(value, datetime) else value
