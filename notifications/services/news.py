"""What happened, and who is told of it. Each function may run twice, and late: it looks at how things are by then."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Max

from accounts.models import Follow
from notifications.models import TEXT_LENGTH, Kind, Notification
from notifications.services.telling import Told, tell, tell_anew
from photos.models import Comment, CommentLike, CommentMention, Like, Media, PersonTag, Post

# What a person is told of one comment: the first of these that fits and that they want to hear of.
OF_COMMENTS = (Kind.REPLY, Kind.MENTION, Kind.COMMENT)
UNFINISHED = (Media.State.RECEIVED, Media.State.PROCESSING)


def tell_of_like(post_id: int, user_id: int) -> None:
    like = Like.objects.filter(post=post_id, user=user_id).select_related("post").first()
    if like is not None:
        tell(Told(like.post.author_id, Kind.LIKE, user_id, post_id))


def tell_of_comment(comment_id: int, user_ids: Collection[int] | None = None) -> None:
    """One row for each person concerned, or for those of `user_ids`, who are named in it from now on."""
    comment = _find_comment(comment_id)
    if comment is None or comment.state != Comment.State.PUBLISHED:
        return
    concerned = _concerned(comment)
    told_already = set(_rows_of(comment).values_list("recipient_id", flat=True))
    for user_id, kinds in concerned.items():
        if (user_ids is None or user_id in user_ids) and user_id not in told_already:
            _tell_first(comment, user_id, kinds)


def tell_of_waiting_comment(comment_id: int) -> None:
    comment = _find_comment(comment_id)
    if comment is not None and comment.state == Comment.State.WAITING:
        tell(Told(comment.post.author_id, Kind.COMMENT_WAITING, comment.author_id, comment.post_id, comment.pk))


def tell_of_comment_like(comment_id: int, user_id: int) -> None:
    like = CommentLike.objects.filter(comment=comment_id, user=user_id).select_related("comment").first()
    if like is not None:
        said = like.comment
        tell(Told(said.author_id, Kind.COMMENT_LIKE, user_id, said.post_id, said.pk))


def tell_of_mentions(post_id: int, user_ids: Collection[int], comment_id: int | None = None) -> None:
    """Who is named in a caption, or in a comment."""
    if comment_id is not None:
        tell_of_comment(comment_id, user_ids)
        return
    post = Post.objects.filter(pk=post_id).first()
    for user_id in sorted(set(user_ids)) if post is not None else ():
        tell(Told(user_id, Kind.MENTION, post.author_id, post.pk))  # type: ignore[union-attr]


def tell_of_tag(tag_id: int) -> None:
    tag = PersonTag.objects.filter(pk=tag_id).select_related("post").first()
    if tag is None or tag.state == PersonTag.State.REMOVED:
        return
    if tag.state == PersonTag.State.WAITING:
        tell(Told(tag.person_id, Kind.TAG_WAITING, tag.post.author_id, tag.post_id))
    else:
        told = Told(tag.person_id, Kind.TAG, tag.post.author_id, tag.post_id)
        tell_anew(told, instead_of=Kind.TAG_WAITING)


def tell_of_follow(follower_id: int, followee_id: int) -> None:
    """Whoever asked before, and was let in, is not told of again."""
    if _follow(follower_id, followee_id, Follow.State.ACCEPTED) is not None:
        tell_anew(Told(followee_id, Kind.FOLLOW, follower_id), instead_of=Kind.REQUEST)


def tell_of_request(follower_id: int, followee_id: int) -> None:
    request = _follow(follower_id, followee_id, Follow.State.REQUESTED)
    if request is not None:
        tell(Told(followee_id, Kind.REQUEST, follower_id, since=request.created_at))


def tell_of_acceptance(follower_id: int, followee_id: int) -> None:
    follow = _follow(follower_id, followee_id, Follow.State.ACCEPTED)
    if follow is not None:
        tell(Told(follower_id, Kind.ACCEPTED, followee_id, since=follow.created_at))


def tell_of_media(media_id: int) -> None:
    """The author of a post, once nothing of it is being developed any more: what failed, or that it is out.

    What is developed again later, after its post was published, is no news.
    """
    media = Media.objects.filter(pk=media_id, post__isnull=False).select_related("post").first()
    if media is None or media.post is None:
        return
    post, items = media.post, list(media.post.media.order_by("position", "pk"))
    failed = [item for item in items if item.state == Media.State.FAILED]
    if any(item.state in UNFINISHED for item in items):
        return
    if failed:
        since = max(item.state_changed_at for item in failed)
        words = _failure_words(failed, items)
        tell(Told(post.author_id, Kind.UPLOAD_FAILED, post_id=post.pk, text=words, since=since))
    elif _is_just_out(post):
        tell(Told(post.author_id, Kind.UPLOAD_DONE, post_id=post.pk))


def tell_notice(row_id: int, user_id: int, text: str, address: str) -> None:
    tell(Told(user_id, Kind.NOTICE, text=text[:TEXT_LENGTH], address=address, row_id=row_id))


# By the name with which `notifications.deliver` is asked.
NEWS: dict[str, Callable[..., Any]] = {
    "like": tell_of_like,
    "comment": tell_of_comment,
    "waiting_comment": tell_of_waiting_comment,
    "comment_like": tell_of_comment_like,
    "mentions": tell_of_mentions,
    "tag": tell_of_tag,
    "follow": tell_of_follow,
    "request": tell_of_request,
    "acceptance": tell_of_acceptance,
    "media": tell_of_media,
    "notice": tell_notice,
}


def _find_comment(comment_id: int) -> Comment | None:
    return Comment.objects.filter(pk=comment_id).select_related("post", "parent").first()


def _rows_of(comment: Comment) -> Any:
    return Notification.objects.filter(comment=comment, kind__in=OF_COMMENTS)


def _concerned(comment: Comment) -> dict[int, list[Kind]]:
    """Who may be told of a comment, and as what, the most telling first."""
    kinds: dict[int, set[Kind]] = {comment.post.author_id: {Kind.COMMENT}}
    if comment.parent is not None:
        kinds.setdefault(comment.parent.author_id, set()).add(Kind.REPLY)
    for person_id in CommentMention.objects.filter(comment=comment).values_list("person_id", flat=True):
        kinds.setdefault(person_id, set()).add(Kind.MENTION)
    return {user_id: [kind for kind in OF_COMMENTS if kind in found] for user_id, found in kinds.items()}


def _tell_first(comment: Comment, user_id: int, kinds: list[Kind]) -> None:
    """As the first of `kinds` that the person wants to hear of; a comment that waited for them, and no longer does, was
    told already.
    """
    for kind in kinds:
        told = Told(user_id, kind, comment.author_id, comment.post_id, comment.pk)
        if tell_anew(told, instead_of=Kind.COMMENT_WAITING) is not None or _rows_of(comment).filter(recipient=user_id):
            return


def _follow(follower_id: int, followee_id: int, state: Follow.State) -> Follow | None:
    return Follow.objects.filter(follower=follower_id, followee=followee_id, state=state).first()


def _failure_words(failed: list[Media], items: list[Media]) -> str:
    """What was wrong with each; of which picture of the post, if it has several."""
    if len(items) == 1:
        return failed[0].failure_detail[:TEXT_LENGTH]
    numbers = {item.pk: number for number, item in enumerate(items, 1)}
    return " ".join(f"{numbers[item.pk]}: {item.failure_detail}" for item in failed)[:TEXT_LENGTH]


def _is_just_out(post: Post) -> bool:
    """Whether publishing the post was what came of the last development of its media."""
    if post.state != Post.State.PUBLISHED or post.published_at is None:
        return False
    last = post.media.aggregate(last=Max("state_changed_at"))["last"]
    return bool(last <= post.published_at)
