"""Comments in pages, without scripts: read, said, changed, taken back, let out."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.ids import to_code
from photos.models import Comment, Post
from photos.services.comment_approvals import pin_comment
from photos.services.comments import edit_comment
from photos.services.posts import edit_post
from tests.conftest import AsUser, Settled
from tests.factories import make_comment, make_comment_like, make_follow, make_post

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def post(alma: User) -> Post:
    return make_post(alma)


def page_of(post: Post, comment: Comment | None = None, rest: str = "") -> str:
    under = f"comments/{to_code(comment.pk)}/{rest}" if comment else rest
    return f"/p/{to_code(post.pk)}/{under}"


def said_on(answer: Any) -> list[tuple[str, list[str]]]:
    return [(each.comment.text, [reply.text for reply in each.replies]) for each in answer.context["threads"]]


def test_post_shows_pinned_comments_first_and_folds_replies(
    as_user: AsUser, alma: User, boris: User, post: Post
) -> None:
    comments = [make_comment(boris, post, f"{number}") for number in range(3)]
    for number in range(5):
        make_comment(alma, post, f"reply {number}", parent=comments[1])
    pin_comment(alma, comments[2].pk)

    page = Client().get(page_of(post))

    assert said_on(page) == [("2", []), ("0", []), ("1", ["reply 0", "reply 1", "reply 2"])]
    assert "2 more replies" in page.text
    assert "Log in to comment" in page.text


def test_comment_is_said_without_scripts(as_user: AsUser, boris: User, post: Post) -> None:
    browser = as_user(boris)
    answer = browser.post(page_of(post, rest="comments/"), {"text": "Fine <b>light</b>"})
    comment = Comment.objects.get()

    page = browser.get(page_of(post))

    assert (answer.status_code, answer["Location"]) == (303, f"{page_of(post)}#c-{to_code(comment.pk)}")
    assert "Fine &lt;b&gt;light&lt;/b&gt;" in page.text
    assert f'id="c-{to_code(comment.pk)}"' in page.text


def test_refused_words_are_kept_in_the_form(as_user: AsUser, boris: User, post: Post) -> None:
    browser, path = as_user(boris), page_of(post, rest="comments/")
    browser.post(path, {"text": "Fine"})

    again = browser.post(path, {"text": "Fine"})
    long = browser.post(path, {"text": "a" * 2201})
    script = browser.post(path, {"text": "Fine"}, headers=HTMX)

    assert (again.status_code, again.context["comment_form"]["text"].value()) == (409, "Fine")
    assert "You have just said this here." in again.text
    assert (long.status_code, "Too long by 1" in long.text) == (422, True)
    assert (script.status_code, script["Content-Type"]) == (409, "text/plain; charset=utf-8")


def test_script_gets_the_comment_alone(as_user: AsUser, boris: User, post: Post) -> None:
    browser = as_user(boris)

    comment = browser.post(page_of(post, rest="comments/"), {"text": "Fine"}, headers=HTMX)
    reply = browser.post(page_of(post, Comment.objects.get(), "reply/"), {"text": "Very"}, headers=HTMX)

    for answer, words in ((comment, "Fine"), (reply, "Very")):
        assert answer.status_code == 200
        assert answer.text.strip().startswith("<li>")
        assert words in answer.text


def test_reply_stands_on_the_page_of_its_thread(as_user: AsUser, alma: User, boris: User, post: Post) -> None:
    comment = make_comment(alma, post, "First")
    browser = as_user(boris)

    answer = browser.post(page_of(post, comment, "reply/"), {"text": "Second"})
    reply = Comment.objects.get(parent=comment)
    page = browser.get(page_of(post, reply))
    form = as_user(alma).get(page_of(post, reply, "reply/"))

    assert answer["Location"] == f"{page_of(post, reply)}#c-{to_code(reply.pk)}"
    assert (page.context["comment"].text, [each.text for each in page.context["replies"]]) == ("First", ["Second"])
    assert form.context["form"]["text"].value() == "@boris "


def test_comment_is_changed_and_its_history_read(as_user: AsUser, boris: User, post: Post) -> None:
    comment = make_comment(boris, post, "First")
    browser = as_user(boris)

    form = browser.get(page_of(post, comment, "edit/"))
    saved = browser.post(page_of(post, comment, "edit/"), {"text": "Second"})
    history = Client().get(page_of(post, comment, "history/"))

    assert form.context["form"]["text"].value() == "First"
    assert saved.status_code == 303
    assert [str(text) for text, _ in history.context["versions"]] == ["First"]
    assert "edited" in Client().get(page_of(post)).text


def test_comment_is_deleted_liked_and_pinned(as_user: AsUser, alma: User, boris: User, post: Post) -> None:
    comment = make_comment(boris, post)
    browser = as_user(alma)

    liked = browser.post(page_of(post, comment, "like/"), {"on": "1"})
    likers = browser.get(page_of(post, comment, "likes/"))
    pinned = browser.post(page_of(post, comment, "pin/"), {"on": "1"})
    menu = browser.get(page_of(post, comment, "menu/"))
    asked = browser.get(page_of(post, comment, "delete/"))
    deleted = browser.post(page_of(post, comment, "delete/"))

    assert [each.status_code for each in (liked, pinned, deleted)] == [303] * 3
    assert [each.status_code for each in (likers, menu, asked)] == [200] * 3
    assert "Unpin" in menu.text
    assert not Comment.objects.exists()


def test_waiting_comments_are_let_out_and_refused(as_user: AsUser, alma: User, boris: User, carla: User) -> None:
    alma.approves_comments = True
    alma.save()
    post = make_post(alma)
    first, second, third = (make_comment(person, post) for person in (boris, carla, boris))
    browser = as_user(alma)
    waiting = browser.get("/comments/waiting/")

    out = browser.post(page_of(post, first, "approve/"), {"on": "1"})
    gone = browser.post(page_of(post, second, "approve/"), {"on": "0"})
    rest = browser.post("/comments/waiting/all/", {"on": "1"})

    assert [each.id for each in waiting.context["comments"]] == [third.pk, second.pk, first.pk]
    assert [each.status_code for each in (out, gone, rest)] == [303] * 3
    assert sorted(Comment.objects.values_list("pk", "state")) == [(first.pk, "published"), (third.pk, "published")]
    assert browser.get("/comments/waiting/").status_code == 200


def test_next_comments_come_as_a_page_or_a_part_of_one(as_user: AsUser, boris: User, carla: User, post: Post) -> None:
    for number in range(21):
        make_comment(boris, post, f"{number}")

    page = Client().get(page_of(post))
    rest = Client().get(page.context["next_url"])
    part = Client().get(page.context["next_url"], headers=HTMX)

    assert (len(said_on(page)), said_on(rest)) == (20, [("20", [])])
    assert part.text.count("<article") == 1
    assert "<html" not in part.text


@pytest.mark.parametrize(
    ("comments", "words"), [("off", "Comments are off for this post"), ("followers", "Only followers of alma")]
)
def test_page_says_why_one_cannot_comment(
    as_user: AsUser, alma: User, boris: User, post: Post, comments: str, words: str
) -> None:
    edit_post(alma, post, {"comments": comments})

    page = as_user(boris).get(page_of(post))

    assert words in page.text
    assert 'name="text"' not in page.text


def test_card_leads_to_the_comments(settled: Settled, as_user: AsUser, alma: User, boris: User, post: Post) -> None:
    with settled():
        make_follow(boris, alma)
    browser = as_user(boris)
    silent = browser.get("/")
    with settled():
        make_comment(boris, post)
    one = browser.get("/")
    with settled():
        make_comment(alma, post)
    two = browser.get("/")

    assert "View <span" not in silent.text
    assert "View <span data-number>1</span> comment<" in one.text
    assert "View <span data-number>2</span> comments<" in two.text
    assert f'href="{page_of(post)}#comment-text"' in two.text


def test_who_may_comment_is_chosen_with_the_post(as_user: AsUser, alma: User, post: Post) -> None:
    browser, path = as_user(alma), page_of(post, rest="edit/")

    browser.post(path, {"audience": "public", "comments": "followers"})

    assert browser.get(path).context["form"]["comments"].value() == "followers"
    assert Post.objects.get().comments == "followers"


def test_settings_of_comments_are_on_the_privacy_page(as_user: AsUser, alma: User) -> None:
    browser, path = as_user(alma), "/settings/privacy/"

    saved = browser.post(path, {"approves_comments": "on", "comment_filter": "spam\r\n\r\ncheap watches\r\nSPAM"})
    refused = browser.post(path, {"comment_filter": "a" * 61})

    alma.refresh_from_db()
    assert (saved.status_code, refused.status_code) == (303, 422)
    assert (alma.approves_comments, alma.comment_filter) == (True, ["SPAM", "cheap watches"])
    assert browser.get(path).context["form"]["comment_filter"].value() == "SPAM\ncheap watches"


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_however_much_is_said(
    as_user: AsUser, django_assert_num_queries: Any, alma: User, boris: User, carla: User, post: Post, count: int
) -> None:
    for number in range(count):
        comment = make_comment(boris, post)
        make_comment(alma, post, f"{number}", parent=comment)
        make_comment_like(carla, comment)
        edit_comment(boris, comment.pk, text=f"{comment.pk}")
    browser = as_user(carla)
    browser.get(page_of(post))

    for path, queries in ((page_of(post, rest="comments/"), 5), (page_of(post, comment), 5)):
        browser.get(path)
        with django_assert_num_queries(queries):
            assert browser.get(path).status_code == 200
