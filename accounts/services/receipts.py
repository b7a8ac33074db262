"""Receipts of deletions: what was deleted and when, for whoever has the code that was mailed."""

import secrets
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import DeletionReceipt, User
from core.exceptions import NotFound
from core.models import new_id


def begin_receipt(user: User) -> DeletionReceipt:
    """The receipt of a deletion that was asked for now; it names the person until that is done."""
    return DeletionReceipt.objects.create(
        id=new_id(), user_id=user.pk, code=secrets.token_urlsafe(24), asked_at=timezone.now()
    )


def drop_receipt(user: User) -> None:
    """The person has come back."""
    DeletionReceipt.objects.filter(user_id=user.pk).delete()


def note_counts(user_id: int, counts: Mapping[str, int]) -> None:
    """Remember what there is to be deleted; what was noted before stays: a deletion may go on where it broke off."""
    DeletionReceipt.objects.filter(user_id=user_id, counts={}).update(counts=dict(counts))


def complete_receipt(user_id: int) -> None:
    """Everything is gone: from now on the receipt names nobody."""
    DeletionReceipt.objects.filter(user_id=user_id).update(completed_at=timezone.now(), user_id=None)


def get_receipt(code: str) -> DeletionReceipt:
    """NotFound for a code that nobody was given, or whose person has come back."""
    receipt = DeletionReceipt.objects.filter(code=code).first()
    if receipt is None:
        raise NotFound
    return receipt


def receipt_url(receipt: DeletionReceipt) -> str:
    return settings.ORIGIN + reverse("accounts:deletion-receipt", args=[receipt.code])
