from typing import Any

from accounts.signals import account_closed, account_deleted
from exports.services.exports import delete_exports, end_exports


def connect() -> None:
    account_closed.connect(end_ready, dispatch_uid="exports.end_after_closing")
    account_deleted.connect(delete_all, dispatch_uid="exports.delete_with_account")


def end_ready(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the closing."""
    end_exports(user_id)


def delete_all(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the deletion."""
    delete_exports(user_id)
