from django.db import transaction

from accounts.models import DismissedSuggestion, User
from accounts.snapshots import side_key
from core.exceptions import InvalidInput
from core.models import new_id
from core.ready import forget


def dismiss_suggestion(actor: User, person: User) -> None:
    """`person` is not suggested to `actor` any more, however often it is said."""
    if actor.pk == person.pk:
        raise InvalidInput("You are never suggested to yourself.", code="dismiss_self")
    with transaction.atomic():
        row = DismissedSuggestion(id=new_id(actor.pk), user=actor, dismissed=person)
        DismissedSuggestion.objects.bulk_create([row], ignore_conflicts=True)
        forget(side_key(actor.pk))
