"""Fifty writers at the same moment; every thread commits for real, and the counters say what the rows say."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from pytest_django import Settings

from accounts.models import User
from core.exceptions import Conflict, InvalidInput, NotFound
from core.valkey import valkey
from photos.models import Comment, CommentLike, CommentVersion, Post
from photos.ready.facts import post_key, read_facts
from photos.ready.reading import fill_posts
from photos.services.comment_approvals import pin_comment
from photos.services.comment_likes import like_comment, unlike_comment
from photos.services.comments import delete_comment, edit_comment, post_comment
from tests.factories import make_comment, make_post, make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


@pytest.fixture(autouse=True)
def nobody_is_new(settings: Settings) -> None:
    """New accounts say less in an hour than fifty fingers."""
    settings.NEW_ACCOUNT_HOURS = 0


def quietly(act: Callable[..., object], *arguments: object, **more: object) -> Callable[[], object]:
    """Of two that meet one may come too late."""

    def run() -> object:
        with suppress(NotFound, Conflict, InvalidInput):
            return act(*arguments, **more)
        return None

    return run


def counters(post: Post) -> tuple[int, int]:
    """What the row of the post says, and what its ready facts say."""
    facts = read_facts(valkey().get(post_key(post.pk)) or b"")  # type: ignore[arg-type]
    return Post.objects.get(pk=post.pk).comment_count, facts.comment_count


def likes_are_right() -> bool:
    return all(comment.like_count == comment.likes.count() for comment in Comment.objects.all())


def test_fifty_people_comment_and_reply_at_once() -> None:
    author, people = make_user(), [make_user() for _ in range(MANY)]
    post = make_post(author)
    first = make_comment(author, post)
    fill_posts([post.pk], "j")

    together(
        [
            quietly(post_comment, person, post.pk, text="Hello", parent_id=first.pk if number % 2 else None)
            for number, person in enumerate(people)
        ]
    )

    assert Comment.objects.count() == MANY + 1
    assert counters(post) == (MANY + 1, MANY + 1)


def test_fifty_fingers_of_one_person_say_and_like_it_once() -> None:
    author, person = make_user(), make_user()
    post = make_post(author)
    liked = make_comment(author, post)
    fill_posts([post.pk], "j")

    together([quietly(post_comment, person, post.pk, text="Hello") for _ in range(MANY)])
    together([quietly(like_comment, person, liked.pk) for _ in range(MANY)])

    assert (Comment.objects.count(), CommentLike.objects.count()) == (2, 1)
    assert counters(post) == (2, 2)
    assert likes_are_right()


def test_counters_are_right_whatever_fifty_people_do_at_once() -> None:
    author, people = make_user(), [make_user() for _ in range(10)]
    post = make_post(author)
    comments = [make_comment(person, post) for person in people]
    replies = [make_comment(author, post, parent=comment) for comment in comments]
    for person in people:
        like_comment(person, comments[0].pk)
    fill_posts([post.pk], "j")
    jobs = []
    for number, (person, comment, reply) in enumerate(zip(people, comments, replies, strict=True)):
        jobs += [
            quietly(delete_comment, author if number % 2 else person, comment.pk),
            quietly(post_comment, person, post.pk, text=f"Late {number}", parent_id=comment.pk),
            quietly(like_comment, person, reply.pk),
            quietly(unlike_comment, person, comments[0].pk),
            quietly(edit_comment, author, reply.pk, text=f"Other words {number}"),
        ]

    together(jobs)

    assert counters(post) == (Comment.objects.count(),) * 2
    assert likes_are_right()
    assert not CommentLike.objects.exclude(comment__in=Comment.objects.all()).exists()
    assert not CommentVersion.objects.exclude(comment__in=Comment.objects.all()).exists()


def test_three_are_pinned_of_many_at_once() -> None:
    author, person = make_user(), make_user()
    post = make_post(author)
    comments = [make_comment(person, post) for _ in range(8)]

    together([quietly(pin_comment, User.objects.get(pk=author.pk), comment.pk) for comment in comments])

    assert Comment.objects.exclude(pinned_at=None).count() == 3
