"""One gate per noun: the thing, if the actor may have it; else NotFound, missing and hidden alike."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from core.exceptions import NotFound
from photos.models import Post
from sharing.models import Connection, CrossPost, ShareLink


def get_own_link(actor: User, link_id: int) -> ShareLink:
    """A link of `actor` that is neither revoked nor over."""
    link = ShareLink.objects.live().owned_by(actor).filter(pk=link_id).first()
    if link is None:
        raise NotFound
    return link


def get_connection_for(viewer: User, connection_id: int) -> Connection:
    row = Connection.objects.of(viewer).filter(pk=connection_id).first()
    if row is None:
        raise NotFound
    return row


def get_cross_post_for(viewer: User, post_id: int, cross_post_id: int) -> CrossPost:
    """With its connection."""
    rows = CrossPost.objects.of(viewer).filter(pk=cross_post_id, post=post_id, post__author=viewer.pk)
    row = rows.select_related("connection").first()
    if row is None:
        raise NotFound
    return row


def public_post(post_id: int) -> Post | None:
    """A post that everybody may see and find, loaded for a card: the only kind that goes elsewhere."""
    public = Post.objects.visible_to(AnonymousUser()).filter(pk=post_id, audience=Post.Audience.PUBLIC)
    return public.for_cards().first()
