"""Where a notification leads: always to a page that the person may open."""

from django.urls import reverse

from accounts.models import User
from core.ids import to_code
from core.web.redirects import is_local
from notifications.models import Kind
from notifications.selectors import Group
from photos.cards import post_url


def target_of(group: Group, viewer: User) -> str:
    """The path, with the comment's place on it if it is about one."""
    head = group.head
    if head.kind == Kind.NOTICE:
        return head.address if is_local(head.address) else reverse("notifications:activity")
    if head.kind == Kind.REQUEST:
        return reverse("accounts:requests")
    if head.post is not None:
        place = f"#c-{to_code(head.comment_id)}" if head.comment_id is not None else ""
        return post_url(head.post) + place
    if group.people > 1 and head.kind == Kind.FOLLOW:
        return reverse("accounts:followers", args=[viewer.username])
    return reverse("feeds:profile", args=[head.actor.username if head.actor else viewer.username])
