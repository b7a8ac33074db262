"""Where a notification leads: always to a page that the person may open."""

from django.urls import reverse

from accounts.models import User
from core.web.redirects import is_local
from notifications.models import Kind
from notifications.selectors import Group
from photos.cards import post_url
from photos.comment_cards import comment_url


def target_of(group: Group, viewer: User) -> str:
    """The path; of what is about a comment that of its page, with its place on it."""
    head = group.head
    if head.kind == Kind.NOTICE:
        return head.address if is_local(head.address) else reverse("notifications:activity")
    if head.kind == Kind.REQUEST:
        return reverse("accounts:requests")
    if head.post is not None:
        return comment_url(head.comment) if head.comment is not None else post_url(head.post)
    if group.people > 1 and head.kind == Kind.FOLLOW:
        return reverse("accounts:followers", args=[viewer.username])
    return reverse("feeds:profile", args=[head.actor.username if head.actor else viewer.username])
