"""What a frozen person had begun before is finished."""

from accounts.models import User
from accounts.services.standing import freeze_account
from photos.models import Post
from tests.conftest import Settled
from tests.factories import make_user
from tests.uploads import publish


def test_post_that_was_sent_before_its_author_was_frozen_goes_out(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma)
        freeze_account(make_user("warden", is_staff=True), alma)

    assert Post.objects.get(pk=post.pk).state == "published"
