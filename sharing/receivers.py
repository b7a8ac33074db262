from typing import Any

from accounts.signals import account_made_private
from photos.signals import album_narrowed, post_narrowed
from sharing.services.links import narrow_account, narrow_album, narrow_post


def connect() -> None:
    post_narrowed.connect(end_links_of_post, dispatch_uid="sharing.end_links_of_post")
    album_narrowed.connect(end_links_of_album, dispatch_uid="sharing.end_links_of_album")
    account_made_private.connect(end_links_of_account, dispatch_uid="sharing.end_links_of_account")


def end_links_of_post(sender: Any, post_id: int, **kwargs: Any) -> None:
    narrow_post(post_id)


def end_links_of_album(sender: Any, album_id: int, **kwargs: Any) -> None:
    narrow_album(album_id)


def end_links_of_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    narrow_account(user_id)
