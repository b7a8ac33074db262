"""What search engines are told about: public posts and open profiles of people who want that, in files of PER_FILE."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from accounts.models import User
from core.ids import MAX_ID
from photos.models import Post

PER_FILE = 5_000
KEPT_SECONDS = 3600
KINDS = ("people", "posts")

Address = tuple[str, datetime | None]  # with the time of its last change, as far as that is known

# Every so manyth id of what is for everybody, so that a file begins at each.
_EDGES = {
    "people": """
        SELECT id FROM (
            SELECT id, row_number() OVER (ORDER BY id) AS place FROM accounts_user
            WHERE is_active AND NOT is_private AND in_engines AND limited_at IS NULL
        ) AS numbered WHERE place %% %s = 1 ORDER BY id
    """,
    "posts": """
        SELECT id FROM (
            SELECT id, row_number() OVER (ORDER BY id) AS place FROM photos_post
            WHERE audience = 'public' AND state = 'published'
        ) AS numbered WHERE place %% %s = 1 ORDER BY id
    """,
}


def sitemap_names() -> list[str]:
    """Such as posts-<first id>: the files that there are. Kept for an hour."""
    kept: list[str] | None = cache.get("sitemaps")
    if kept is None:
        kept = [f"{kind}-{first}" for kind in KINDS for first in _first_ids(kind)]
        cache.set("sitemaps", kept, KEPT_SECONDS)
    return kept


def addresses(kind: str, first_id: int) -> Sequence[Address]:
    """The addresses in one file; the audience rule is asked now, whatever the list of files says."""
    if kind == "people":
        people = User.objects.offered_to(AnonymousUser()).filter(is_private=False, in_engines=True, pk__gte=first_id)
        names = people.order_by("pk").values_list("username", flat=True)[:PER_FILE]
        return [(reverse("feeds:profile", args=[name]), None) for name in names]
    posts = Post.objects.offered_to(AnonymousUser()).filter(
        audience=Post.Audience.PUBLIC, state=Post.State.PUBLISHED, sensitive=False, author__in_engines=True
    )
    rows = posts.filter(pk__gte=first_id, pk__lte=MAX_ID).order_by("pk")
    found = rows.values_list("pk", "edited_at", "published_at")[:PER_FILE]
    return [(reverse("photos:post-detail", args=[pk]), edited or published) for pk, edited, published in found]


def _first_ids(kind: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_EDGES[kind], [PER_FILE])
        return [row[0] for row in cursor.fetchall()]
