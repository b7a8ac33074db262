"""The main job through the REST API alone: from sign-up to a picture in somebody else's feed, and back out again."""

import io
from typing import Any

import pytest
from PIL import Image

from engines.temporary import TemporarySite
from tests.e2e.hour import Hour
from tests.e2e.people import publish, sign_up, small_post
from tests.e2e.photographs import Photograph
from tests.e2e.rest import Rest

FORBIDDEN_KEYS = {"exif", "xmp", "icc_profile", "photoshop", "comment"}


def upload_all(author: Rest, photographs: list[Photograph]) -> list[dict[str, Any]]:
    answers = [author.upload(each.name, each.content_type, each.data, alt_text=each.alt_text) for each in photographs]
    assert [answer.status for answer in answers] == [201] * len(photographs)
    return [answer.json for answer in answers]


def feed(reader: Rest, query: str = "") -> list[str]:
    return [entry["post"]["id"] for entry in reader.call("GET", f"feed{query}").json["results"]]


def test_six_photographs_sent_through_the_api_reach_a_followers_feed_developed_and_clean(
    site: TemporarySite, hour: Hour, photographs: list[Photograph]
) -> None:
    author_name, author = sign_up(site, "alma")
    _, reader = sign_up(site, "boris")

    uploads = upload_all(author, photographs)
    followed = reader.call("PUT", f"users/{author_name}/follow").json
    words = {"title": "Six frames", "caption": "All of a #roll", "tags": ["kiln"], "audience": "followers"}
    post = publish(author, [media["id"] for media in uploads], **words)
    hour.strike(int(reader.call("GET", "me").json["id"]), int(post["id"]))
    shown = reader.call("GET", "feed").json["results"][0]["post"]

    assert followed["relationship"]["following"] is True
    assert [media["sha256"] for media in uploads] == [each.sha256 for each in photographs]
    assert [len(media["receipt"]["copies"]) for media in uploads] == [2] * 6
    assert (shown["id"], shown["title"], shown["tags"]) == (post["id"], "Six frames", ["kiln", "roll"])
    assert [media["alt_text"] for media in shown["media"]] == [each.alt_text for each in photographs]
    assert [(media["width"], media["height"]) for media in shown["media"]] == [
        (each.width, each.height) for each in photographs
    ]
    for media, photograph in zip(shown["media"], photographs, strict=True):
        check_renditions(reader, media, photograph)
        check_original(author, reader, media["id"], photograph)


def check_renditions(reader: Rest, media: dict[str, Any], photograph: Photograph) -> None:
    """Each decodes in the size it claims, is no larger than the original, and carries pixels and nothing else."""
    names = {rendition["name"] for rendition in media["renditions"]}
    assert len(media["renditions"]) == 2 * len(names)
    assert {"square", "w320", "w640"} <= names
    for rendition in media["renditions"]:
        answer = reader.fetch(rendition["url"])
        with Image.open(io.BytesIO(answer.body)) as image:
            image.load()
            found = (Image.MIME[image.format or ""], image.size, len(answer.body))
            assert dict(image.getexif()) == {}
            assert not FORBIDDEN_KEYS & set(image.info)
        assert found == (
            rendition["content_type"],
            (rendition["width"], rendition["height"]),
            rendition["bytes"],
        )
        assert rendition["width"] <= photograph.width


def check_original(author: Rest, reader: Rest, media_id: str, photograph: Photograph) -> None:
    """The owner gets the very bytes back; to somebody else it is as if there were none."""
    own = author.call("GET", f"media/{media_id}/original")
    foreign = reader.call("GET", f"media/{media_id}/original")

    assert own.body == photograph.data
    assert own.headers["content-disposition"].startswith("attachment")
    assert foreign.status == 404


def test_feed_pages_through_the_api_have_every_post_once_and_show_later_likes(site: TemporarySite) -> None:
    author_name, author = sign_up(site, "carla")
    _, reader = sign_up(site, "dana")
    reader.call("PUT", f"users/{author_name}/follow")
    ids = [small_post(author, seed=number)["id"] for number in range(5)]

    found, address = [], f"{site.origin}/rest/v1/feed?ranking=latest&limit=2"
    while address:
        page = reader.fetch(address).json
        found += [entry["post"]["id"] for entry in page["results"]]
        address = page["next"]
    liked = reader.call("PUT", f"posts/{ids[0]}/like").json
    likers = [person["id"] for person in author.call("GET", f"posts/{ids[0]}/likes").json["results"]]

    assert found == ids[::-1]
    assert (liked["like_count"], liked["viewer"]["liked"]) == (1, True)
    assert likers == [reader.call("GET", "me").json["id"]]
    assert reader.call("DELETE", f"posts/{ids[0]}/like").json["like_count"] == 0


def test_deleted_post_leaves_the_feed_waits_in_the_trash_and_comes_back_whole(site: TemporarySite) -> None:
    author_name, author = sign_up(site, "elif")
    _, reader = sign_up(site, "finn")
    reader.call("PUT", f"users/{author_name}/follow")
    post = small_post(author, seed=7, title="Kept")
    reader.call("PUT", f"posts/{post['id']}/like")

    deleted = author.call("DELETE", f"posts/{post['id']}").status
    gone = (feed(reader), reader.call("GET", f"posts/{post['id']}").status)
    trash = [item["id"] for item in author.call("GET", "trash").json["results"]]
    restored = author.call("POST", f"posts/{post['id']}/restore").json

    assert (deleted, gone, trash) == (204, ([], 404), [post["id"]])
    assert (restored["id"], restored["url"], restored["like_count"]) == (post["id"], post["url"], 1)
    assert reader.call("GET", f"posts/{post['id']}").json["viewer"]["liked"] is True
    assert feed(reader, "?ranking=latest") == [post["id"]]


@pytest.mark.parametrize(("answer", "following", "shown"), [("PUT", True, 1), ("DELETE", False, 0)])
def test_private_account_shows_its_posts_only_to_whom_it_accepts(
    site: TemporarySite, answer: str, following: bool, shown: int
) -> None:
    owner_name, owner = sign_up(site, "gita")
    reader_name, reader = sign_up(site, "hans")
    owner.call("PATCH", "me", {"is_private": True})
    post = small_post(owner, seed=9)

    asked = reader.call("PUT", f"users/{owner_name}/follow").json["relationship"]
    before = (reader.call("GET", f"posts/{post['id']}").status, feed(reader))
    waiting = [person["username"] for person in owner.call("GET", "follow-requests").json["results"]]
    answered = owner.call(answer, f"follow-requests/{reader_name}").status

    now = reader.call("GET", f"users/{owner_name}").json["relationship"]
    assert (asked["requested"], asked["following"], waiting, answered) == (True, False, [reader_name], 200)
    assert before == (404, [])
    assert (now["following"], now["requested"]) == (following, False)
    assert feed(reader) == [post["id"]] * shown
