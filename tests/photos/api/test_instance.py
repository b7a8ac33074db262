from django.test import Client


def test_instance_tells_anybody_what_it_allows(client: Client, db: None) -> None:
    answer = client.get("/rest/v1/instance")

    body = answer.json()
    assert (answer.status_code, set(body)) == (200, {"name", "version", "limits", "features", "rules"})
    assert body["limits"] == {
        "formats": ["image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "image/avif", "image/heic"],
        "max_bytes": 100 * 1024**2,
        "max_pixels": 100_000_000,
        "max_items": 20,
        "title_length": 120,
        "caption_length": 2200,
        "alt_text_length": 1000,
        "tags": 30,
        "tag_length": 64,
    }
    assert body["features"]["audiences"] == ["public", "unlisted", "followers", "only_me"]
