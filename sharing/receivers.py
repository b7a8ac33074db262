from typing import Any

from django.conf import settings

from accounts.signals import account_deleted, account_made_private
from core.events import enqueue
from photos.signals import album_narrowed, post_came_out, post_narrowed
from sharing.models import Connection
from sharing.services.connections import end_connections
from sharing.services.links import narrow_account, narrow_album, narrow_post


def connect() -> None:
    post_narrowed.connect(end_links_of_post, dispatch_uid="sharing.end_links_of_post")
    album_narrowed.connect(end_links_of_album, dispatch_uid="sharing.end_links_of_album")
    account_made_private.connect(end_links_of_account, dispatch_uid="sharing.end_links_of_account")
    post_came_out.connect(send_elsewhere, dispatch_uid="sharing.send_elsewhere")
    account_deleted.connect(end_all_connections, dispatch_uid="sharing.end_connections")


def end_links_of_post(sender: Any, post_id: int, **kwargs: Any) -> None:
    narrow_post(post_id)


def end_links_of_album(sender: Any, album_id: int, **kwargs: Any) -> None:
    narrow_album(album_id)


def end_links_of_account(sender: Any, user_id: int, **kwargs: Any) -> None:
    narrow_account(user_id)


def send_elsewhere(sender: Any, post_id: int, **kwargs: Any) -> None:
    """In the transaction of the publishing; nothing where its author has switched nothing on."""
    if settings.CONNECTORS and Connection.objects.filter(automatic=True, owner__posts=post_id).exists():
        enqueue("sharing.start_automatic", post_id=post_id)


def end_all_connections(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the deletion."""
    end_connections(user_id)
