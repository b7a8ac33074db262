import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from accounts.models import User
from core.ids import to_code
from photos.models import Like, Media, Post, Rendition
from tests.conftest import Settled
from tests.factories import make_block, make_follow, make_like, make_media, make_post, make_user
from tests.images import jpeg, jpeg_with_secrets
from tests.photos.web.test_compose import page_of
from tests.uploads import publish, stored


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def original_of(post: Post) -> str:
    return page_of(post, f"original/{post.media.order_by('position')[0].pk}/")


def test_detail_shows_the_post_to_anybody(alma: User, client: Client) -> None:
    post = make_post(alma, title="Glaze", caption="<b>bold</b> #kiln", tags=("kiln",))

    answer = client.get(page_of(post))

    assert (answer.status_code, answer.context["card"].title) == (200, "Glaze")
    assert (b"<b>bold</b>" in answer.content, b"&lt;b&gt;bold&lt;/b&gt;" in answer.content) == (False, True)


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("public", {"nobody", "stranger", "follower", "author"}),
        ("unlisted", {"nobody", "stranger", "follower", "author"}),
        ("followers", {"follower", "author"}),
        ("only_me", {"author"}),
    ],
)
@pytest.mark.parametrize("page", ["", "likes/", "menu/"])
def test_pages_of_a_post_are_for_its_audience(
    alma: User, boris: User, carla: User, as_user: Any, page: str, audience: str, seen_by: set[str]
) -> None:
    make_follow(boris, alma)
    blocked = make_user("dora")
    make_block(alma, blocked)
    url = page_of(make_post(alma, audience=audience), page)

    askers = {"nobody": None, "stranger": carla, "follower": boris, "author": alma, "blocked": blocked}
    got = {name: as_user(who).get(url).status_code for name, who in askers.items()}

    assert got == {name: 200 if name in seen_by else 404 for name in askers}


@pytest.mark.parametrize("code", ["0", "abc", "00", "zzzzzzzzzzz", "a.b", "%00", "ü", "a" * 12, "..%2f"])
def test_detail_of_a_code_that_leads_nowhere_is_404(client: Client, db: None, code: str) -> None:
    assert client.get(f"/p/{code}/").status_code == 404


def test_detail_of_a_hidden_post_is_the_same_page_as_of_a_missing_one(alma: User, client: Client) -> None:
    hidden = client.get(page_of(make_post(alma, audience="only_me")))
    missing = client.get("/p/abc/")

    number = [answer["X-Request-Id"].encode() for answer in (hidden, missing)]
    assert hidden.content.replace(number[0], b"") == missing.content.replace(number[1], b"")


@pytest.mark.parametrize("state", ["publishing", "trashed"])
def test_detail_of_a_post_that_is_not_out_is_for_its_author_until_trashed(
    alma: User, boris: User, as_user: Any, state: str
) -> None:
    url = page_of(make_post(alma, state=state))

    got = [as_user(who).get(url).status_code for who in (alma, boris, None)]

    assert got == [200 if state == "publishing" else 404, 404, 404]


def test_status_of_a_waiting_post_goes_on_asking(alma: User, as_user: Any) -> None:
    answer = as_user(alma).get(page_of(make_post(alma, state="publishing"), "status/"))

    assert (answer.status_code, "HX-Refresh" in answer, b"every 3s" in answer.content) == (200, False, True)


def test_status_of_a_failed_picture_names_it_with_the_reason(alma: User, as_user: Any) -> None:
    post = make_post(alma, state="publishing", pictures=2)
    second = post.media.order_by("position")[1]
    Media.objects.filter(pk=second.pk).update(state="failed", failure_detail="It stops <early>.")

    answer = as_user(alma).get(page_of(post, "status/"))

    assert answer.context["card"].failures == [(second.pk, 2, "It stops <early>.")]
    assert (b"It stops &lt;early&gt;." in answer.content, b"every 3s" in answer.content) == (True, False)


def test_status_of_a_published_post_loads_the_page_anew(alma: User, as_user: Any) -> None:
    answer = as_user(alma).get(page_of(make_post(alma), "status/"))

    assert (answer.status_code, answer["HX-Refresh"]) == (200, "true")


def test_like_counts_once_and_goes_back(alma: User, boris: User, as_user: Any) -> None:
    post, client = make_post(alma), as_user(boris)

    answers = [client.post(page_of(post, "like/"), {"on": "1", "next": "/@alma/"}) for _ in range(2)]

    post.refresh_from_db()
    assert [(each.status_code, each["Location"]) for each in answers] == [(303, "/@alma/")] * 2
    assert post.like_count == 1


def test_like_off_takes_it_away_and_htmx_gets_no_page(alma: User, boris: User, as_user: Any) -> None:
    post = make_post(alma)
    make_like(boris, post)

    answer = as_user(boris).post(page_of(post, "like/"), {"on": "0"}, headers={"HX-Request": "true"})

    post.refresh_from_db()
    assert (answer.status_code, answer.content, post.like_count) == (204, b"", 0)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_like_goes_nowhere_outside_the_site(alma: User, as_user: Any, target: str) -> None:
    post = make_post(alma)

    answer = as_user(alma).post(page_of(post, "like/"), {"next": target})

    assert answer["Location"] == page_of(post)


def test_like_of_a_hidden_post_is_404(alma: User, boris: User, as_user: Any) -> None:
    answer = as_user(boris).post(page_of(make_post(alma, audience="only_me"), "like/"))

    assert (answer.status_code, Like.objects.count()) == (404, 0)


def test_delete_asks_first_and_then_moves_to_the_trash(alma: User, as_user: Any) -> None:
    post, client = make_post(alma), as_user(alma)

    asked = client.get(page_of(post, "delete/"))
    assert (asked.status_code, asked.context["trash_days"], Post.objects.get().state) == (200, 30, "published")
    done = client.post(page_of(post, "delete/"))

    assert (done.status_code, done["Location"], Post.objects.get().state) == (303, "/@alma/", "trashed")


def test_restore_brings_it_back_and_shows_it(alma: User, as_user: Any) -> None:
    post = make_post(alma, state="trashed")

    answer = as_user(alma).post(page_of(post, "restore/"))

    assert (answer.status_code, answer["Location"], Post.objects.get().state) == (303, page_of(post), "published")


def test_retry_develops_the_failed_picture(alma: User, as_user: Any, settled: Settled) -> None:
    with settled():
        post = publish(alma)
    Media.objects.update(state="failed", attempts=3)
    Post.objects.update(state="publishing")

    with settled():
        answer = as_user(alma).post(page_of(post, "retry/"))

    assert (answer.status_code, answer["Location"], Post.objects.get().state) == (303, page_of(post), "published")


def test_trash_lists_only_ones_own_deleted_posts(alma: User, boris: User, as_user: Any) -> None:
    mine = make_post(alma, state="trashed", title="Mine")
    make_post(alma, title="Still out")
    make_post(boris, state="trashed", title="His")

    answer = as_user(alma).get("/trash/")

    assert (answer.status_code, [tile.code for tile in answer.context["tiles"]]) == (200, [to_code(mine.pk)])


def test_trash_pages_meet_every_post_once(alma: User, as_user: Any) -> None:
    posts, client, seen, url = [make_post(alma, state="trashed") for _ in range(23)], as_user(alma), [], "/trash/"

    while url:
        answer = client.get(url)
        seen += [tile.code for tile in answer.context["tiles"]]
        url = answer.context["next_url"]

    assert seen == [to_code(post.pk) for post in reversed(posts)]


@pytest.mark.parametrize("url", ["/trash/?cursor=x", "likes/?cursor=dHJhc2guMQ"])
def test_list_page_with_an_unknown_cursor_is_400(alma: User, as_user: Any, url: str) -> None:
    address = url if url.startswith("/") else page_of(make_post(alma), url)

    assert as_user(alma).get(address).status_code == 400


def test_likers_shows_people_newest_first(alma: User, boris: User, client: Client) -> None:
    post = make_post(alma)
    make_like(alma, post)
    make_like(boris, post)

    answer = client.get(page_of(post, "likes/"))

    assert [person.username for person in answer.context["people"]] == ["boris", "alma"]


def test_original_is_the_exact_bytes_as_a_download_for_its_owner(alma: User, as_user: Any, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg_with_secrets(orientation=6), audience="only_me")

    answer = as_user(alma).get(original_of(post))

    name = f"{to_code(post.media.get().pk)}.jpg"
    assert (answer.status_code, content(answer)) == (200, jpeg_with_secrets(orientation=6))
    assert {header: answer[header] for header in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
    }
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )


@pytest.mark.parametrize(
    ("words", "seen_by"),
    [
        ({"downloads": False}, {"author"}),
        ({"downloads": True}, {"author", "follower", "stranger", "nobody"}),
        ({"downloads": True, "audience": "followers"}, {"author", "follower"}),
        ({"downloads": True, "audience": "only_me"}, {"author"}),
    ],
    ids=["not allowed", "allowed", "allowed to followers", "allowed to nobody"],
)
def test_original_is_for_others_only_where_post_and_audience_allow_it(
    alma: User, boris: User, carla: User, as_user: Any, settled: Settled, words: dict[str, Any], seen_by: set[str]
) -> None:
    make_follow(boris, alma)
    with settled():
        url = original_of(publish(alma, **words))

    askers = {"author": alma, "follower": boris, "stranger": carla, "nobody": None}
    answers = {name: as_user(who).get(url) for name, who in askers.items()}

    assert {name for name, answer in answers.items() if answer.status_code == 200} == seen_by
    assert {content(answer) for name, answer in answers.items() if name in seen_by} == {jpeg()}
    assert {answer.status_code for name, answer in answers.items() if name not in seen_by} <= {404}


def test_original_under_the_address_of_another_post_is_404(alma: User, as_user: Any, settled: Settled) -> None:
    with settled():
        post, other = publish(alma), make_post(alma)

    url = page_of(other, f"original/{post.media.get().pk}/")

    assert as_user(alma).get(url).status_code == 404


def test_original_of_a_trashed_post_is_only_for_its_owner(
    alma: User, boris: User, as_user: Any, settled: Settled
) -> None:
    with settled():
        post = publish(alma, downloads=True)
    Post.objects.update(state="trashed")

    answers = [as_user(who).get(original_of(post)) for who in (alma, boris, None)]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert content(answers[0]) == jpeg()


@pytest.mark.parametrize("count", [1, 3])
def test_detail_takes_the_same_queries_for_one_picture_and_three(alma: User, client: Client, count: int) -> None:
    post = make_post(alma, pictures=count, tags=("clay", "kiln"))
    for _ in range(count - 1):
        make_post(alma)
    make_post(alma)

    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(post))

    assert len(queries) == 6


@pytest.mark.parametrize("count", [1, 3])
def test_trash_takes_the_same_queries_for_one_post_and_three(alma: User, as_user: Any, count: int) -> None:
    client = as_user(alma)
    for _ in range(count):
        make_post(alma, state="trashed", pictures=count, tags=("clay", "kiln"))
    client.get("/trash/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/trash/")

    assert len(queries) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_likers_take_the_same_queries_for_one_person_and_three(alma: User, as_user: Any, count: int) -> None:
    client, post = as_user(alma), make_post(alma)
    for _ in range(count):
        make_like(make_user(), post)
    client.get("/trash/")

    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(post, "likes/"))

    assert len(queries) == 3


def test_pages_hand_out_no_name_of_a_stored_original(
    alma: User, as_user: Any, settled: Settled, media_folders: Any
) -> None:
    with settled():
        post = publish(alma)
    (key,) = stored(media_folders)["originals"]

    pages = [as_user(alma).get(page_of(post, page)).content for page in ("", "edit/", "alt/", "menu/")]

    assert [key.encode() in page for page in pages] == [False] * 4


def test_detail_tells_its_owner_alone_how_the_originals_are_kept(alma: User, boris: User, as_user: Any) -> None:
    post = make_post(alma, pictures=2)
    receipts = [page_of(post, f"receipt/{media.pk}/").encode() for media in post.media.all()]

    own, foreign = as_user(alma).get(page_of(post)), as_user(boris).get(page_of(post))

    assert [words for _, words in own.context["kept"]] == ["2 copies, verified just now"] * 2
    assert [[each in page.content for each in receipts] for page in (own, foreign)] == [[True] * 2, [False] * 2]


def test_menu_leads_its_owner_to_receipts_and_developing(alma: User, boris: User, as_user: Any) -> None:
    post = make_post(alma)
    media = post.media.get()
    links = [page_of(post, f"{page}/{media.pk}/").encode() for page in ("receipt", "develop")]

    own, foreign = (as_user(who).get(page_of(post, "menu/")).content for who in (alma, boris))

    assert ([each in own for each in links], [each in foreign for each in links]) == ([True] * 2, [False] * 2)


def test_status_tells_how_far_a_film_is(alma: User, as_user: Any) -> None:
    post = make_post(alma, state="publishing", pictures=2)
    second = post.media.order_by("position")[1]
    Media.objects.filter(pk=second.pk).update(kind="video", state="processing", progress=43)

    words = " ".join(strip_tags(as_user(alma).get(page_of(post, "status/")).content.decode()).split())

    assert "Picture 1: waits for its turn Video 2: 43 %" in words


def test_film_is_a_player_that_waits_and_a_tile_with_its_length(alma: User, as_user: Any) -> None:
    post = make_post(alma, pictures=0)
    media = make_media(alma, post, kind="video", duration=42.0, alt_text="Dogs run", content_type="video/mp4")
    Rendition.objects.create(
        media=media, name="video_720p", content_type="video/mp4", key="cc/film.mp4", width=1280, height=720, bytes=9
    )

    page = as_user(alma).get(page_of(post)).content.decode()
    player = " ".join(re.findall(r"<video[^>]*>", page)[0].split())
    tile = " ".join(strip_tags(as_user(alma).get("/@alma/").content.decode()).split())

    assert player.startswith('<video controls preload="none" playsinline width="1280" height="720"')
    assert ('aria-label="Dogs run"' in player, "autoplay" in player) == (True, False)
    assert re.search(r'<source src="/media/renditions/cc/film.mp4[^"]*" type="video/mp4">', page)
    assert "Video 0:42" in tile
