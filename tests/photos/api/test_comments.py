"""Comments in the API: what each may do with them, and what each reads."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.blocks import block_user
from photos.models import Comment, CommentLike, Post
from photos.services.comment_approvals import pin_comment
from photos.services.comment_counting import recount_comment_likes, recount_comments
from photos.services.comments import edit_comment
from photos.services.posts import edit_post
from tests.conftest import AsApp
from tests.factories import make_comment, make_comment_like, make_follow, make_post, make_restriction, make_user
from tests.reading import problem_of
from tests.ready import lift_bars

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alma: User) -> Post:
    return make_post(alma)


def ways(post: Post, comment: Comment) -> tuple[str, str]:
    return f"/rest/v1/posts/{post.pk}/comments", f"/rest/v1/comments/{comment.pk}"


def send(client: Client, path: str, method: str = "post", **body: Any) -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def texts(answer: Any) -> list[str]:
    return [each["text"] for each in answer.json()["results"]]


def test_comment_is_said_read_changed_and_taken_back(as_app: AsApp, alma: User, boris: User, post: Post) -> None:
    program = as_app(boris)
    path = f"/rest/v1/posts/{post.pk}/comments"

    said = send(program, path, text="Fine, @alma #kiln")
    one = f"/rest/v1/comments/{said.json()['id']}"
    changed = send(program, one, "patch", text="Fine")
    history = Client().get(f"{one}/history").json()["results"]
    gone = program.delete(one)

    told = said.json()
    assert (said.status_code, told["mentions"], told["parent_id"]) == (201, ["alma"], None)
    assert told["text_html"] == 'Fine, <a href="/@alma/">@alma</a> <a class="tag" href="/tags/kiln/">#kiln</a>'
    assert told["viewer"] == {
        "liked": False,
        "can_edit": True,
        "can_delete": True,
        "can_reply": True,
        "can_pin": False,
        "can_approve": False,
    }
    assert (changed.json()["text"], changed.json()["edited_at"] is not None) == ("Fine", True)
    assert [each["text"] for each in history] == ["Fine, @alma #kiln"]
    assert (gone.status_code, problem_of(program.get(one))) == (204, (404, "not_found"))


def test_same_key_makes_one_comment(as_app: AsApp, boris: User, post: Post) -> None:
    program, path = as_app(boris), f"/rest/v1/posts/{post.pk}/comments"
    key = {"Idempotency-Key": "once"}

    first, second = (
        program.post(path, {"text": "Hello"}, content_type="application/json", headers=key) for _ in range(2)
    )

    assert (first.status_code, second.json()) == (201, first.json())
    assert Comment.objects.count() == 1


def test_list_has_pinned_ones_first_then_the_oldest_with_their_first_replies(
    alma: User, boris: User, post: Post
) -> None:
    comments = [make_comment(boris, post, f"{number}") for number in range(5)]
    for number in range(4):
        make_comment(alma, post, f"reply {number}", parent=comments[1])
    for comment in comments[2:4]:
        pin_comment(alma, comment.pk)
    path, one = ways(post, comments[1])

    results = Client().get(path).json()["results"]
    replies = Client().get(f"{path}?parent={comments[1].pk}&limit=3").json()
    rest = Client().get(replies["next"]).json()

    assert [each["text"] for each in results] == ["3", "2", "0", "1", "4"]
    assert [reply["text"] for reply in results[3]["replies"]] == ["reply 0", "reply 1", "reply 2"]
    assert [each["reply_count"] for each in results] == [0, 0, 0, 4, 0]
    assert [each["text"] for each in (*replies["results"], *rest["results"])] == [f"reply {n}" for n in range(4)]
    assert Client().get(one).json() == results[3]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_have_no_doubles_and_no_gaps_whatever_is_pinned_meanwhile(
    alma: User, boris: User, post: Post, limit: int
) -> None:
    comments = [make_comment(boris, post, f"{number}") for number in range(7)]
    for comment in comments[4:6]:
        pin_comment(alma, comment.pk)
    found, url = [], f"/rest/v1/posts/{post.pk}/comments?limit={limit}"
    while url:
        answer = Client().get(url)
        found += texts(answer)
        url = answer.json()["next"]
        if len(found) == limit:
            pin_comment(alma, comments[0].pk)

    assert sorted(found) == [f"{number}" for number in range(7)]
    assert found[:2] == ["5", "4"]


@pytest.mark.parametrize(
    ("comments", "expected"),
    [("everyone", [False, True, True, True]), ("followers", [False, False, True, True]), ("off", [False] * 4)],
)
def test_post_says_who_can_comment(
    as_app: AsApp, alma: User, boris: User, carla: User, comments: str, expected: list[bool]
) -> None:
    make_follow(carla, alma)
    post = make_post(alma, comments=comments)
    clients = [Client(), *(as_app(person) for person in (boris, carla, alma))]

    one = [client.get(f"/rest/v1/posts/{post.pk}").json() for client in clients]
    listed = [client.get("/rest/v1/users/alma/posts").json()["results"][0] for client in clients]
    fed = as_app(carla).get("/rest/v1/feed").json()["results"][0]["post"]

    assert [each["viewer"]["can_comment"] for each in one] == expected
    assert [each["viewer"]["can_comment"] for each in listed] == expected
    assert (fed["viewer"]["can_comment"], fed["comments"]) == (expected[2], comments)


def test_refusals_say_why(as_app: AsApp, boris: User, post: Post, alma: User) -> None:
    program = as_app(boris)
    comment = make_comment(alma, post)
    path, one = ways(post, comment)
    edit_post(alma, post, {"comments": "off"})

    assert problem_of(send(program, path, text="Hi")) == (403, "comments_off")
    assert problem_of(send(program, path)) == (422, "invalid")
    assert problem_of(send(program, path, text=" ")) == (422, "invalid")
    assert problem_of(send(program, one, "patch", text="Hi")) == (404, "not_found")
    assert problem_of(program.put(f"{one}/pin")) == (404, "not_found")
    assert problem_of(program.get(f"{path}?parent=x")) == (400, "parent_invalid")
    assert problem_of(program.get(f"{path}?cursor=x")) == (400, "cursor_unknown")
    assert problem_of(program.get(f"{path}?parent=1")) == (404, "not_found")


def test_likes_of_comments_are_read_and_taken_back(as_app: AsApp, alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    _, one = ways(post, comment)
    program = as_app(alma)

    liked = program.put(f"{one}/like").json()
    likers = Client().get(f"{one}/likes").json()["results"]
    unliked = program.delete(f"{one}/like").json()

    assert (liked["like_count"], liked["viewer"]["liked"]) == (1, True)
    assert [each["username"] for each in likers] == ["alma"]
    assert (unliked["like_count"], unliked["viewer"]["liked"]) == (0, False)


def test_waiting_comments_are_listed_for_the_author_of_the_post_alone(
    as_app: AsApp, alma: User, boris: User, carla: User
) -> None:
    alma.approves_comments = True
    alma.save()
    post = make_post(alma)
    first, second = make_comment(boris, post), make_comment(carla, post)
    program = as_app(alma)

    waiting = program.get("/rest/v1/comments/waiting").json()["results"]
    out = program.put(f"/rest/v1/comments/{first.pk}/approval").json()
    refused = program.delete(f"/rest/v1/comments/{second.pk}/approval")

    assert [each["id"] for each in waiting] == [str(second.pk), str(first.pk)]
    assert [(each["state"], each["viewer"]["can_approve"]) for each in waiting] == [("waiting", True)] * 2
    assert (out["state"], refused.status_code) == ("published", 204)
    assert as_app(boris).get("/rest/v1/comments/waiting").json()["results"] == []


def test_counts_are_those_of_each_viewer(as_app: AsApp, alma: User, boris: User, carla: User) -> None:
    """Restricted by who made the post, blocked by who reads: posts say how many comments the reader finds."""
    dora = make_user("dora")
    for person in (boris, carla, dora):
        make_follow(person, alma)
    post = make_post(alma)
    first = make_comment(boris, post)
    make_comment(carla, post, parent=first)
    second = make_comment(dora, post)
    make_comment(boris, post, parent=second)
    make_comment_like(boris, second)
    make_comment_like(carla, second)
    make_restriction(alma, boris)
    recount_comments([post.pk])
    recount_comment_likes([second.pk])
    block_user(dora, carla)

    def numbers(person: User | None) -> list[int]:
        client = as_app(person) if person else Client()
        one = client.get(f"/rest/v1/posts/{post.pk}").json()["comment_count"]
        listed = client.get("/rest/v1/users/alma/posts").json()["results"][0]["comment_count"]
        found = client.get(f"/rest/v1/posts/{post.pk}/comments").json()["results"]
        likes = next((each["like_count"] for each in found if each["id"] == str(second.pk)), -1)
        return [one, listed, sum(1 + each["reply_count"] for each in found), likes]

    # All of boris shows to him and alma alone, and with it what stands under it.
    assert numbers(None) == [1, 1, 1, 1]
    assert numbers(boris) == [4, 4, 4, 2]
    assert numbers(carla) == [0, 0, 0, -1]
    assert numbers(dora) == [1, 1, 1, 0]
    assert as_app(dora).get("/rest/v1/feed").json()["results"][0]["post"]["comment_count"] == 1
    assert as_app(carla).get("/rest/v1/feed").json()["results"][0]["post"]["comment_count"] == 0
    assert CommentLike.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_two_queries_however_long_they_are(
    as_app: AsApp, django_assert_num_queries: Any, alma: User, boris: User, count: int
) -> None:
    block_user(boris, make_user())
    post = make_post(alma)
    for _ in range(count):
        comment = make_comment(make_user(), post)
        for _ in range(count):
            make_comment(make_user(), post, parent=comment)
            make_comment_like(make_user(), comment)
        edit_comment(comment.author, comment.pk, text=f"Changed {comment.pk}")
    path, one = ways(post, comment)
    program = as_app(boris)
    program.get(one)

    for read, queries in ((path, 2), (f"{path}?parent={comment.pk}", 2), (one, 2), (f"{one}/likes", 2)):
        lift_bars()
        program.get(read)
        with django_assert_num_queries(queries):
            assert program.get(read).status_code == 200
    lift_bars()
    program.get(one)
    with django_assert_num_queries(2):
        assert len(program.get(f"{one}/history").json()["results"]) == 1


def test_settings_of_comments_are_read_and_changed(as_app: AsApp, alma: User) -> None:
    program = as_app(alma)

    changed = send(program, "/rest/v1/me", "patch", approves_comments=True, comment_filter=[" Spam ", "spam", "cheap"])
    refused = send(program, "/rest/v1/me", "patch", comment_filter=["a" * 61])
    many = send(program, "/rest/v1/me", "patch", comment_filter=[f"word {n}" for n in range(201)])

    assert (changed.json()["approves_comments"], changed.json()["comment_filter"]) == (True, ["spam", "cheap"])
    assert [problem_of(each) for each in (refused, many)] == [(422, "too_long"), (422, "too_many")]
    assert program.get("/rest/v1/me").json()["comment_filter"] == ["spam", "cheap"]
