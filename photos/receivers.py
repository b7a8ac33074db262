from typing import Any

from accounts.signals import account_made_private
from photos.services import rekeying


def connect() -> None:
    account_made_private.connect(rekey_account, dispatch_uid="photos.rekey_account")


def rekey_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    rekeying.rekey_account(user_id)
