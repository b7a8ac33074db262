"""Saying who is in a picture: the author of a post does, and the person may allow it, and take it back for good."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Follow, Restriction, User
from accounts.models.users import TagsFrom
from accounts.newcomers import allow_person
from core.exceptions import InvalidInput, NotFound
from core.models import new_id
from photos.access import HIDDEN_FROM_AUTHOR, get_published_post_for
from photos.models import Media, PersonTag, Post
from photos.models.people import MOST_PEOPLE
from photos.signals import person_tagged

State = PersonTag.State


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody in a picture of a post. `x` and `y` are from 0, left and top, to 1; both None for nowhere."""

    media_id: int
    username: str
    x: float | None = None
    y: float | None = None


def tag_person(actor: User, post: Post, placed: Placed) -> PersonTag:
    """The person is in that picture of the post, or, if they were before, now at this place.

    InvalidInput names what cannot be accepted. Whoever cannot be tagged is refused in the same words as a name that
    nobody has: who is not let in by the person's settings or a block, does not see the post, or has taken it back.
    """
    _require_author(actor, post)
    with transaction.atomic():
        _hold(post)
        tag = _set_one(actor, post, placed)
        _check_number(post)
    return tag


def set_people(actor: User, post: Post, people: Sequence[Placed]) -> None:
    """Make `people` those who are in the pictures of the post. Call inside the transaction that changes the post.

    Errors as of `tag_person`, for the field `people`.
    """
    _require_author(actor, post)
    kept = set()
    try:
        for placed in people:
            kept.add(_set_one(actor, post, placed).pk)
    except InvalidInput as error:
        raise InvalidInput.field("people", error.detail, code=error.code) from error
    _of_author(post).exclude(pk__in=kept).delete()
    _check_number(post, field="people")


def untag_person(actor: User, post: Post, username: str) -> None:
    """The author takes back that somebody of this name is in the post; nothing happens where nobody is."""
    _require_author(actor, post)
    _of_author(post).filter(person__username=username.lower()).delete()


def untag_from(actor: User, post: Post, tag_id: int) -> None:
    """The author takes back one tag of the post."""
    _require_author(actor, post)
    _of_author(post).filter(pk=tag_id).delete()


def leave_pictures(actor: User, post_id: int) -> Post:
    """Take oneself out of a post for good, whether it waited or was shown. NotFound when it is not theirs to see."""
    post = get_published_post_for(actor, post_id)
    _own(actor, post).update(state=State.REMOVED)
    return post


def allow_tag(actor: User, post_id: int) -> Post:
    """What waits for `actor` in that post is shown. NotFound when the post is not theirs to see."""
    post = get_published_post_for(actor, post_id)
    _own(actor, post).filter(state=State.WAITING).update(state=State.SHOWN)
    return post


def _set_one(actor: User, post: Post, placed: Placed) -> PersonTag:
    allow_person("tag", actor)
    place = _clean_place(placed)
    media = Media.objects.filter(post=post, pk=placed.media_id).first()
    if media is None:
        raise InvalidInput.field("media_id", _("That picture is not in this post."), code="not_found")
    name = _clean_name(placed.username)
    known = PersonTag.objects.visible_to(actor).filter(post=post, media=media, person__username=name).first()
    if known is not None:
        known.x, known.y = place
        known.save(update_fields=["x", "y"])
        return known
    return _make(actor, post, media, _find_person(actor, post, name), place)


def _make(actor: User, post: Post, media: Media, person: User, place: tuple[float | None, float | None]) -> PersonTag:
    state = State.WAITING if _has_to_ask(actor, person) else State.SHOWN
    new = PersonTag(id=new_id(actor.pk), post=post, media=media, person=person, x=place[0], y=place[1], state=state)
    new.save(force_insert=True)
    if post.state == Post.State.PUBLISHED:  # of others the person is told when they are out
        person_tagged.send(sender=None, tag_id=new.pk)
    return new


def _clean_name(typed: str) -> str:
    """The name in lower case, without the @ before it; "" for what no name can be."""
    name = typed.strip().removeprefix("@").lower()
    return "" if "\x00" in name else name


def _find_person(actor: User, post: Post, name: str) -> User:
    person = User.objects.visible_to(actor).without_blocked_by(actor).filter(username=name).first()
    if person is None or not _may_be_tagged(actor, person, post):
        message = _("There is nobody of this name whom you can tag here.")
        raise InvalidInput.field("username", message, code="cannot_tag")
    return person


def _may_be_tagged(actor: User, person: User, post: Post) -> bool:
    has_left = PersonTag.objects.filter(post=post, person=person, state=State.REMOVED).exists()
    if has_left or not Post.objects.filter(pk=post.pk).meant_for(person).exists():
        return False
    if person.pk == actor.pk or person.tags_from == TagsFrom.EVERYONE:
        return person.pk == actor.pk or person.limited_at is None
    follows = Follow.objects.filter(follower=person, followee=actor, state=Follow.State.ACCEPTED)
    return person.limited_at is None and person.tags_from == TagsFrom.FOLLOWING and follows.exists()


def _has_to_ask(actor: User, person: User) -> bool:
    """Also who restricts the author is asked first."""
    if person.pk == actor.pk:
        return False
    return person.approves_tags or Restriction.objects.filter(owner=person, restricted=actor).exists()


def _clean_place(placed: Placed) -> tuple[float | None, float | None]:
    if placed.x is None and placed.y is None:
        return None, None
    if placed.x is None or placed.y is None:
        raise InvalidInput.field("x", _("A place needs both x and y."), code="incomplete")
    if not all(math.isfinite(each) and 0 <= each <= 1 for each in (placed.x, placed.y)):
        raise InvalidInput.field("x", _("A place is between 0 and 1 both ways."), code="out_of_range")
    return placed.x, placed.y


def _check_number(post: Post, field: str = "username") -> None:
    if _of_author(post).count() > MOST_PEOPLE:
        message = _("A post has %d people at most.") % MOST_PEOPLE
        raise InvalidInput.field(field, message, code="too_many")


def _of_author(post: Post) -> "QuerySet[PersonTag]":
    """What the author may take back. What a person has taken back themselves stays, so that it does not come again."""
    return PersonTag.objects.filter(post=post).exclude(state=State.REMOVED)


def _own(actor: User, post: Post) -> "QuerySet[PersonTag]":
    return PersonTag.objects.filter(post=post, person=actor)


def _hold(post: Post) -> None:
    """Let one change of the post come after the other."""
    Post.objects.select_for_update(no_key=True).filter(pk=post.pk).first()


def _require_author(actor: User, post: Post) -> None:
    if post.author_id != actor.pk or post.state in HIDDEN_FROM_AUTHOR:
        raise NotFound
