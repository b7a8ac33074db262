from django.test import Client
from django.utils import timezone

from accounts.models import User
from photos.models import OriginalCopy
from tests.conftest import AsUser
from tests.factories import make_media

MB = 1024**2


def test_storage_page_shows_what_is_used_of_the_quota(as_user: AsUser, alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(quota_bytes=20 * MB)
    make_media(alma, bytes=5 * MB)

    response = as_user(alma).get("/settings/storage/")

    assert response.status_code == 200
    assert "5 MB of your 20 MB are used." in response.text
    assert '<progress max="100" value="25"' in response.text
    assert "Copies being repaired" not in response.text


def test_storage_page_without_a_limit_has_no_bar(as_user: AsUser, alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(quota_bytes=0)

    text = as_user(alma).get("/settings/storage/").text

    assert "0 bytes are used. There is no limit." in text
    assert "<progress" not in text


def test_storage_page_tells_of_damaged_copies(as_user: AsUser, alma: User) -> None:
    make_media(alma)
    OriginalCopy.objects.filter(storage="originals").update(damaged_at=timezone.now())

    assert "Copies being repaired" in as_user(alma).get("/settings/storage/").text


def test_storage_page_sends_a_stranger_to_log_in(client: Client, db: None) -> None:
    response = client.get("/settings/storage/")

    assert (response.status_code, response["Location"]) == (302, "/login/?next=%2Fsettings%2Fstorage%2F")
