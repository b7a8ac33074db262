"""People of every rank, and a case with a report."""

import pytest

from accounts.models import User
from moderation.models import Case
from moderation.services.reports import report_post
from moderation.services.roles import set_role
from photos.models import Post
from tests.factories import make_post, make_user


@pytest.fixture
def moderator(db: None) -> User:
    return set_role(None, make_user("moderator"), "moderator")


@pytest.fixture
def administrator(db: None) -> User:
    return set_role(None, make_user("administrator"), "administrator")


@pytest.fixture
def superuser(db: None) -> User:
    return make_user("superuser", is_staff=True, is_superuser=True)


@pytest.fixture
def post(alma: User) -> Post:
    return make_post(alma, title="Shelf")


@pytest.fixture
def case(post: Post, boris: User) -> Case:
    """Of a post by alma, which boris has reported."""
    return report_post(boris, post.pk, category="spam", note="Again and again.").case
