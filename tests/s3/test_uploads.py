"""Uploads into buckets of a real store: what is in them afterwards, and what people see while parts of it are away."""

import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.ids import to_code
from engines.swift import Swift
from photos.models import Media, Post
from photos.services.trash import purge_post, trash_post
from tests.conftest import Settled
from tests.images import jpeg
from tests.photos.api.test_media import content, problem, send
from tests.photos.web.test_compose import picked, post_form
from tests.s3.buckets import Buckets, buckets_behind_storages
from tests.s3.fetching import fetch
from tests.uploads import publish, upload


@pytest.fixture
def two_stores(s3_store: Swift, three_nodes: Swift, media_folders: Path) -> Iterator[Buckets]:
    """Originals in the one store, their copies in the other."""
    with buckets_behind_storages(s3_store, three_nodes, folder=media_folders) as made:
        yield made


def presigned(text: str, store: Swift) -> list[str]:
    """Every address of the store in a page or in JSON, each once."""
    return sorted(set(re.findall(rf"{re.escape(store.endpoint)}/[^\s\"',]+", unescape(text))))


def is_picture(url: str) -> bool:
    answer = fetch(url)
    return (answer.status, answer.headers["content-type"].startswith("image/")) == (200, True)


def test_upload_puts_the_exact_bytes_into_both_buckets(alma: User, as_app: Any, s3_storages: Buckets) -> None:
    answer = send(as_app(alma), jpeg())

    key = Media.objects.get().original_key
    assert answer.status_code == 201
    assert s3_storages.keys() == {"main": [f"originals/{key}"], "copy": [f"originals/{key}"]}
    assert s3_storages.original(key) == [jpeg(), jpeg()]


def test_page_of_a_post_leads_to_the_store_without_cookies(
    alma: User, client: Client, settled: Settled, s3_storages: Buckets
) -> None:
    with settled():
        post = publish(alma)

    page = client.get(f"/p/{to_code(post.pk)}/")

    urls = presigned(page.content.decode(), s3_storages.store)
    assert (page.status_code, "/media/renditions/" in page.content.decode()) == (200, False)
    assert urls
    assert [url for url in urls if not is_picture(url)] == []


def test_api_gives_addresses_in_the_store(alma: User, as_app: Any, settled: Settled, s3_storages: Buckets) -> None:
    with settled():
        media = upload(alma)

    renditions = as_app(alma).get(f"/rest/v1/media/{media.pk}").json()["renditions"]

    urls = presigned(json.dumps(renditions), s3_storages.store)
    assert sorted(each["url"] for each in renditions) == urls
    assert [url for url in urls if not is_picture(url)] == []


def test_original_is_read_from_the_store_in_parts(alma: User, as_app: Any, s3_storages: Buckets) -> None:
    app, media = as_app(alma), upload(alma)
    url = f"/rest/v1/media/{media.pk}/original"

    whole, part = app.get(url), app.get(url, headers={"Range": "bytes=2-9"})

    assert (whole.status_code, content(whole)) == (200, jpeg())
    assert (part.status_code, content(part)) == (206, jpeg()[2:10])


def test_upload_with_one_node_dead_is_taken(
    alma: User, as_app: Any, s3_storages_on_three_nodes: Buckets, three_nodes: Swift
) -> None:
    three_nodes.stop_node(2)

    answer = send(as_app(alma), jpeg())

    three_nodes.heal()
    assert answer.status_code == 201
    assert s3_storages_on_three_nodes.original(Media.objects.get().original_key) == [jpeg(), jpeg()]


@pytest.mark.parametrize("left", [1, 2, 3])
def test_reading_with_two_nodes_dead_works(
    alma: User, as_app: Any, settled: Settled, s3_storages_on_three_nodes: Buckets, three_nodes: Swift, left: int
) -> None:
    with settled():
        media = upload(alma)
    app = as_app(alma)
    for number in {1, 2, 3} - {left}:
        three_nodes.stop_node(number)

    original = app.get(f"/rest/v1/media/{media.pk}/original")

    renditions = app.get(f"/rest/v1/media/{media.pk}").json()["renditions"]
    assert (original.status_code, content(original)) == (200, jpeg())
    assert [is_picture(each["url"]) for each in renditions] == [True] * len(renditions)


def test_upload_with_two_nodes_dead_is_503_and_leaves_nothing(
    alma: User, as_app: Any, s3_storages_on_three_nodes: Buckets, three_nodes: Swift
) -> None:
    app = as_app(alma)
    three_nodes.stop_node(1)
    three_nodes.stop_node(3)

    answer = send(app, jpeg())

    three_nodes.heal()
    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert (Media.objects.count(), s3_storages_on_three_nodes.keys()) == (0, {})
    assert send(app, jpeg()).status_code == 201


def test_upload_with_the_whole_store_away_is_503_and_works_when_it_is_back(
    alma: User, as_app: Any, s3_storages: Buckets
) -> None:
    app = as_app(alma)
    s3_storages.store.stop()

    answer = send(app, jpeg())

    s3_storages.store.start()
    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert (Media.objects.count(), s3_storages.keys()) == (0, {})
    assert send(app, jpeg()).status_code == 201


def test_new_page_with_the_store_away_is_503_and_posts_nothing(alma: User, as_user: Any, s3_storages: Buckets) -> None:
    browser = as_user(alma)
    s3_storages.store.stop()

    answer = post_form(browser, picked(jpeg()))

    s3_storages.store.start()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert (Post.objects.count(), Media.objects.count(), s3_storages.keys()) == (0, 0, {})


def test_upload_with_the_store_of_the_copies_away_is_503_and_leaves_nothing(
    alma: User, as_app: Any, two_stores: Buckets
) -> None:
    app = as_app(alma)
    two_stores.copy_store.stop()

    answer = send(app, jpeg())

    two_stores.copy_store.start()
    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert (Media.objects.count(), two_stores.keys()) == (0, {})


def test_media_is_developed_from_the_copy_while_the_store_of_the_original_is_away(
    alma: User, settled: Settled, s3_store: Swift, three_nodes: Swift, media_folders: Path
) -> None:
    elsewhere = {"STORAGE_RENDITIONS": f"file://{media_folders / 'renditions'}"}
    with buckets_behind_storages(s3_store, three_nodes, folder=media_folders, variables=elsewhere), settled():
        media = upload(alma)
        s3_store.stop()
    s3_store.start()

    media.refresh_from_db()
    assert media.state == "ready"


@pytest.mark.parametrize("wrong", ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])
def test_upload_with_a_wrong_key_is_503_and_says_in_the_log_which_storage(
    alma: User,
    as_app: Any,
    s3_store: Swift,
    media_folders: Path,
    caplog: pytest.LogCaptureFixture,
    wrong: str,
) -> None:
    app = as_app(alma)

    with buckets_behind_storages(s3_store, folder=media_folders, variables={wrong: "test:nobody"}) as made:
        with caplog.at_level(logging.ERROR):
            answer = send(app, jpeg())
        left = made.keys()

    told = [record for record in caplog.records if record.message == "a copy could not be stored"]
    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert [record.__dict__["storage"] for record in told] == ["originals"]
    assert "403" in str(told[0].exc_info) or "Forbidden" in str(told[0].exc_info)
    assert (Media.objects.count(), left) == (0, {})


def test_purge_leaves_the_buckets_empty(alma: User, settled: Settled, s3_storages: Buckets) -> None:
    with settled():
        post = publish(alma)
    assert sorted(s3_storages.keys()) == ["copy", "main"]

    with settled():
        trash_post(alma, post)
        purge_post(post.pk)

    assert s3_storages.keys() == {}
