"""Where a notification leads: always to a page that the person may open."""

from django.urls import reverse

from accounts.models import User
from core.web.redirects import is_local
from notifications.models import Kind
from notifications.selectors import Group
from photos.cards import post_url
from photos.comment_cards import comment_url


def target_of(group: Group, viewer: User) -> str:
    """The path; of one comment that of its own page, of several that of the post."""
    head = group.head
    if head.kind == Kind.NOTICE and is_local(head.address):
        return head.address
    return _of_comment(group) or (post_url(head.post) if head.post is not None else _of_people(group, viewer))


def _of_comment(group: Group) -> str:
    """Nothing where the post is the better place."""
    head = group.head
    if head.kind == Kind.COMMENT_WAITING:
        return reverse("photos:comments-waiting")
    one = head.comment is not None and (group.rows == 1 or head.kind == Kind.COMMENT_LIKE)
    return comment_url(head.comment) if one and head.comment is not None else ""


def _of_people(group: Group, viewer: User) -> str:
    head = group.head
    if head.kind == Kind.REQUEST:
        return reverse("accounts:requests")
    if head.kind == Kind.FOLLOW and group.people > 1:
        return reverse("accounts:followers", args=[viewer.username])
    if head.actor is None:
        return reverse("notifications:activity")
    return reverse("feeds:profile", args=[head.actor.username])
