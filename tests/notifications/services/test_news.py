from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Restriction, User
from accounts.services.follows import accept_follow_request, follow_user, unfollow_user
from accounts.services.profiles import set_account_private
from accounts.signals import person_told
from accounts.unread import unread_of
from core.models import new_id
from notifications.models import Choice, Notification
from notifications.services.news import NEWS
from notifications.tasks import deliver
from photos.models import Media
from photos.services.comment_removals import reinstate_comment, remove_comment
from photos.services.comments import delete_comment, post_comment
from photos.services.likes import like_post, unlike_post
from photos.services.processing import fail
from photos.services.publishing import publish_if_ready
from photos.signals import (
    comment_liked,
    comment_published,
    comment_waiting,
    media_developed,
    people_mentioned,
    person_tagged,
)
from tests.conftest import Settled
from tests.factories import make_block, make_follow, make_mute, make_post, make_restriction, make_user
from tests.notifications.rows import like_comment, say, shown, tag_person, told

pytestmark = pytest.mark.django_db


def test_author_is_told_of_a_like(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)

    with settled():
        like_post(boris, post.pk)

    assert told(alma) == ["like boris"]
    assert Notification.objects.get().post_id == post.pk


def test_nobody_is_told_of_what_they_did_themselves(alma: User, settled: Settled) -> None:
    post = make_post(alma)
    comment = say(alma, post, names=[alma])

    with settled():
        like_post(alma, post.pk)
        comment_published.send(sender=None, comment_id=comment.pk)
        people_mentioned.send(sender=None, post_id=post.pk, comment_id=comment.pk, user_ids=[alma.pk])

    assert told(alma) == []


def test_like_that_was_taken_back_is_gone(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    with settled():
        like_post(boris, post.pk)

    with settled():
        unlike_post(boris, post.pk)

    assert told(alma) == []


def test_like_that_was_taken_back_before_it_was_told_is_not_told(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)

    with settled():
        like_post(boris, post.pk)
        unlike_post(boris, post.pk)

    assert told(alma) == []


def test_author_is_told_of_a_comment(alma: User, boris: User, settled: Settled) -> None:
    comment = say(boris, make_post(alma))

    with settled():
        comment_published.send(sender=None, comment_id=comment.pk)

    assert told(alma) == ["comment boris"]


def test_author_of_post_and_parent_who_is_named_too_is_told_once_of_the_reply(
    alma: User, boris: User, settled: Settled
) -> None:
    post = make_post(alma)
    reply = say(boris, post, parent=say(alma, post), names=[alma])

    with settled():
        people_mentioned.send(sender=None, post_id=post.pk, comment_id=reply.pk, user_ids=[alma.pk])
        comment_published.send(sender=None, comment_id=reply.pk)

    assert told(alma) == ["reply boris"]


def test_author_of_the_parent_and_author_of_the_post_are_both_told(
    alma: User, boris: User, carla: User, settled: Settled
) -> None:
    post = make_post(alma)
    reply = say(carla, post, parent=say(boris, post))

    with settled():
        comment_published.send(sender=None, comment_id=reply.pk)

    assert (told(alma), told(boris), told(carla)) == (["comment carla"], ["reply carla"], [])


def test_author_who_is_named_in_a_comment_is_told_of_being_named(alma: User, boris: User, settled: Settled) -> None:
    comment = say(boris, make_post(alma), names=[alma])

    with settled():
        comment_published.send(sender=None, comment_id=comment.pk)

    assert told(alma) == ["mention boris"]


def test_who_wants_no_mentions_is_told_of_the_comment_instead(alma: User, boris: User, settled: Settled) -> None:
    comment = say(boris, make_post(alma), names=[alma])
    Choice.objects.create(user=alma, kind="mention", in_app=False, push=False, mail=False)

    with settled():
        comment_published.send(sender=None, comment_id=comment.pk)

    assert told(alma) == ["comment boris"]


def test_only_who_is_named_anew_is_told_of_an_edited_comment(
    alma: User, boris: User, carla: User, settled: Settled
) -> None:
    comment = say(boris, make_post(alma), names=[carla])

    with settled():
        people_mentioned.send(sender=None, post_id=comment.post_id, comment_id=comment.pk, user_ids=[carla.pk])

    assert (told(alma), told(carla)) == ([], ["mention boris"])


def test_who_is_named_in_a_caption_is_told_if_they_may_see_the_post(
    alma: User, boris: User, carla: User, settled: Settled
) -> None:
    post = make_post(alma, audience="followers")
    make_follow(boris, alma)

    with settled():
        people_mentioned.send(sender=None, post_id=post.pk, comment_id=None, user_ids=[boris.pk, carla.pk])

    assert (told(boris), told(carla)) == (["mention alma"], [])


def test_comment_that_waits_is_told_and_once_let_out_told_as_a_comment(
    alma: User, boris: User, settled: Settled
) -> None:
    comment = say(boris, make_post(alma), state="waiting")
    with settled():
        comment_waiting.send(sender=None, comment_id=comment.pk)
    waiting = told(alma)

    comment.state = "published"
    comment.save()
    with settled():
        comment_published.send(sender=None, comment_id=comment.pk)

    assert (waiting, told(alma)) == (["comment_waiting boris"], ["comment boris"])


def test_rows_of_a_deleted_comment_and_its_replies_go(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    with settled():
        parent = post_comment(boris, post.pk, text="What light.")
    with settled():
        post_comment(alma, post.pk, text="Thanks.", parent_id=parent.pk)
    before = told(alma), told(boris)

    with settled():
        delete_comment(boris, parent.pk)

    assert before == (["comment boris"], ["reply alma"])
    assert (told(alma), told(boris)) == ([], [])


def test_comment_that_staff_removed_is_shown_to_nobody_and_told_once_when_it_comes_back(
    alma: User, boris: User, settled: Settled
) -> None:
    staff = make_user("staff", is_staff=True)
    with settled():
        comment = post_comment(boris, make_post(alma).pk, text="What light.")
    row = Notification.objects.get()

    with settled():
        remove_comment(staff, comment, reason="No spam.")
    between = shown(alma), unread_of(alma)
    with settled():
        reinstate_comment(staff, comment)

    assert (between, shown(alma), unread_of(alma)) == (([], 0), ["comment boris"], 1)
    assert Notification.objects.get() == row


def test_reply_under_a_comment_of_somebody_blocked_is_not_shown(
    alma: User, boris: User, carla: User, settled: Settled
) -> None:
    post = make_post(carla)
    with settled():
        parent = post_comment(boris, post.pk, text="What light.")
        post_comment(carla, post.pk, text="@alma look.", parent_id=parent.pk)
    before = shown(alma)

    make_block(alma, boris)

    assert (before, shown(alma)) == (["mention carla"], [])


def test_author_of_a_comment_is_told_of_its_like_until_it_is_taken_back(
    alma: User, boris: User, settled: Settled
) -> None:
    like = like_comment(alma, say(boris, make_post(alma)))
    with settled():
        comment_liked.send(sender=None, comment_id=like.comment_id, user_id=alma.pk)
    before = shown(boris)

    like.delete()

    assert (before, shown(boris)) == (["comment_like alma"], [])


def test_person_is_told_of_a_tag_that_waits_and_of_one_that_shows(alma: User, boris: User, settled: Settled) -> None:
    tag = tag_person(boris, make_post(alma), state="waiting")
    with settled():
        person_tagged.send(sender=None, tag_id=tag.pk)
    before = shown(boris)

    tag.state = "shown"
    tag.save()
    with settled():
        person_tagged.send(sender=None, tag_id=tag.pk)

    assert (before, told(boris)) == (["tag_waiting alma"], ["tag alma"])


def test_person_who_takes_the_tag_off_is_shown_nothing_of_it_any_more(
    alma: User, boris: User, settled: Settled
) -> None:
    tag = tag_person(boris, make_post(alma))
    with settled():
        person_tagged.send(sender=None, tag_id=tag.pk)

    tag.state = "removed"
    tag.save()

    assert shown(boris) == []


def test_new_follower_is_told_until_they_unfollow(alma: User, boris: User, settled: Settled) -> None:
    with settled():
        follow_user(boris, alma)
    before = told(alma)

    with settled():
        unfollow_user(boris, alma)

    assert (before, told(alma)) == (["follow boris"], [])


def test_request_becomes_a_new_follower_and_the_other_is_told_that_it_was_granted(
    alma: User, boris: User, settled: Settled
) -> None:
    set_account_private(alma, True)
    with settled():
        follow_user(boris, alma)
    before = told(alma)

    with settled():
        accept_follow_request(alma, boris)

    assert before == ["request boris"]
    assert (told(alma), told(boris)) == (["follow boris"], ["accepted alma"])
    assert shown(alma) == ["follow boris"]


def test_withdrawn_request_shows_no_more_and_a_second_one_is_new(alma: User, boris: User, settled: Settled) -> None:
    set_account_private(alma, True)
    with settled():
        follow_user(boris, alma)
    first = Notification.objects.get()
    with settled():
        unfollow_user(boris, alma)
    between = shown(alma)

    with settled():
        follow_user(boris, alma)

    assert (between, shown(alma)) == ([], ["request boris"])
    assert Notification.objects.get().pk > first.pk


def develop(media: Media, state: str = "ready") -> None:
    """The media is developed to the end, as the worker does it."""
    Media.objects.filter(pk=media.pk).update(state="processing")
    media.refresh_from_db()
    if state == "failed":
        fail(media, "damaged", "The file stops early.")
        return
    Media.objects.filter(pk=media.pk).update(state="ready")
    publish_if_ready(media.post_id or 0)
    media_developed.send(sender=None, media_id=media.pk)


def test_author_is_told_once_when_the_last_picture_is_developed(alma: User, settled: Settled) -> None:
    post = make_post(alma, state="publishing", pictures=2)
    first, second = post.media.order_by("position")

    with settled():
        develop(first)
    between = told(alma)
    with settled():
        develop(second)

    assert (between, told(alma)) == ([], ["upload_done -"])


def test_author_is_told_which_picture_failed_and_why(alma: User, settled: Settled) -> None:
    post = make_post(alma, state="publishing", pictures=2)
    first, second = post.media.order_by("position")

    with settled():
        develop(first)
        develop(second, "failed")

    assert told(alma) == ["upload_failed -"]
    assert Notification.objects.get().text == "2: The file stops early."


def test_failure_that_was_put_right_shows_no_more_and_a_second_one_is_told_anew(alma: User, settled: Settled) -> None:
    media = make_post(alma, state="publishing").media.get()
    with settled():
        develop(media, "failed")
    first = Notification.objects.get()

    Media.objects.filter(pk=media.pk).update(state="received")
    between = shown(alma)
    with settled():
        develop(media, "failed")

    assert (between, shown(alma)) == ([], ["upload_failed -"])
    assert Notification.objects.get().pk > first.pk


def test_picture_of_a_published_post_that_is_developed_again_is_no_news(alma: User, settled: Settled) -> None:
    media = make_post(alma).media.get()

    with settled():
        Media.objects.filter(pk=media.pk).update(state="processing")
        develop(media)

    assert told(alma) == []


def test_person_is_told_what_staff_have_to_say(alma: User, settled: Settled) -> None:
    with settled():
        person_told.send(sender=None, user_id=alma.pk, text="Your report helped.", address="/settings/")
        person_told.send(sender=None, user_id=alma.pk, text="Your report helped.", address="/settings/")

    assert (
        list(Notification.objects.values_list("kind", "text", "address"))
        == [("notice", "Your report helped.", "/settings/")] * 2
    )


def unwanted_by_choice(alma: User, boris: User) -> None:
    Choice.objects.create(user=alma, kind="like", in_app=False, push=True, mail=True)


def closed_recipient(alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_active=False)


def muted_in_everything(alma: User, boris: User) -> None:
    mute = make_mute(alma, boris)
    mute.scope = "everything"
    mute.save()


@pytest.mark.parametrize(
    "keep_away",
    [
        unwanted_by_choice,
        closed_recipient,
        muted_in_everything,
        make_block,
        lambda alma, boris: make_block(boris, alma),
        make_restriction,
        lambda alma, boris: User.objects.filter(pk=boris.pk).update(is_active=False),
        lambda alma, boris: User.objects.filter(pk=boris.pk).update(limited_at="2026-01-01T00:00:00Z"),
    ],
)
def test_nobody_is_told_of_whom_they_do_not_want_to_hear(
    alma: User, boris: User, settled: Settled, keep_away: Callable[[User, User], object]
) -> None:
    post = make_post(alma)

    with settled():
        like_post(boris, post.pk)
        keep_away(alma, boris)

    assert told(alma) == []


def test_who_is_muted_for_posts_alone_is_heard_of(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    make_mute(alma, boris)

    with settled():
        like_post(boris, post.pk)

    assert told(alma) == ["like boris"]


def test_limited_account_is_heard_of_by_who_follows_it(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    make_follow(alma, boris)
    User.objects.filter(pk=boris.pk).update(limited_at="2026-01-01T00:00:00Z")

    with settled():
        like_post(boris, post.pk)

    assert told(alma) == ["like boris"]


def test_every_delivery_may_come_twice(alma: User, boris: User, carla: User, settled: Settled) -> None:
    post = make_post(alma)
    comment = say(boris, post, parent=say(carla, post), names=[alma])
    with settled():
        like_post(boris, post.pk)
        follow_user(boris, alma)
    tag = tag_person(carla, post)
    like_comment(alma, comment)
    asked: list[tuple[str, dict[str, Any]]] = [
        ("like", {"post_id": post.pk, "user_id": boris.pk}),
        ("follow", {"follower_id": boris.pk, "followee_id": alma.pk}),
        ("comment", {"comment_id": comment.pk}),
        ("mentions", {"post_id": post.pk, "comment_id": comment.pk, "user_ids": [alma.pk]}),
        ("comment_like", {"comment_id": comment.pk, "user_id": alma.pk}),
        ("tag", {"tag_id": tag.pk}),
        ("notice", {"row_id": new_id(alma.pk), "user_id": alma.pk, "text": "Hello.", "address": "/"}),
    ]

    with settled():
        for news, about in asked * 2:
            deliver(news, **about)

    assert told(alma) == ["like boris", "follow boris", "notice -", "mention boris"]
    assert told(boris) == ["comment_like alma"]
    assert told(carla) == ["reply boris", "tag alma"]


@pytest.mark.parametrize("news", [name for name in NEWS if name != "notice"])
def test_delivery_of_what_is_gone_by_now_tells_nobody(news: str, alma: User, boris: User) -> None:
    gone: dict[str, dict[str, Any]] = {
        "like": {"post_id": 1, "user_id": 2},
        "comment": {"comment_id": 1},
        "waiting_comment": {"comment_id": 1},
        "comment_like": {"comment_id": 1, "user_id": 2},
        "mentions": {"post_id": 1, "user_ids": [alma.pk]},
        "tag": {"tag_id": 1},
        "follow": {"follower_id": alma.pk, "followee_id": boris.pk},
        "request": {"follower_id": alma.pk, "followee_id": boris.pk},
        "acceptance": {"follower_id": alma.pk, "followee_id": boris.pk},
        "media": {"media_id": 1},
    }

    deliver(news, **gone[news])

    assert Notification.objects.count() == 0


def test_restriction_hides_what_was_told_before(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    with settled():
        like_post(boris, post.pk)
    before = shown(alma)

    Restriction.objects.create(id=new_id(alma.pk), owner=alma, restricted=boris)

    assert (before, shown(alma)) == (["like boris"], [])
