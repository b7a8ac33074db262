import io
from pathlib import Path

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.profiles import set_account_private
from photos.models import Post, Rendition
from photos.services.avatars import change_avatar, change_header
from photos.services.rekeying import SWEEP_AFTER, rekey_avatar, rekey_post, sweep_rekeys
from photos.tasks import rekey_posts
from tests.conftest import Settled
from tests.factories import make_post
from tests.images import jpeg
from tests.photos.services.test_posts import addresses, answers
from tests.uploads import publish, stored


def keys(post: Post) -> list[str]:
    return sorted(Rendition.objects.filter(media__post=post).values_list("key", flat=True))


def test_rekey_post_moves_every_file_and_leaves_none_behind(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        post = publish(alma)
    old, contents = keys(post), {(media_folders / "renditions" / key).read_bytes() for key in keys(post)}

    with settled():
        rekey_post(post.pk)

    assert set(keys(post)) & set(old) == set()
    assert stored(media_folders)["renditions"] == keys(post)
    assert {(media_folders / "renditions" / key).read_bytes() for key in keys(post)} == contents


def test_rekey_posts_task_delivered_twice_leaves_one_file_for_each_row(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma)

    with settled():
        rekey_posts(post_ids=[post.pk])
        rekey_posts(post_ids=[post.pk])

    assert stored(media_folders)["renditions"] == keys(post)


def test_rekey_post_with_a_file_missing_moves_the_others(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        post = publish(alma)
    missing = keys(post)[0]
    (media_folders / "renditions" / missing).unlink()

    with settled():
        rekey_post(post.pk)

    assert [key for key in keys(post) if key == missing] == [missing]
    assert len(stored(media_folders)["renditions"]) == 3


def test_rekey_post_of_a_post_that_is_gone_does_nothing(alma: User, settled: Settled) -> None:
    post = make_post(alma)
    before = keys(post)

    with settled():
        rekey_posts(post_ids=[4711])

    assert keys(post) == before


def test_rekey_post_leaves_what_is_the_face_of_the_account(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma)
    with settled():
        change_avatar(alma, io.BytesIO(jpeg()), size=len(jpeg()))
        change_header(alma, io.BytesIO(jpeg()), size=len(jpeg()))
    before = set(keys(post))

    with settled():
        rekey_post(post.pk)

    alma.refresh_from_db()
    assert len(alma.shown_keys) == 2
    assert set(alma.shown_keys) <= before & set(keys(post))


def test_account_made_private_kills_old_addresses_of_its_open_posts(
    alma: User, settled: Settled, client: Client
) -> None:
    with settled():
        posts = [publish(alma, jpeg(seed=1)), publish(alma, jpeg(seed=2), audience="unlisted")]
    old = [url for post in posts for url in addresses(post)]

    with settled():
        set_account_private(alma, True)

    assert answers(client, old) == {404}


def test_sweep_moves_the_files_of_a_post_whose_task_got_lost(alma: User, settled: Settled, client: Client) -> None:
    with settled():
        post = publish(alma)
    old = addresses(post)
    long_ago = timezone.now() - SWEEP_AFTER * 2
    Post.objects.filter(pk=post.pk).update(rekey_wanted_at=long_ago)

    with settled():
        assert sweep_rekeys() == 1

    assert answers(client, old) == {404}
    assert Post.objects.get().rekey_wanted_at is None
    assert sweep_rekeys() == 0


def test_account_closed_while_a_new_profile_picture_is_developed_moves_the_old_one(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        change_avatar(alma, io.BytesIO(jpeg()), size=len(jpeg()))
    alma.refresh_from_db()
    old, data = alma.avatar_key, jpeg(seed=1)

    change_avatar(alma, io.BytesIO(data), size=len(data))
    with settled():
        rekey_avatar(alma.pk)

    alma.refresh_from_db()
    assert alma.avatar_key != old
    assert (media_folders / "renditions" / alma.avatar_key).is_file()
    assert not (media_folders / "renditions" / old).exists()


def test_rekey_post_leaves_the_profile_picture_that_is_shown_until_the_next_is_ready(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma)
        change_avatar(alma, io.BytesIO(jpeg()), size=len(jpeg()))
    data = jpeg(seed=1)

    change_avatar(alma, io.BytesIO(data), size=len(data))
    with settled():
        rekey_post(post.pk)

    alma.refresh_from_db()
    assert (media_folders / "renditions" / alma.avatar_key).is_file()
