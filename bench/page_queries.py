"""SQL queries and Valkey commands of the pages people open most. Counted, so the same on every machine."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.content import Reader, make_reader
from bench.tables import print_table
from core.valkey import valkey
from photos.cards import post_url


def main() -> None:
    rows = [[name, *count(client, path)] for name, client, path in pages(make_reader())]
    print_table("Each page, signed in, its feed built", ["page", "kB", "SQL queries", "Valkey commands"], rows)


def pages(reader: Reader) -> list[tuple[str, Client, str]]:
    browser = Client(headers={"Cookie": f"session={reader.session}"})
    program = Client(headers={"Authorization": f"Bearer {reader.token}"})
    post = reader.posts[0]
    author = post.author.username
    return [
        ("Home, Top, 8 posts", browser, "/?ranking=top"),
        ("Home, Latest, 8 posts", browser, "/?ranking=latest"),
        ("Profile, 20 posts", browser, f"/@{author}/"),
        ("Post", browser, post_url(post)),
        ("API feed, Top, 20 posts", program, "/rest/v1/feed?limit=20"),
        ("API feed, Top, 5 posts", program, "/rest/v1/feed?limit=5"),
        ("API feed, Latest, 20 posts", program, "/rest/v1/feed?limit=20&ranking=latest"),
        ("API post", program, f"/rest/v1/posts/{post.pk}"),
        ("API posts of a person, 20", program, f"/rest/v1/users/{author}/posts?limit=20"),
        ("API person", program, f"/rest/v1/users/{author}"),
    ]


def count(client: Client, path: str) -> tuple[float, int, int]:
    """Size of the answer in kB, SQL queries, Valkey commands; the second time, with everything warm."""
    read(client, path)
    before = commands()
    with CaptureQueriesContext(connection) as queries:
        body = read(client, path)
    return len(body) / 1000, len(queries), commands() - before - 1


def read(client: Client, path: str) -> bytes:
    response = client.get(path, headers={"Host": "localhost"})
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code}")
    return response.content


def commands() -> int:
    """How many the server has carried out so far; asking is one more."""
    return int(valkey().info("stats")["total_commands_processed"])
