"""Real uploads through the services, and what then lies in the folders of a test."""

import io
from pathlib import Path
from typing import Any

from accounts.models import User
from photos.models import Media, Post
from photos.services.drafts import PostDraft
from photos.services.posts import create_post
from photos.services.uploads import accept_upload
from tests.images import jpeg

STORAGES = ("originals", "originals-copy", "renditions")


def upload(owner: User, data: bytes | None = None, **options: Any) -> Media:
    """Keep these bytes (or a small JPEG) for `owner`, as both the page and the API do."""
    sent = jpeg() if data is None else data
    return accept_upload(owner, io.BytesIO(sent), size=len(sent), **options)[0]


def publish(author: User, *pictures: bytes, **words: Any) -> Post:
    """A post of real uploads. Call inside `settled()`, so that a worker develops them."""
    ids = [upload(author, data).pk for data in pictures or (jpeg(),)]
    return create_post(author, media_ids=ids, draft=PostDraft(**words))


def stored(folder: Path) -> dict[str, list[str]]:
    """The names of all files in each storage that has any; half-written ones too."""
    found = {
        alias: sorted(
            path.relative_to(folder / alias).as_posix() for path in (folder / alias).rglob("*") if path.is_file()
        )
        for alias in STORAGES
    }
    return {alias: names for alias, names in found.items() if names}
