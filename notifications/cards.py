"""Notifications as the page shows them: plain values, ready for templates. No query happens here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.cards import PersonCard, person_card
from accounts.models import User
from notifications.links import target_of
from notifications.models import Kind
from notifications.selectors import Group
from notifications.words import details, sentence_html
from photos.cards import PictureCard, picture_card
from photos.models import Post

EXCERPT = 140  # signs
ICONS = {Kind.UPLOAD_DONE: "circle-check", Kind.UPLOAD_FAILED: "triangle-alert"}
FACES = 2


@dataclass(frozen=True, slots=True)
class NotificationCard:
    """One group. `picture` is that of the post, None for a post without; `covered` if not to be shown unasked. `icon`
    stands where nobody's face does. `first_read`: what was read before begins here.
    """

    id: int
    kind: str
    faces: list[PersonCard]
    icon: str
    sentence_html: SafeString
    excerpt: str
    url: str
    picture: PictureCard | None
    covered: bool
    created_at: datetime
    is_new: bool
    first_read: bool


def notification_cards(groups: Iterable[Group], viewer: User, *, after_new: bool) -> list[NotificationCard]:
    """Cards of the groups in their order; `after_new` if something new stands before them."""
    cards = []
    for group in groups:
        cards.append(_card(group, viewer, first_read=after_new and not group.is_new))
        after_new = group.is_new
    return cards


def _card(group: Group, viewer: User, *, first_read: bool) -> NotificationCard:
    head, actors = group.head, [row.actor for row in group.newest if row.actor is not None]
    return NotificationCard(
        id=head.pk,
        kind=head.kind,
        faces=[person_card(actor, viewer) for actor in actors[:FACES]],
        icon="" if actors else ICONS.get(Kind(head.kind), "info"),
        sentence_html=sentence_html(head, [actor.name for actor in actors], group.people),
        excerpt=Truncator(" ".join(details(head).split())).chars(EXCERPT),
        url=target_of(group, viewer),
        picture=first_picture_of(head.post) if head.post is not None else None,
        covered=head.post is not None and is_covered(head.post, viewer),
        created_at=head.created_at,
        is_new=group.is_new,
        first_read=first_read,
    )


def first_picture_of(post: Post) -> PictureCard | None:
    """Of a post loaded with `photos.querysets.first_picture`; None as long as there is nothing to show."""
    media = next(iter(post.media.all()), None)
    return picture_card(media, post) if media is not None else None


def is_covered(post: Post, viewer: User) -> bool:
    """Whether its picture is not shown to the viewer unasked."""
    return post.author_id != viewer.pk and (post.sensitive or post.sensitive_by_staff)
