"""How far a person has read."""

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.unread import forget_unread
from notifications.models import Notification, Reader


def mark_read(actor: User, up_to: int) -> int:
    """Everything up to the notification with this id is read, which one may say of more than there is; returns how far
    the person has read now. What was read stays read.
    """
    newest = Notification.objects.filter(recipient=actor, pk__lte=up_to).aggregate(last=Max("pk"))["last"] or 0
    with transaction.atomic():
        reader, _ = Reader.objects.get_or_create(user=actor)
        moved = Reader.objects.filter(user=actor, read_up_to__lt=newest).update(read_up_to=newest)
        if moved:
            forget_unread(actor.pk)
    return newest if moved else reader.read_up_to
