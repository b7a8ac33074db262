"""Keeping posts of others, or one's own, for later. Nobody else is told: no count, no signal, no line anywhere."""

from django.db import transaction

from accounts.models import User
from core import rate_limits
from core.models import new_id
from photos.access import get_published_post_for
from photos.models import Post, Save
from photos.ready.sets import SAVES


def save_post(actor: User, post_id: int) -> Post:
    """`actor` has saved the post once, however often it is said. NotFound when the post is not theirs to see."""
    rate_limits.allow("save", str(actor.pk))
    with transaction.atomic():
        post = get_published_post_for(actor, post_id)
        Save.objects.bulk_create([_new(actor, post)], ignore_conflicts=True)
        SAVES.note(actor.pk, post.pk, on=True)
    return post


def unsave_post(actor: User, post_id: int) -> Post:
    """The post is saved no more, and in no collection. NotFound when it is not theirs to see."""
    with transaction.atomic():
        post = get_published_post_for(actor, post_id)
        Save.objects.filter(user=actor, post=post).delete()
        SAVES.note(actor.pk, post.pk, on=False)
    return post


def hold_save(actor: User, post: Post) -> Save:
    """The save of a post that `actor` may see, made if there is none, and locked: call inside a transaction."""
    Save.objects.bulk_create(
        [_new(actor, post)], update_conflicts=True, unique_fields=["user", "post"], update_fields=["user"]
    )
    SAVES.note(actor.pk, post.pk, on=True)
    return Save.objects.get(user=actor, post=post)


def _new(actor: User, post: Post) -> Save:
    return Save(id=new_id(actor.pk), user=actor, post=post)
