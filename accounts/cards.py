"""People as pages show them: plain values, ready for templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.counts import person_counts
from accounts.models import User
from accounts.querysets import Viewer
from accounts.standings import Relationship, known_standings
from core.media_urls import PUBLIC_SECONDS, media_url
from core.text import honest_address, linkify


@dataclass(frozen=True, slots=True)
class PersonCard:
    """`relationship` is None for anonymous viewers and for oneself; `avatar_url` is "" without a picture.

    `note` is what a list says of the person, as why they are suggested.
    """

    id: int
    username: str
    display_name: str
    url: str
    avatar_url: str
    bio: str
    is_private: bool
    is_self: bool
    relationship: Relationship | None
    note: str = ""

    @property
    def name(self) -> str:
        return self.display_name or self.username

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


@dataclass(frozen=True, slots=True)
class HeaderCard:
    """The picture on top of a profile, shown three times as wide as high; `srcset` has it in each width there is."""

    url: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address of a person's own, and where it leads: a host never looks like another one."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The head of a profile page; the counts are those of `accounts.counts`.

    `shows_follows`: the viewer may see who follows and is followed, if the account is open to them.
    """

    person: PersonCard
    bio_html: SafeString
    pronouns: str
    links: tuple[Link, ...]
    location: str
    header: HeaderCard | None
    follower_count: int | None
    following_count: int | None
    post_count: int
    shows_follows: bool
    in_engines: bool
    created_at: datetime


def avatar_url(user: User) -> str:
    return _face_url(user.avatar_key) if user.avatar_key else ""


def header_card(user: User) -> HeaderCard | None:
    if not user.header:
        return None
    pictures = [(_face_url(key), width, height) for key, width, height in user.header["pictures"]]
    srcset = ", ".join(f"{url} {width}w" for url, width, _ in pictures)
    return HeaderCard(pictures[-1][0], srcset, *pictures[-1][1:], alt=user.header["alt_text"])


def _face_url(key: str) -> str:
    return media_url("renditions", key, content_type="image/jpeg", seconds=PUBLIC_SECONDS)


def person_card(user: User, viewer: Viewer, relationship: Relationship | None = None) -> PersonCard:
    return PersonCard(
        id=user.pk,
        username=user.username,
        display_name=user.display_name,
        url=reverse("feeds:profile", args=[user.username]),
        avatar_url=avatar_url(user),
        bio=user.bio,
        is_private=user.is_private,
        is_self=user.pk == viewer.pk,
        relationship=relationship,
    )


def people_cards(users: Sequence[User], viewer: Viewer, notes: Mapping[int, str] | None = None) -> list[PersonCard]:
    """Cards of `users` in their order, with the viewer's relationships, and notes by id.

    One query, or none if they were loaded with the viewer's standing.
    """
    known = known_standings(viewer, users)
    cards = [person_card(user, viewer, known[user.pk].relationship) for user in users]
    return [replace(card, note=notes.get(card.id, "")) for card in cards] if notes else cards


def profile_card(user: User, viewer: Viewer) -> Profile:
    """One query at most."""
    standing = known_standings(viewer, [user])[user.pk]
    counts = person_counts(viewer, user, standing)
    return Profile(
        person=person_card(user, viewer, standing.relationship),
        bio_html=linkify(user.bio),
        pronouns=user.pronouns,
        links=tuple(_link(url) for url in (user.website, *(user.links or [])) if url),
        location=user.location,
        header=header_card(user),
        follower_count=counts.followers,
        following_count=counts.following,
        post_count=counts.posts,
        shows_follows=viewer.pk == user.pk or not user.hides_follows,
        in_engines=may_engines_list(user),
        created_at=user.created_at,
    )


def _link(url: str) -> Link:
    honest = honest_address(url) or url
    return Link(honest, honest.split("://", 1)[-1].rstrip("/"))


def may_engines_list(user: User) -> bool:
    """Whether search engines may list the profile of `user` and their public posts."""
    open_to_all = user.is_active and not user.is_private and user.limited_at is None
    return settings.ALLOW_ENGINES and user.in_engines and open_to_all
