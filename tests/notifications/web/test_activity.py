import re

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services.follows import follow_user
from accounts.services.profiles import set_account_private
from accounts.signals import person_told
from accounts.unread import unread_of
from notifications.models import Notification, Reader
from photos.services.likes import like_post
from photos.services.trash import restore_post, trash_post
from photos.signals import comment_published
from tests.conftest import AsUser, Settled
from tests.factories import make_post, make_user
from tests.notifications.rows import say

pytestmark = pytest.mark.django_db


def rows(html: str) -> list[tuple[str, str]]:
    """Where each row leads, and what it says."""
    found = re.findall(r'<li class="note[^"]*">\s*<a href="([^"]*)">(.*?)</a>\s*</li>', html, re.DOTALL)
    said = [re.search(r'<span dir="auto">(.*?)</span>', body, re.DOTALL) for _, body in found]
    return [(url, re.sub(r"<[^>]+>", "", match[1])) for (url, _), match in zip(found, said, strict=True) if match]


def dot(html: str) -> str:
    """What the mark beside Activity says; "" without one."""
    match = re.search(r'<span class="dot">([^<]*)<', html)
    return match[1] if match else ""


def test_activity_of_somebody_new_is_quiet(alma: User, as_user: AsUser) -> None:
    html = as_user(alma).get("/activity/").text

    assert "Quiet so far" in html
    assert (rows(html), dot(html)) == ([], "")


def test_likes_of_one_post_and_day_are_one_row_that_leads_to_the_post(
    alma: User, boris: User, carla: User, as_user: AsUser, settled: Settled
) -> None:
    post = make_post(alma)
    with settled():
        for person in (boris, carla, make_user(), make_user()):
            like_post(person, post.pk)
    client = as_user(alma)

    ((url, words),) = rows(client.get("/activity/").text)

    assert re.fullmatch(r"\w+, \w+ and 2 others liked your post", words)
    assert client.get(url).status_code == 200


def test_comment_leads_to_its_place_on_the_page(alma: User, boris: User, as_user: AsUser, settled: Settled) -> None:
    comment = say(boris, make_post(alma), text="What <light>.")
    with settled():
        comment_published.send(sender=None, comment_id=comment.pk)

    client = as_user(alma)

    html = client.get("/activity/").text

    ((url, words),) = rows(html)
    assert words == "boris commented on your post"
    assert "What &lt;light&gt;." in html
    assert f'id="{url.split("#")[1]}"' in client.get(url).text


def test_filter_leaves_its_kinds_and_an_unknown_one_is_refused(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)
        follow_user(boris, alma)
    client = as_user(alma)

    assert [words for _, words in rows(client.get("/activity/?filter=follows").text)] == ["boris followed you"]
    assert rows(client.get("/activity/?filter=comments").text) == []
    assert client.get("/activity/?filter=everything").status_code == 400


def test_looking_marks_nothing_as_read_and_the_button_does(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)
    client = as_user(alma)
    client.get("/activity/")
    html = client.get("/activity/").text
    newest = re.search(r'name="up_to" value="(\d+)"', html)
    assert newest is not None

    response = client.post("/activity/read/", {"up_to": newest[1]})

    assert (response.status_code, response["Location"], dot(html)) == (303, "/activity/", "1")
    assert (dot(client.get("/activity/").text), len(rows(client.get("/activity/").text))) == ("", 1)


def test_script_of_the_page_says_so_without_a_page_in_return(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)
    row = Notification.objects.get()

    response = as_user(alma).post("/activity/read/", {"up_to": row.pk}, headers={"X-Requested-With": "fetch"})

    assert (response.status_code, Reader.objects.get().read_up_to) == (204, row.pk)


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30, "1\0"])
def test_reading_up_to_what_is_no_id_is_refused(up_to: str, alma: User, as_user: AsUser) -> None:
    assert as_user(alma).post("/activity/read/", {"up_to": up_to}).status_code == 400
    assert Reader.objects.count() == 0


def test_reading_up_to_the_future_leaves_what_is_still_to_come_new(
    alma: User, boris: User, carla: User, as_user: AsUser, settled: Settled
) -> None:
    post = make_post(alma)
    with settled():
        like_post(boris, post.pk)
    as_user(alma).post("/activity/read/", {"up_to": str(2**63 - 1)})

    with settled():
        like_post(carla, post.pk)

    assert unread_of(alma) == 1


def test_post_in_the_trash_takes_its_rows_and_its_number_away_until_it_is_back(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    post = make_post(alma)
    with settled():
        like_post(boris, post.pk)
    client = as_user(alma)
    before = client.get("/activity/").text

    trash_post(alma, post)
    gone = client.get("/activity/").text
    restore_post(alma, post)
    back = client.get("/activity/").text

    assert [(len(rows(html)), dot(html)) for html in (before, gone, back)] == [(1, "1"), (0, ""), (1, "1")]


def test_requests_stand_on_top_and_are_answered_there(alma: User, as_user: AsUser, settled: Settled) -> None:
    set_account_private(alma, True)
    people = [make_user() for _ in range(6)]
    with settled():
        for person in people:
            follow_user(person, alma)
    client = as_user(alma)

    html = client.get("/activity/").text

    assert (len(re.findall(r'action="/activity/requests/\w+/"', html)), dot(html)) == (5, "6")
    assert 'href="/activity/requests/"' in html
    assert len(re.findall(r'action="/activity/requests/\w+/"', client.get("/activity/requests/").text)) == 6
    answered = client.post(f"/activity/requests/{people[0].username}/", {"accept": "1", "next": "/activity/requests/"})
    assert answered["Location"] == "/activity/requests/"


def test_notice_leads_to_its_page_and_never_off_the_site(alma: User, as_user: AsUser, settled: Settled) -> None:
    with settled():
        for address in ("/settings/account/", "//evil.example/", "https://evil.example/"):
            person_told.send(sender=None, user_id=alma.pk, text="We have <looked> at it.", address=address)

    found = rows(as_user(alma).get("/activity/").text)

    assert sorted(found) == [
        ("/activity/", "We have &lt;looked&gt; at it."),
        ("/activity/", "We have &lt;looked&gt; at it."),
        ("/settings/account/", "We have &lt;looked&gt; at it."),
    ]


def test_picture_of_somebody_elses_sensitive_post_is_covered(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    post = make_post(boris, sensitive=True)
    reply = say(boris, post, parent=say(alma, post))
    with settled():
        comment_published.send(sender=None, comment_id=reply.pk)

    html = as_user(alma).get("/activity/").text

    assert [words for _, words in rows(html)] == ["boris replied to you"]
    assert "/media/renditions/" not in html


def test_pages_go_on_where_the_one_before_ended(alma: User, boris: User, as_user: AsUser) -> None:
    post_ids = [make_post(alma).pk for _ in range(23)]
    for post_id in post_ids:
        row = Notification(id=post_id, recipient=alma, kind="upload_done", post_id=post_id, about=post_id)
        row.save(force_insert=True)
    client = as_user(alma)
    first = client.get("/activity/").text
    link = re.search(r'hx-get="(/activity/\?cursor=[^"]+)"', first)
    assert link is not None

    rest = client.get(link[1], headers={"HX-Request": "true"}).text

    assert (len(rows(first)), len(rows(rest)), "<html" in rest) == (20, 3, False)


@pytest.mark.parametrize("count", [1, 3])
def test_activity_takes_the_same_queries_however_much_there_is(
    count: int, alma: User, as_user: AsUser, settled: Settled, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with settled():
        set_account_private(alma, True)
        for _ in range(count):
            person = make_user(last_seen_at=timezone.now())
            follow_user(person, alma)
            comment = say(person, make_post(alma))
            comment_published.send(sender=None, comment_id=comment.pk)
    client = as_user(alma)
    client.get("/activity/")

    with django_assert_num_queries(5):
        html = client.get("/activity/").text

    assert len(rows(html)) == count


@pytest.mark.parametrize("path", ["/activity/", "/settings/notifications/", "/activity/requests/"])
def test_nobody_is_asked_to_log_in(path: str, as_user: AsUser) -> None:
    response = as_user(None).get(path)

    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/login/")
