"""What people are told of. Nothing is looked up while somebody waits for an answer: `notifications.deliver` does that.

A number that is no longer right is forgotten in the transaction of the change, where there is one.
"""

from functools import partial
from typing import Any

from django.db.models import Q
from django.dispatch import Signal

from accounts import signals as people
from accounts.unread import forget_unread
from core.events import enqueue
from core.models import new_id
from notifications.services.forgetting import forget_follow, forget_like, forget_numbers
from notifications.services.subscribing import end_subscriptions
from photos import signals as photos

# Each of these is delivered as it is; the names of its arguments are those of the function in `services.news`.
DELIVERED: dict[str, Signal] = {
    "like": photos.post_liked,
    "comment": photos.comment_published,
    "waiting_comment": photos.comment_waiting,
    "comment_like": photos.comment_liked,
    "mentions": photos.people_mentioned,
    "tag": photos.person_tagged,
    "media": photos.media_developed,
    "follow": people.user_followed,
    "request": people.follow_requested,
    "acceptance": people.follow_accepted,
}


def connect() -> None:
    for news, signal in DELIVERED.items():
        signal.connect(partial(deliver, news), weak=False, dispatch_uid=f"notifications.deliver_{news}")
    people.person_told.connect(deliver_notice, dispatch_uid="notifications.deliver_notice")
    photos.post_unliked.connect(take_like_back, dispatch_uid="notifications.take_like_back")
    people.user_unfollowed.connect(take_follow_back, dispatch_uid="notifications.take_follow_back")
    photos.comment_withdrawn.connect(count_comment_anew, dispatch_uid="notifications.count_after_withdrawal")
    photos.comment_published.connect(count_comment_anew, dispatch_uid="notifications.count_after_publishing")
    photos.post_gate_changed.connect(count_post_anew, dispatch_uid="notifications.count_post_anew")
    people.relations_changed.connect(count_anew, dispatch_uid="notifications.count_anew")
    people.restriction_changed.connect(count_owner_anew, dispatch_uid="notifications.count_owner_anew")
    people.account_closed.connect(end_push, dispatch_uid="notifications.end_push")
    people.account_deleted.connect(forget_person, dispatch_uid="notifications.forget_person")


def deliver(news: str, sender: Any, signal: Any = None, **about: Any) -> None:
    enqueue("notifications.deliver", news=news, **_as_json(about))


def deliver_notice(sender: Any, user_id: int, text: str, address: str, **kwargs: Any) -> None:
    """The id is given out here, so that what is delivered twice is told once."""
    enqueue("notifications.deliver", news="notice", row_id=new_id(user_id), user_id=user_id, text=text, address=address)


def take_like_back(sender: Any, post_id: int, user_id: int, **kwargs: Any) -> None:
    forget_like(post_id, user_id)


def take_follow_back(sender: Any, follower_id: int, followee_id: int, **kwargs: Any) -> None:
    forget_follow(follower_id, followee_id)


def count_comment_anew(sender: Any, comment_id: int, **kwargs: Any) -> None:
    """Rows of a deleted comment go with it. Those of one that staff removed stay, and are not shown: if it comes back,
    nobody is told of it twice.
    """
    forget_numbers(Q(comment=comment_id) | Q(comment__parent=comment_id))


def count_post_anew(sender: Any, post_id: int, **kwargs: Any) -> None:
    forget_numbers(Q(post=post_id))


def count_anew(sender: Any, user_ids: tuple[int, ...], **kwargs: Any) -> None:
    forget_unread(*user_ids)


def count_owner_anew(sender: Any, owner_id: int, **kwargs: Any) -> None:
    forget_unread(owner_id)


def end_push(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the closing."""
    end_subscriptions(user_id)


def forget_person(sender: Any, user_id: int, **kwargs: Any) -> None:
    forget_unread(user_id)


def _as_json(about: dict[str, Any]) -> dict[str, Any]:
    """Arguments that may be sets or tuples, as tasks take them."""
    return {name: list(value) if isinstance(value, (set, frozenset, tuple)) else value for name, value in about.items()}
