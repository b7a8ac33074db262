"""What a comment may be, by whom, and whether it waits."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Follow, User
from core.exceptions import Conflict, InvalidInput, NotAllowed
from core.ids import first_id_at
from core.text import clean_lines
from photos.comment_filters import has_filtered
from photos.models import Comment, Post
from photos.models.comments import COMMENT_LENGTH
from photos.services.drafts import NUL
from photos.standings import may_comment

SAME_AGAIN = timedelta(minutes=10)  # for the same words at the same post
EVERYWHERE = timedelta(hours=1)
MOST_POSTS = 10  # that get the same words of one person within that time


def clean_comment(text: str) -> str:
    """The text, trimmed, without signs that only steer how it is shown. InvalidInput when it cannot be kept."""
    if "\x00" in text:
        raise InvalidInput.field("text", NUL)
    cleaned = clean_lines(text)
    if not cleaned:
        raise InvalidInput.field("text", "Write something first.", code="empty")
    excess = len(cleaned) - COMMENT_LENGTH
    if excess > 0:
        raise InvalidInput.field("text", f"Too long by {excess}: {COMMENT_LENGTH} signs at most.", code="too_long")
    return cleaned


def require_may_comment(actor: User, post: Post) -> None:
    """NotAllowed, saying why, for who sees the post and may not say anything about it."""
    if post.comments == Post.Comments.OFF or post.state != Post.State.PUBLISHED:
        raise NotAllowed("Comments are off for this post.", code="comments_off")
    follows = Follow.objects.filter(follower=actor, followee=post.author_id, state=Follow.State.ACCEPTED)
    if not may_comment(actor, post, follows=post.comments == Post.Comments.FOLLOWERS and follows.exists()):
        raise NotAllowed(f"Only followers of {post.author.username} may comment here.", code="comments_for_followers")


def refuse_repeated(actor: User, post: Post, text: str) -> None:
    """Conflict for words that this person has just said here, or at many posts."""
    now = timezone.now()
    same = Comment.objects.filter(author=actor, text__iexact=text)
    if same.filter(post=post, pk__gte=first_id_at(now - SAME_AGAIN)).exists():
        raise Conflict("You have just said this here.", code="comment_repeated")
    lately = same.filter(pk__gte=first_id_at(now - EVERYWHERE)).exclude(post=post)
    if lately.values("post").distinct()[:MOST_POSTS].count() >= MOST_POSTS:
        raise Conflict(
            "You have said this at many posts already. Find other words, or wait.", code="comment_everywhere"
        )


def must_wait(author: User, owner: User, text: str) -> bool:
    """Whether what `author` says at a post of `owner` waits until the owner lets it out."""
    if author.pk == owner.pk:
        return False
    return owner.approves_comments or has_filtered(text, owner.comment_filter)
