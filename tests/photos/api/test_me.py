import pytest

from accounts.models import User
from tests.conftest import AsApp
from tests.factories import make_media


@pytest.mark.parametrize(("quota", "told"), [(5000, 5000), (0, None), (None, 20 * 1024**3)])
def test_me_tells_how_much_room_is_used_and_there(
    as_app: AsApp, alma: User, boris: User, quota: int | None, told: int | None
) -> None:
    User.objects.filter(pk=alma.pk).update(quota_bytes=quota)
    make_media(alma)
    make_media(alma, bytes=234)
    make_media(boris)

    answer = as_app(alma).get("/rest/v1/me").json()

    assert answer["storage"] == {"used_bytes": 1234, "quota_bytes": told}


def test_room_of_a_person_is_nobody_elses_to_know(as_app: AsApp, alma: User, boris: User) -> None:
    answer = as_app(boris).get("/rest/v1/users/alma").json()

    assert {"storage", "show_camera", "email"} & set(answer) == set()
