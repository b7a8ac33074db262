from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Value

from accounts.models import User
from photos.models import Post, PostWords
from photos.services import wording
from photos.services.posts import edit_post
from photos.services.wording import catch_up
from photos.tasks import index_words
from tests.factories import make_post


def kept(post: Post) -> str:
    return str(PostWords.objects.values_list("words", flat=True).get(post=post))


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
    PostWords.objects.filter(post=posts[4]).update(near=[])

    assert (catch_up(), catch_up()) == (2, 1)  # the edit is of the future

    assert [kept(posts[1]), kept(posts[3])] == ["'1':2A 'kiln':1A 'raku':200B", "'raku':200B 'wheel':1A"]
    assert PostWords.objects.get(post=posts[4]).near == []


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


def test_migration_keeps_the_words_of_posts_that_have_none(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("photos.migrations.0008_words_of_posts")
    monkeypatch.setattr(migration, "CHUNK", 2)
    posts = [make_post(alma, title="Kiln", tags=("raku",)) for _ in range(5)]
    PostWords.objects.exclude(post=posts[1]).delete()

    for _ in ("the first time", "again"):
        migration.keep_words(apps, None)

    assert [kept(post) for post in posts] == ["'kiln':1A 'raku':200B"] * 5


def test_words_are_kept_of_a_post_that_fills_every_limit(alma: User) -> None:
    tags = tuple(f"{number:02}" + "t" * 62 for number in range(30))

    post = make_post(alma, title="東" * 120, caption="a b " * 550, tags=tags)

    assert len(kept(post).split()) == 2 + 30 + 2
