"""How long a hidden post takes to be denied, beside one that was never there: nobody may tell them apart by it."""

from collections.abc import Callable

from django.test import Client

from bench.content import Reader, make_reader
from bench.pairs import medians
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
    """Medians of hidden and missing, and how much they differ."""

    def ask(post_id: int) -> None:
        response = client.get(path(post_id), headers={"Host": "localhost"})
        if response.status_code != 404:
            raise RuntimeError(f"{path(post_id)}: {response.status_code}")

    first, second = medians(lambda: ask(hidden.pk), lambda: ask(new_id(hidden.author_id)), rounds=ROUNDS)
    return first, second, abs(first - second) / second * 100
