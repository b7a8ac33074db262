from django.db import transaction

from accounts.models import User
from accounts.newcomers import allow_person
from core.events import send_after_commit
from core.models import new_id
from photos.access import get_published_post_for
from photos.models import Like, Post
from photos.ready.sets import LIKES
from photos.services.counting import count_like
from photos.signals import post_liked, post_unliked


def like_post(actor: User, post_id: int) -> Post:
    """One like of `actor` on the post, however often it is said. NotFound when the post is not theirs to see."""
    allow_person("like", actor)
    with transaction.atomic():
        post = get_published_post_for(actor, post_id)
        like = Like(id=new_id(actor.pk), user=actor, post=post)
        Like.objects.bulk_create([like], ignore_conflicts=True)  # get_or_create fails when an unlike comes between
        if Like.objects.filter(pk=like.pk).exists():
            count_like(post.pk, actor.pk, 1)
            LIKES.note(actor.pk, post.pk, on=True)
            send_after_commit(post_liked, post_id=post.pk, user_id=actor.pk)
    return post


def unlike_post(actor: User, post_id: int) -> Post:
    with transaction.atomic():
        post = get_published_post_for(actor, post_id)
        deleted, _ = Like.objects.filter(user=actor, post=post).delete()
        if deleted:
            count_like(post.pk, actor.pk, -1)
            LIKES.note(actor.pk, post.pk, on=False)
            send_after_commit(post_unliked, post_id=post.pk, user_id=actor.pk)
    return post
