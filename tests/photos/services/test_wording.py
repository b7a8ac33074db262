from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Value

from accounts.models import User
from accounts.services.profiles import edit_profile
from accounts.services.usernames import rename_user
from photos.models import KnownWord, Place, Post, PostWords
from photos.services import wording
from photos.services.posts import edit_post
from photos.services.wording import catch_up
from photos.tasks import index_words
from tests.conftest import Settled
from tests.factories import make_post


def kept(post: Post) -> str:
    """Without the marks that operators find a post by, and without its author."""
    words = str(PostWords.objects.values_list("words", flat=True).get(post=post)).split()
    return " ".join(word for word in words if word[1] not in "@#%~" and word != "'alma':15000")


def test_words_of_a_post_are_kept_with_it(alma: User) -> None:
    post = make_post(alma, title="Kiln", caption="Quiet", tags=("raku",))

    assert kept(post) == "'kiln':1A 'quiet':5000C 'raku':200B"


def test_edit_keeps_the_new_words_alone(alma: User) -> None:
    post = make_post(alma, title="Kiln", tags=("raku",))

    edit_post(alma, post, {"title": "Wheel"})

    assert kept(post) == "'raku':200B 'wheel':1A"


def test_words_go_with_the_post(alma: User) -> None:
    make_post(alma, title="Kiln").delete()

    assert PostWords.objects.count() == 0


def test_catching_up_finds_what_another_version_wrote_or_edited_and_nothing_else(
    alma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "BATCH", 2)
    posts = [make_post(alma, title=f"Kiln {number}", tags=("raku",)) for number in range(5)]
    PostWords.objects.filter(post=posts[1]).delete()
    indexed = PostWords.objects.get(post=posts[3]).indexed_at
    Post.objects.filter(pk=posts[3].pk).update(title="Wheel", edited_at=indexed + (indexed - posts[0].created_at))
    PostWords.objects.filter(post=posts[4]).update(rules=0)

    assert (catch_up(), catch_up()) == (3, 1)  # the edit is of the future

    assert [kept(posts[1]), kept(posts[3])] == ["'1':2A 'kiln':1A 'raku':200B", "'raku':200B 'wheel':1A"]


@pytest.mark.parametrize(("arguments", "answer"), [([], "0 posts."), (["--all"], "3 posts.")])
def test_command_catches_up_or_makes_everything_anew(alma: User, arguments: list[str], answer: str) -> None:
    for _ in range(3):
        make_post(alma, title="Kiln")
    out = StringIO()

    call_command("index_words", *arguments, stdout=out)

    assert out.getvalue() == f"{answer}\n"


def test_everything_anew_replaces_what_is_kept(alma: User) -> None:
    post = make_post(alma, title="Kiln")
    PostWords.objects.update(words=Value("'other':1A"))

    catch_up(everything=True)

    assert kept(post) == "'kiln':1A"


def test_task_catches_up(alma: User) -> None:
    post = make_post(alma, title="Kiln")
    PostWords.objects.all().delete()

    index_words()

    assert kept(post) == "'kiln':1A"


def test_migration_makes_the_words_of_all_posts_anew(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("photos.migrations.0014_search_words")
    monkeypatch.setattr(migration, "CHUNK", 2)
    posts = [make_post(alma, title="Kiln", tags=("raku",), location_name="Porto") for _ in range(3)]
    before = list(PostWords.objects.order_by("pk").values_list("words", flat=True))
    PostWords.objects.filter(post=posts[0]).delete()
    PostWords.objects.filter(post=posts[1]).update(words=Value("'kiln':1A"), rules=0)
    KnownWord.objects.all().delete()
    Place.objects.all().delete()

    for _ in ("the first time", "again"):
        migration.keep_words(apps, None)

    assert list(PostWords.objects.order_by("pk").values_list("words", flat=True)) == before
    assert set(KnownWord.objects.values_list("pk", flat=True)) == {"kiln", "raku"}
    assert list(Place.objects.values_list("slug", flat=True)) == ["porto"]


def test_new_name_of_a_person_is_kept_with_all_their_posts(alma: User, settled: Settled) -> None:
    post = make_post(alma, title="Kiln")

    with settled():
        edit_profile(alma, {"display_name": "Alma Brandt"})
    with settled():
        rename_user(alma, "brandt")

    words = PostWords.objects.get(post=post).words
    assert "'brandt':15000,15002" in words
    assert "'alma':15001" in words


def test_words_and_places_of_no_post_are_forgotten(alma: User) -> None:
    make_post(alma, title="Kiln", location_name="Porto")
    make_post(alma, title="Wheel", tags=("raku",), location_name="Lisbon").delete()

    index_words()

    assert list(KnownWord.objects.values_list("pk", flat=True)) == ["kiln"]
    assert list(Place.objects.values_list("slug", flat=True)) == ["porto"]


def test_words_are_kept_of_a_post_that_fills_every_limit(alma: User) -> None:
    tags = tuple(f"{number:02}" + "t" * 62 for number in range(30))

    post = make_post(alma, title="東" * 120, caption="a b " * 550, tags=tags)

    assert len(kept(post).split()) == 2 + 30 + 2
