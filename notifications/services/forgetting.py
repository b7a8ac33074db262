"""Rows that go: what was taken back, and what is too old."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.unread import forget_unread
from notifications.models import Kind, Notification

AT_ONCE = 1000  # rows deleted in one transaction


def forget_like(post_id: int, user_id: int) -> int:
    return _delete(Q(kind=Kind.LIKE, post=post_id, actor=user_id))


def forget_follow(follower_id: int, followee_id: int) -> int:
    """What the two were told of one following the other."""
    heard = Q(recipient=followee_id, actor=follower_id, kind__in=[Kind.FOLLOW, Kind.REQUEST])
    return _delete(heard | Q(recipient=follower_id, actor=followee_id, kind=Kind.ACCEPTED))


def prune(most: int = 100_000) -> int:
    """Delete rows older than NOTIFICATION_DAYS, the oldest first, in chunks; returns how many, about `most` at most."""
    before, done = timezone.now() - timedelta(days=settings.NOTIFICATION_DAYS), 0
    while done < most and (deleted := _delete(Q(created_at__lt=before), order="created_at")):
        done += deleted
    return done


def forget_numbers(told: Q) -> None:
    """Call inside the transaction that changes whether rows like these are shown."""
    forget_unread(*Notification.objects.filter(told).values_list("recipient_id", flat=True).distinct())


def _delete(told: Q, order: str = "pk") -> int:
    """Delete AT_ONCE of such rows at most, and forget the numbers they were part of."""
    with transaction.atomic():
        rows = Notification.objects.filter(told).order_by(order)
        found = dict(rows.values_list("pk", "recipient_id")[:AT_ONCE])
        forget_unread(*set(found.values()))
        deleted, _ = Notification.objects.filter(pk__in=found).delete()
    return deleted
