from typing import Any

from accounts.signals import account_closed, account_made_private
from core.events import enqueue


def connect() -> None:
    account_made_private.connect(rekey_account, dispatch_uid="photos.rekey_account")
    account_closed.connect(rekey_closed_account, dispatch_uid="photos.rekey_closed_account")


def rekey_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    enqueue("photos.rekey_account", user_id=user_id)


def rekey_closed_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    enqueue("photos.rekey_closed_account", user_id=user_id)
