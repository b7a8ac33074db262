"""How long a hidden post takes to be denied, beside one that was never there: nobody may tell them apart by it."""

import statistics
import time
from collections.abc import Callable

from django.test import Client

from accounts.models import User
from bench.content import Reader, make_reader
from bench.tables import print_table
from core.ids import to_code
from core.models import new_id
from photos.models import Post

ROUNDS = 400


def main() -> None:
    reader = make_reader()
    hidden = reader.posts[0]
    Post.objects.filter(pk=hidden.pk).update(audience=Post.Audience.ONLY_ME)
    rows = [[name, *compare(client, path, hidden)] for name, client, path in surfaces(reader)]
    print_table(
        "Denied, median of one request in milliseconds", ["surface", "hidden", "missing", "difference, %"], rows
    )


def surfaces(reader: Reader) -> list[tuple[str, Client, Callable[[int], str]]]:
    browser = Client(headers={"Cookie": f"session={reader.session}"})
    program = Client(headers={"Authorization": f"Bearer {reader.token}"})
    return [
        ("Post, signed in", browser, lambda post: f"/p/{to_code(post)}/"),
        ("Post, visitor", Client(), lambda post: f"/p/{to_code(post)}/"),
        ("Likers, signed in", browser, lambda post: f"/p/{to_code(post)}/likes/"),
        ("Edit, signed in", browser, lambda post: f"/p/{to_code(post)}/edit/"),
        ("API post", program, lambda post: f"/rest/v1/posts/{post}"),
    ]


def compare(client: Client, path: Callable[[int], str], hidden: Post) -> tuple[float, float, float]:
    """Medians of hidden and missing, asked in turn, and how much they differ."""
    took: tuple[list[float], list[float]] = [], []
    owner = User(pk=hidden.author_id)
    for _ in range(ROUNDS):
        for times, post_id in zip(took, (hidden.pk, new_id(owner.pk)), strict=True):
            started = time.perf_counter()
            response = client.get(path(post_id), headers={"Host": "localhost"})
            times.append((time.perf_counter() - started) * 1000)
            if response.status_code != 404:
                raise RuntimeError(f"{path(post_id)}: {response.status_code}")
    first, second = (statistics.median(times) for times in took)
    return first, second, abs(first - second) / second * 100
