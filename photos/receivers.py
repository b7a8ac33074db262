from typing import Any

from accounts.signals import (
    account_closed,
    account_made_private,
    account_reopened,
    person_named,
    restriction_changed,
)
from core.events import enqueue

# What counts anew all that a person likes and says.
RECOUNTS = ("photos.recount_liked_by", "photos.recount_said_by", "photos.recount_comments_liked_by")


def connect() -> None:
    account_made_private.connect(rekey_account, dispatch_uid="photos.rekey_account")
    account_closed.connect(rekey_closed_account, dispatch_uid="photos.rekey_closed_account")
    account_closed.connect(recount_person, dispatch_uid="photos.recount_person_closed")
    account_reopened.connect(recount_person, dispatch_uid="photos.recount_person_reopened")
    restriction_changed.connect(recount_restricted, dispatch_uid="photos.recount_restricted")
    person_named.connect(index_person, dispatch_uid="photos.index_person")


def rekey_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    enqueue("photos.rekey_account", user_id=user_id)


def rekey_closed_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    enqueue("photos.rekey_closed_account", user_id=user_id)


def recount_person(sender: Any, user_id: int, **kwargs: Any) -> None:
    for task in RECOUNTS:
        enqueue(task, user_id=user_id)


def recount_restricted(sender: Any, owner_id: int, restricted_id: int, **kwargs: Any) -> None:
    for task in RECOUNTS:
        enqueue(task, user_id=restricted_id, author_id=owner_id)


def index_person(sender: Any, user_id: int, **kwargs: Any) -> None:
    enqueue("photos.index_words_of", user_id=user_id)
