"""Why a post is in the feed, in plain words with the terms that put it there."""

from dataclasses import dataclass
from functools import lru_cache

from feeds.ranking import span_text
from feeds.services.pages import FeedItem
from feeds.weights import created_ms, now_ms

REMEMBERED = 10_000  # reasons a process keeps
MANY = 3  # likes or liked pictures that are worth being named first


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a post is in the feed: a code for programs, a sentence for people."""

    code: str
    text: str


_FOLLOWED = Reason("followed", "You follow this person.")
_TAGGED = Reason("tag", "You follow a tag of this post.")


def reason_of(item: FeedItem) -> Reason:
    if item.way == "tag":
        return _TAGGED
    if item.way == "latest":
        return _FOLLOWED
    seconds = (now_ms() - created_ms(item.post_id)) // 1000
    return _top_reason(_rounded(seconds), item.shown_likes or 0, item.comment_count, item.closeness, seen=item.seen)


@lru_cache(REMEMBERED)
def _top_reason(seconds: int, likes: int, comments: int, closeness: int, *, seen: bool) -> Reason:
    terms = [f"posted {span_text(seconds)} ago"]
    if likes:
        terms.append(_amount(likes, "like"))
    if comments:
        terms.append(_amount(comments, "comment"))
    if closeness:
        terms.append(f"you liked {_amount(closeness, 'picture')} of theirs lately")
    if seen:
        terms.append("you have seen it before")
    return Reason(_code(likes, closeness), f"You follow this person; {', '.join(terms)}.")


def _rounded(seconds: int) -> int:
    """The shortest time that is told in the same words."""
    if seconds >= 86_400:
        return seconds - seconds % 86_400
    if seconds >= 3_600:
        return seconds - seconds % 3_600
    return seconds - seconds % 60 if seconds >= 60 else seconds


def _code(likes: int, closeness: int) -> str:
    if closeness >= MANY:
        return "close"
    return "applause" if likes >= MANY else "fresh"


def _amount(number: int, unit: str) -> str:
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"
