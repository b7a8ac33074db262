"""Saying something about posts, changing it, taking it back, and what that counts."""

from typing import Any

import pytest

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.closing import bring_back_account, suspend_account
from core.exceptions import AppError, Conflict, InvalidInput, NotAllowed, NotFound, Removed
from core.valkey import valkey
from photos.access import get_comment_for
from photos.models import Comment, CommentMention, CommentVersion, Post
from photos.ready.facts import post_key, read_facts
from photos.ready.reading import fill_posts
from photos.services.comment_approvals import (
    approve_all,
    approve_comment,
    pin_comment,
    refuse_all,
    refuse_comment,
    unpin_comment,
)
from photos.services.comment_counting import reconcile_comment_likes, reconcile_comments
from photos.services.comment_likes import like_comment, unlike_comment
from photos.services.comment_removals import reinstate_comment, remove_comment
from photos.services.comments import delete_comment, edit_comment, post_comment
from photos.services.posts import edit_post
from photos.services.purging import purge_account
from photos.services.trash import restore_post, trash_post
from photos.signals import comment_liked, comment_published, comment_waiting, comment_withdrawn, people_mentioned
from tests.conftest import Settled
from tests.factories import (
    make_comment,
    make_comment_like,
    make_follow,
    make_mute,
    make_post,
    make_restriction,
    make_user,
)
from tests.news import heard

pytestmark = pytest.mark.django_db
Said = Comment.State


@pytest.fixture
def keeper(db: None) -> User:
    return make_user("keeper", is_staff=True)


@pytest.fixture
def post(alma: User) -> Post:
    return make_post(alma)


def count_of(post: Post) -> int:
    return Post.objects.get(pk=post.pk).comment_count


def readable_by(viewer: Any) -> list[str]:
    return sorted(Comment.objects.visible_to(viewer).values_list("text", flat=True))


def refusal(error: pytest.ExceptionInfo[AppError]) -> tuple[int, str]:
    return error.value.status, error.value.code


# --- Posting --------------------------------------------------------------------------------------------------


def test_comment_is_kept_trimmed_counted_and_told(alma: User, boris: User, post: Post) -> None:
    with heard(comment_published) as news:
        comment = post_comment(boris, post.pk, text="  Fine light. \r\n#kiln  ")

    assert (comment.text, comment.state, comment.parent) == ("Fine light. \n#kiln", Said.PUBLISHED, None)
    assert news == [{"comment_id": comment.pk}]
    assert count_of(post) == 1


def test_reply_to_a_reply_stands_under_the_same_comment(alma: User, boris: User, post: Post) -> None:
    first = make_comment(boris, post)

    second = make_comment(alma, post, parent=make_comment(alma, post, parent=first))

    assert second.parent == first
    assert count_of(post) == 3


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n\u200b ", "empty"), ("a\x00b", "invalid"), ("a" * 2201, "too_long")]
)
def test_text_that_cannot_be_kept_is_refused(boris: User, post: Post, text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        post_comment(boris, post.pk, text=text)

    assert [(each.field, each.code) for each in error.value.errors] == [("text", code)]
    assert count_of(post) == 0


def test_longest_text_is_kept(boris: User, post: Post) -> None:
    assert len(post_comment(boris, post.pk, text=" " + "ü" * 2200).text) == 2200


def test_comments_are_for_followers_or_off_as_the_author_says(alma: User, boris: User, carla: User, post: Post) -> None:
    make_follow(carla, alma)
    edit_post(alma, post, {"comments": "followers"})
    with pytest.raises(NotAllowed) as stranger:
        make_comment(boris, post)
    make_comment(carla, post)
    make_comment(alma, post)
    edit_post(alma, post, {"comments": "off"})
    with pytest.raises(NotAllowed) as follower:
        make_comment(carla, post)
    with pytest.raises(NotAllowed) as author:
        make_comment(alma, post)

    assert refusal(stranger) == (403, "comments_for_followers")
    assert refusal(follower) == refusal(author) == (403, "comments_off")
    assert count_of(post) == 2


@pytest.mark.parametrize("hidden", ["only_me", "trashed", "blocked"])
def test_nobody_comments_what_they_cannot_see(alma: User, boris: User, post: Post, hidden: str) -> None:
    if hidden == "blocked":
        block_user(alma, boris)
    elif hidden == "trashed":
        trash_post(alma, post)
    else:
        edit_post(alma, post, {"audience": "only_me"})

    with pytest.raises(NotFound):
        post_comment(boris, post.pk, text="Hello")

    assert not Comment.objects.exists()


def test_parent_must_be_a_comment_at_this_post_that_one_can_read(
    alma: User, boris: User, carla: User, post: Post
) -> None:
    hidden = make_comment(carla, post)
    block_user(carla, boris)
    for parent_id in (hidden.pk, make_comment(boris, make_post(alma)).pk, 1):
        with pytest.raises(InvalidInput) as error:
            post_comment(boris, post.pk, text="Hello", parent_id=parent_id)
        assert [(each.field, each.code) for each in error.value.errors] == [("parent_id", "not_found")]

    assert count_of(post) == 1


def test_same_words_again_are_refused_here_and_at_many_posts(alma: User, boris: User, carla: User, post: Post) -> None:
    make_comment(boris, post, "Nice shot")
    with pytest.raises(Conflict) as again:
        make_comment(boris, post, "nice shot")
    make_comment(carla, post, "Nice shot")
    for _ in range(9):
        make_comment(boris, make_post(alma), "Nice shot")
    make_comment(boris, make_post(alma), "Nice shot!")
    with pytest.raises(Conflict) as everywhere:
        for _ in range(2):
            make_comment(boris, make_post(alma), "Nice shot")

    assert refusal(again) == (409, "comment_repeated")
    assert refusal(everywhere) == (409, "comment_everywhere")


# --- Waiting --------------------------------------------------------------------------------------------------


def test_comment_waits_where_the_author_lets_each_out(alma: User, boris: User, carla: User) -> None:
    alma.approves_comments = True
    alma.save()
    post = make_post(alma)

    with heard(comment_waiting) as waiting, heard(comment_published) as published:
        comment = make_comment(boris, post, "Hello @carla")
        own = make_comment(alma, post, "Mine")

    assert waiting == [{"comment_id": comment.pk}]
    assert published == [{"comment_id": own.pk}]
    assert [readable_by(person) for person in (alma, boris, carla)] == [["Hello @carla", "Mine"]] * 2 + [["Mine"]]
    assert (count_of(post), CommentMention.objects.count()) == (1, 0)


def test_comment_with_a_filtered_word_waits_and_is_let_out(alma: User, boris: User, carla: User) -> None:
    alma.comment_filter = ["cheap watches"]
    alma.save()
    post = make_post(alma)
    comment = make_comment(boris, post, "CHEAP  watches, @carla!")
    assert (comment.state, count_of(post)) == (Said.WAITING, 0)

    with heard(comment_published) as published, heard(people_mentioned) as named:
        approve_comment(alma, comment.pk)
        approve_comment(alma, comment.pk)

    assert published == [{"comment_id": comment.pk}]
    assert named == [{"post_id": post.pk, "comment_id": comment.pk, "user_ids": [carla.pk]}]
    assert (readable_by(carla), count_of(post)) == (["CHEAP  watches, @carla!"], 1)


def test_only_the_author_of_the_post_lets_out_and_refuses(alma: User, boris: User, carla: User) -> None:
    alma.approves_comments = True
    alma.save()
    post = make_post(alma)
    comment = make_comment(boris, post)
    for act in (approve_comment, refuse_comment):
        for person in (boris, carla):
            with pytest.raises(NotFound):
                act(person, comment.pk)

    with heard(comment_withdrawn) as news:
        refuse_comment(alma, comment.pk)

    assert news == [{"comment_id": comment.pk}]
    assert not Comment.objects.exists()


def test_what_is_out_is_not_refused(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)

    with pytest.raises(Conflict):
        refuse_comment(alma, comment.pk)

    assert count_of(post) == 1


def test_all_that_waits_is_let_out_or_refused_at_once(alma: User, boris: User, carla: User) -> None:
    alma.approves_comments = True
    alma.save()
    first, second = make_post(alma), make_post(alma)
    for person in (boris, carla):
        make_comment(person, first)
    assert approve_all(alma) == 2
    make_comment(carla, second)
    assert refuse_all(alma) == 1

    assert [count_of(post) for post in (first, second)] == [2, 0]


# --- Changing -------------------------------------------------------------------------------------------------


def test_edit_keeps_what_others_could_read(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post, "First")
    assert edit_comment(boris, comment.pk, text=" First ").edited_at is None

    edited = edit_comment(boris, comment.pk, text="Second")

    assert (edited.text, edited.edited_at is not None) == ("Second", True)
    assert list(CommentVersion.objects.values_list("text", flat=True)) == ["First"]
    assert count_of(post) == 1


def test_edit_with_a_filtered_word_waits_again_and_what_waited_is_no_version(alma: User, boris: User) -> None:
    alma.comment_filter = ["spam"]
    alma.save()
    post = make_post(alma)
    comment = make_comment(boris, post, "Fine")
    pin_comment(alma, comment.pk)
    make_comment(alma, post, parent=comment)

    waits = edit_comment(boris, comment.pk, text="Spam!")
    assert (waits.state, waits.pinned_at, count_of(post)) == (Said.WAITING, None, 0)
    out = edit_comment(boris, comment.pk, text="Sorry")

    assert (out.state, count_of(post)) == (Said.PUBLISHED, 2)
    assert list(CommentVersion.objects.values_list("text", flat=True)) == ["Fine"]


def test_nobody_changes_words_of_others(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post, "Mine")

    with pytest.raises(NotFound):
        edit_comment(alma, comment.pk, text="Not yours")

    comment.refresh_from_db()
    assert comment.text == "Mine"


def test_who_may_not_comment_any_more_changes_nothing_but_may_delete(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    edit_post(alma, post, {"comments": "off"})

    with pytest.raises(NotAllowed):
        edit_comment(boris, comment.pk, text="Still here")
    delete_comment(boris, comment.pk)

    assert count_of(post) == 0


@pytest.mark.parametrize("by", ["writer", "author of the post"])
def test_delete_takes_the_replies_along(alma: User, boris: User, carla: User, post: Post, by: str) -> None:
    comment, other = make_comment(boris, post), make_comment(boris, post)
    replies = [make_comment(person, post, parent=comment) for person in (alma, carla)]
    make_comment_like(carla, comment)

    with heard(comment_withdrawn) as news:
        delete_comment(boris if by == "writer" else alma, comment.pk)

    assert news == [{"comment_id": each.pk} for each in (comment, *replies)]
    assert list(Comment.objects.all()) == [other]
    assert count_of(post) == 1


def test_others_do_not_delete(boris: User, carla: User, post: Post) -> None:
    comment = make_comment(boris, post)

    with pytest.raises(NotFound):
        delete_comment(carla, comment.pk)

    assert count_of(post) == 1


# --- Pinning --------------------------------------------------------------------------------------------------


def test_three_comments_are_pinned_at_most(alma: User, boris: User, post: Post) -> None:
    comments = [make_comment(boris, post) for _ in range(4)]
    for comment in [*comments[:3], comments[0]]:
        pin_comment(alma, comment.pk)
    with pytest.raises(Conflict) as error:
        pin_comment(alma, comments[3].pk)
    unpin_comment(alma, comments[0].pk)
    pin_comment(alma, comments[3].pk)

    assert refusal(error) == (409, "pins_full")
    assert set(Comment.objects.exclude(pinned_at=None)) == set(comments[1:])


def test_replies_are_not_pinned_and_nobody_else_pins(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    reply = make_comment(boris, post, parent=comment)
    with pytest.raises(Conflict):
        pin_comment(alma, reply.pk)
    with pytest.raises(NotFound):
        pin_comment(boris, comment.pk)

    assert not Comment.objects.exclude(pinned_at=None).exists()


# --- Likes ----------------------------------------------------------------------------------------------------


def test_like_counts_once_and_goes_back(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    with heard(comment_liked) as news:
        for _ in range(2):
            like_comment(alma, comment.pk)
    comment.refresh_from_db()
    liked = comment.like_count
    for _ in range(2):
        unlike_comment(alma, comment.pk)
    comment.refresh_from_db()

    assert news == [{"comment_id": comment.pk, "user_id": alma.pk}]
    assert (liked, comment.like_count) == (1, 0)


# --- Who reads what -------------------------------------------------------------------------------------------


def test_nobody_reads_across_a_block_and_replies_go_along(alma: User, boris: User, carla: User, post: Post) -> None:
    comment = make_comment(boris, post, "Boris")
    make_comment(alma, post, "Alma", parent=comment)
    make_comment(alma, post, "Other")
    block_user(carla, boris)

    assert readable_by(carla) == ["Other"]
    assert readable_by(alma) == ["Alma", "Boris", "Other"]
    block_user(boris, alma)
    assert readable_by(alma) == ["Other"]


def test_restricted_words_show_to_the_two_alone(alma: User, boris: User, carla: User, post: Post) -> None:
    make_restriction(alma, boris)
    comment = make_comment(boris, post, "Boris")
    make_comment(alma, post, "Alma", parent=comment)

    assert [readable_by(person) for person in (alma, boris, carla)] == [["Alma", "Boris"]] * 2 + [[]]
    assert count_of(post) == 0


def test_muted_words_do_not_show(boris: User, carla: User, post: Post) -> None:
    make_comment(boris, post, "Boris")
    mute = make_mute(carla, boris)
    assert readable_by(carla) == ["Boris"]

    mute.scope = "everything"
    mute.save()

    assert (readable_by(carla), readable_by(boris)) == ([], ["Boris"])


# --- Removal --------------------------------------------------------------------------------------------------


def test_removed_comment_is_nowhere_and_comes_back(alma: User, boris: User, keeper: User, post: Post) -> None:
    comment = make_comment(boris, post, "Boris")
    make_comment(alma, post, "Alma", parent=comment)
    with heard(comment_withdrawn) as news:
        for _ in range(2):
            remove_comment(keeper, comment, reason=" No insults. ")
    removed = count_of(post), readable_by(alma), readable_by(boris)
    with pytest.raises(Removed) as told:
        get_comment_for(boris, comment.pk)
    for person in (alma, keeper):
        with pytest.raises(NotFound) as missing:
            get_comment_for(person, comment.pk)
        assert missing.value.status == 404
    reinstate_comment(keeper, comment)

    assert news == [{"comment_id": comment.pk}]
    assert removed == (0, [], [])
    assert "No insults." in told.value.detail
    assert (count_of(post), readable_by(alma)) == (2, ["Alma", "Boris"])


def test_only_staff_removes_and_says_why(boris: User, carla: User, keeper: User, post: Post) -> None:
    comment = make_comment(boris, post)
    with pytest.raises(NotAllowed):
        remove_comment(carla, comment, reason="No.")
    with pytest.raises(NotAllowed):
        reinstate_comment(carla, comment)
    with pytest.raises(InvalidInput):
        remove_comment(keeper, comment, reason=" ")

    assert count_of(post) == 1


def test_reinstated_comment_waits_where_the_author_wants_that(alma: User, boris: User, keeper: User) -> None:
    alma.comment_filter = ["spam"]
    alma.save()
    post = make_post(alma)
    comment = make_comment(boris, post, "spam")
    remove_comment(keeper, comment, reason="No spam.")

    assert reinstate_comment(keeper, comment).state == Said.WAITING
    assert count_of(post) == 0


# --- Counters -------------------------------------------------------------------------------------------------


def test_counters_follow_accounts_that_close_and_come_back(
    settled: Settled, alma: User, boris: User, carla: User, post: Post
) -> None:
    comment = make_comment(boris, post)
    make_comment(carla, post, parent=comment)
    mine = make_comment(carla, post)
    make_comment_like(boris, mine)
    with settled():
        suspend_account(boris)
    mine.refresh_from_db()
    closed = count_of(post), mine.like_count, readable_by(alma) == [mine.text]
    with settled():
        User.objects.filter(pk=boris.pk).update(is_active=True)
        bring_back_account(boris)
    mine.refresh_from_db()

    assert closed == (1, 0, True)
    assert (count_of(post), mine.like_count) == (3, 1)


def test_counters_follow_restrictions(settled: Settled, alma: User, boris: User, carla: User, post: Post) -> None:
    comment = make_comment(boris, post)
    make_comment(carla, post, parent=comment)
    mine = make_comment(carla, post)
    make_comment_like(boris, mine)

    with settled():
        make_restriction(alma, boris)

    mine.refresh_from_db()
    assert (count_of(post), mine.like_count) == (1, 0)


def test_what_goes_of_who_is_just_closing_is_counted_anew(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    User.objects.filter(pk=boris.pk).update(counted=False)  # and the recount waits in the queue

    delete_comment(boris, comment.pk)

    assert count_of(post) == 0


def test_reconciling_sets_wrong_counters_right(alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    make_comment_like(alma, comment)
    Post.objects.filter(pk=post.pk).update(comment_count=7)
    Comment.objects.filter(pk=comment.pk).update(like_count=7)

    assert (reconcile_comments(), reconcile_comment_likes()) == (1, 1)
    assert (reconcile_comments(), reconcile_comment_likes()) == (0, 0)

    comment.refresh_from_db()
    assert (count_of(post), comment.like_count) == (1, 1)


def test_count_moves_in_the_ready_facts(settled: Settled, alma: User, boris: User, post: Post) -> None:
    fill_posts([post.pk], "j")
    with settled():
        comment = make_comment(boris, post)
        make_comment(alma, post, parent=comment)
    two = read_facts(valkey().get(post_key(post.pk)) or b"")  # type: ignore[arg-type]
    with settled():
        delete_comment(boris, comment.pk)
    none = read_facts(valkey().get(post_key(post.pk)) or b"")  # type: ignore[arg-type]

    assert (two.comment_count, none.comment_count, two.version) == (2, 0, none.version)


def test_trash_keeps_comments_and_a_deleted_account_takes_its_own_along(
    settled: Settled, alma: User, boris: User, carla: User, post: Post
) -> None:
    comment = make_comment(boris, post)
    make_comment(carla, post, parent=comment)
    kept = make_comment(carla, post)
    make_comment_like(boris, kept)
    trash_post(alma, post)
    restore_post(alma, post)
    assert count_of(post) == 3

    with settled():
        User.objects.filter(pk=boris.pk).update(is_active=False, delete_at="2026-01-01T00:00:00Z")
        purge_account(boris.pk)

    kept.refresh_from_db()
    assert (list(Comment.objects.all()), count_of(post), kept.like_count) == ([kept], 1, 0)


# --- Mentions -------------------------------------------------------------------------------------------------


def test_people_named_in_a_comment_are_told_once(alma: User, boris: User, carla: User, post: Post) -> None:
    with heard(people_mentioned) as news:
        comment = make_comment(boris, post, "@Alma, @boris and @nobody")
        edit_comment(boris, comment.pk, text="@alma and @carla")
        edit_comment(boris, comment.pk, text="only @carla")

    told = {"post_id": post.pk, "comment_id": comment.pk}
    assert news == [{**told, "user_ids": [alma.pk]}, {**told, "user_ids": [carla.pk]}]
    assert list(CommentMention.objects.values_list("person__username", flat=True)) == ["carla"]


def test_people_are_told_only_of_what_they_may_see(alma: User, boris: User, carla: User) -> None:
    for_followers = make_post(alma, audience="followers")
    make_follow(boris, alma)
    blocked = make_user("blocked")
    block_user(boris, blocked)

    with heard(people_mentioned) as news:
        make_comment(boris, for_followers, "@carla and @blocked")
        make_comment(boris, make_post(carla), "@blocked")

    assert (news, CommentMention.objects.count()) == ([], 0)


def test_people_named_in_a_caption_are_told_when_it_is_published_and_changed(
    alma: User, boris: User, carla: User
) -> None:
    blocker = make_user("blocker")
    block_user(blocker, alma)
    post = make_post(alma, caption="with @boris")

    with heard(people_mentioned) as news:
        edit_post(alma, post, {"caption": "with @boris, @carla, @alma and @blocker"})
        edit_post(alma, post, {"title": "Kiln"})

    assert news == [{"post_id": post.pk, "comment_id": None, "user_ids": [carla.pk]}]
