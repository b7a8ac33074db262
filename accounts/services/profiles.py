from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Follow, User
from accounts.services.follows import accept_follow_request
from accounts.signals import account_made_private
from core.events import send_after_commit
from core.exceptions import FieldError, InvalidInput

EDITABLE = ("display_name", "bio", "pronouns", "website", "location")


def edit_profile(actor: User, changes: Mapping[str, Any]) -> User:
    """Set the fields of EDITABLE named in `changes`; others are ignored. InvalidInput names what cannot be accepted."""
    names = [name for name in EDITABLE if name in changes]
    for name in names:
        setattr(actor, name, str(changes[name]).strip())
    try:
        actor.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in names])
    except ValidationError as error:
        problems = [
            FieldError(name, str(each.code), " ".join(each.messages))
            for name, errors in error.error_dict.items()
            for each in errors
        ]
        raise InvalidInput(errors=problems) from error
    if names:
        actor.save(update_fields=names)
    return actor


def set_account_private(actor: User, is_private: bool) -> None:
    """Open or close the account. Closing hides its posts from all but followers at once; opening lets in who asked."""
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if locked.is_private == is_private:
            return
        locked.is_private = actor.is_private = is_private
        locked.save(update_fields=["is_private"])
        if is_private:
            send_after_commit(account_made_private, user_id=actor.pk)
            return
        for request in Follow.objects.filter(followee=actor, state=Follow.State.REQUESTED).select_related("follower"):
            accept_follow_request(actor, request.follower)


def set_avatar(user_id: int, key: str) -> None:
    """Point the account at a new square picture in the storage of renditions; "" removes it."""
    User.objects.filter(pk=user_id).update(avatar_key=key)
