"""Albums: making and describing them, and which of the owner's posts stand in them, in which order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.blocklists import check_words, tell_held
from core import rate_limits
from core.exceptions import FieldError, InvalidInput, NotAllowed, NotFound
from core.models import new_id
from core.text import clean_line
from photos.access import HIDDEN_FROM_AUTHOR, get_own_post
from photos.models import Album, AlbumItem, Post
from photos.models.albums import ALBUM_TEXT_LENGTH, ALBUM_TITLE_LENGTH
from photos.signals import album_narrowed

MOST_ALBUMS = 150  # of one person: a form has room for so many ticks
MOST_POSTS = 1000  # in one album
WIDTHS = Post.Audience.values  # each is for no more people than the one before
_PLACE = """
    UPDATE photos_albumitem SET position = wanted.position
    FROM unnest(%s::bigint[], %s::int[]) wanted(id, position) WHERE photos_albumitem.id = wanted.id
"""


@dataclass(frozen=True, slots=True)
class AlbumDraft:
    """The words of an album and who may open it, as typed."""

    title: str = ""
    text: str = ""
    audience: str = Post.Audience.PUBLIC.value

    @classmethod
    def of(cls, album: Album) -> "AlbumDraft":
        return cls(*(getattr(album, field.name) for field in fields(cls)))


def create_album(actor: User, draft: AlbumDraft, post_ids: Sequence[int] = ()) -> Album:
    """An album with these posts in this order.

    InvalidInput for words that cannot be kept and posts that are not the actor's, NotAllowed with MOST_ALBUMS already.
    """
    rate_limits.allow("album", str(actor.pk))
    cleaned = _clean(draft)
    held = check_words("posts", {"title": cleaned.title, "text": cleaned.text})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if Album.objects.filter(owner=actor).count() >= MOST_ALBUMS:
            message = _("You have %d albums already; delete one that you do not need.") % MOST_ALBUMS
            raise NotAllowed(message, code="too_many_albums")
        album = Album.objects.create(id=new_id(actor.pk), owner=actor, **asdict(cleaned))
        _put(album, post_ids)
        tell_held("person", actor.pk, held)
    return album


def change_album(actor: User, album_id: int, changes: Mapping[str, Any]) -> Album:
    """Set the fields of AlbumDraft named in `changes`, and `cover`: the id of a post that stands in it, or None."""
    rate_limits.allow("album", str(actor.pk))
    with transaction.atomic():
        album = _hold(actor, album_id)
        before = AlbumDraft.of(album)
        told = {name: value for name, value in changes.items() if name != "cover"}
        draft = _clean(AlbumDraft(**{**asdict(before), **told}))
        held = check_words("posts", _new_words(draft, before))
        if "cover" in changes:
            album.cover_id = _cover(album, changes["cover"])
        if draft != before:
            album.edited_at = timezone.now()
        for name, value in asdict(draft).items():
            setattr(album, name, value)
        album.save()
        if WIDTHS.index(draft.audience) > WIDTHS.index(before.audience):
            album_narrowed.send(sender=None, album_id=album.pk)
        tell_held("person", actor.pk, held)
    return album


def delete_album(actor: User, album_id: int) -> None:
    """Its posts stay."""
    with transaction.atomic():
        _hold(actor, album_id).delete()


def add_to_album(actor: User, album_id: int, post_ids: Sequence[int]) -> Album:
    """The posts stand in the album, at its end in this order; those that were in it stay where they are.

    InvalidInput for posts that are not the actor's, NotAllowed for more than MOST_POSTS.
    """
    rate_limits.allow("album", str(actor.pk))
    with transaction.atomic():
        album = _hold(actor, album_id)
        _put(album, post_ids)
    return album


def take_from_album(actor: User, album_id: int, post_id: int) -> Album:
    """The post itself stays. NotFound when it is not in the album."""
    with transaction.atomic():
        album = _hold(actor, album_id)
        deleted, _rows = _items(album).filter(post=post_id).delete()
        if not deleted:
            raise NotFound
        if album.cover_id == post_id:
            album.cover = None
            album.save(update_fields=["cover"])
    return album


def order_album(actor: User, album_id: int, post_ids: Sequence[int]) -> Album:
    """The posts named come first, in this order, the others behind them as they were.

    What the owner does not see in it now, as it is in the trash, keeps its place. InvalidInput for posts that are not
    in the album.
    """
    with transaction.atomic():
        album = _hold(actor, album_id)
        shown = _shown(album)
        named = dict.fromkeys(post_ids)
        _refuse_unknown(list(named), shown)
        _rearrange(album, [*named, *(each for each in shown if each not in named)])
    return album


def move_in_album(actor: User, album_id: int, places: Mapping[int, int]) -> Album:
    """Each of the posts goes to its place, from 1; those behind the end to the end. Unknown ones are left out."""
    with transaction.atomic():
        album = _hold(actor, album_id)
        shown = _shown(album)
        order = [each for each in shown if each not in places]
        moved = [post_id for post_id in shown if post_id in places]
        for post_id in sorted(moved, key=lambda each: places[each]):
            order.insert(max(0, places[post_id] - 1), post_id)
        _rearrange(album, order)
    return album


def step_in_album(actor: User, album_id: int, post_id: int, step: int) -> Album:
    """The post goes `step` places on, or back where that is below 0. NotFound when it is not in the album."""
    with transaction.atomic():
        album = _hold(actor, album_id)
        order = _shown(album)
        if post_id not in order:
            raise NotFound
        place = order.index(post_id)
        order.insert(max(0, place + step), order.pop(place))
        _rearrange(album, order)
    return album


def file_in_albums(
    actor: User, post_id: int, *, chosen: Collection[int], newest_shown: int = 0, new_name: str = ""
) -> Post:
    """Let a post of one's own stand in the `chosen` albums, and in a new one of this title unless that is "".

    It leaves the others that were there to choose from, up to the id `newest_shown`. Those of other people are none.
    """
    post = get_own_post(actor, post_id)
    rate_limits.allow("album", str(actor.pk))
    with transaction.atomic():
        albums = Album.objects.select_for_update(no_key=True).filter(owner=actor).order_by("pk")
        left = AlbumItem.objects.filter(owner=actor, post=post, album__lte=newest_shown).exclude(album__in=chosen)
        for album_id in list(left.values_list("album_id", flat=True)):
            take_from_album(actor, album_id, post.pk)
        for album in albums.filter(pk__in=chosen).exclude(items__post=post):
            _put(album, [post.pk])
        if new_name.strip():
            create_album(actor, AlbumDraft(new_name, audience=post.audience), [post.pk])
    return post


def _hold(actor: User, album_id: int) -> Album:
    """The album, locked. NotFound for one of somebody else."""
    album = Album.objects.select_for_update(no_key=True).filter(owner=actor, pk=album_id).first()
    if album is None:
        raise NotFound
    return album


def _items(album: Album) -> QuerySet[AlbumItem]:
    return AlbumItem.objects.filter(album=album)


def _shown(album: Album) -> list[int]:
    """The ids of the posts that the owner sees in it, in their order."""
    shown = _items(album).filter(post__state=Post.State.PUBLISHED).order_by("position", "pk")
    return list(shown.values_list("post_id", flat=True))


def _put(album: Album, post_ids: Sequence[int]) -> None:
    wanted = list(dict.fromkeys(post_ids))
    own = Post.objects.filter(author=album.owner_id, pk__in=wanted).exclude(state__in=HIDDEN_FROM_AUTHOR)
    _refuse_unknown(wanted, own.values_list("pk", flat=True))
    there = set(_items(album).values_list("post_id", flat=True))
    new = [post_id for post_id in wanted if post_id not in there]
    if len(there) + len(new) > MOST_POSTS:
        raise NotAllowed(_("An album has room for %d posts.") % MOST_POSTS, code="album_full")
    last = _items(album).aggregate(last=Max("position"))["last"] or 0
    own_and_id = {"owner_id": album.owner_id, "album": album}
    AlbumItem.objects.bulk_create(
        AlbumItem(id=new_id(album.owner_id), post_id=post_id, position=place, **own_and_id)
        for place, post_id in enumerate(new, last + 1)
    )


def _rearrange(album: Album, order: Sequence[int]) -> None:
    """The posts in `order` change places among themselves, the others stay at theirs."""
    items = list(_items(album).order_by("position", "pk"))
    moved, by_post, following = set(order), {item.post_id: item for item in items}, iter(order)
    arranged = [by_post[next(following)] if item.post_id in moved else item for item in items]
    changed = {item.pk: place for place, item in enumerate(arranged, 1) if item.position != place}
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [list(changed), list(changed.values())])


def _refuse_unknown(named: Sequence[int], known: Collection[int] | QuerySet[Any]) -> None:
    there = set(known)
    unknown = [post_id for post_id in named if post_id not in there]
    if unknown:
        message = _("There is no post %d of yours to put here.") % unknown[0]
        raise InvalidInput(message, errors=[FieldError("posts", "not_found", message)])


def _cover(album: Album, post_id: int | None) -> int | None:
    if post_id is not None and not _items(album).filter(post=post_id).exists():
        raise InvalidInput.field("cover", _("The cover is one of the posts in the album."), code="not_found")
    return post_id


def _new_words(draft: AlbumDraft, before: AlbumDraft) -> dict[str, str]:
    pairs = {"title": (draft.title, before.title), "text": (draft.text, before.text)}
    return {name: new for name, (new, old) in pairs.items() if new != old}


def _clean(draft: AlbumDraft) -> AlbumDraft:
    cleaned = AlbumDraft(clean_line(draft.title), draft.text.replace("\r\n", "\n").strip(), draft.audience)
    problems = [] if cleaned.title else [FieldError("title", "empty", _("An album needs a title."))]
    for name, most in (("title", ALBUM_TITLE_LENGTH), ("text", ALBUM_TEXT_LENGTH)):
        value = getattr(cleaned, name)
        if len(value) > most:
            problems.append(FieldError(name, "too_long", _("Up to %d signs.") % most))
        if "\x00" in value:
            problems.append(FieldError(name, "invalid", _("This text has a sign that cannot be kept (NUL).")))
    if cleaned.audience not in Post.Audience.values:
        problems.append(FieldError("audience", "unknown_choice", _("This is no audience.")))
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)
    return cleaned
