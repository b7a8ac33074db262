"""One gate per noun: the thing, if the actor may have it; else NotFound, missing and hidden alike."""

from accounts.models import User
from core.exceptions import NotFound
from sharing.models import ShareLink


def get_own_link(actor: User, link_id: int) -> ShareLink:
    """A link of `actor` that is neither revoked nor over."""
    link = ShareLink.objects.live().owned_by(actor).filter(pk=link_id).first()
    if link is None:
        raise NotFound
    return link
