from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from core.web import express
from feeds.web.home_page import FEED_PAGE
from tests.factories import make_follow, make_like, make_post, make_user


@pytest.fixture
def reader(db: None) -> User:
    """Follows boris, who has more posts than fit on two pages; nothing is left to be noted about them."""
    alma, boris = make_user("alma"), make_user("boris")
    make_follow(alma, boris)
    make_follow(boris, alma)
    now = timezone.now()
    posts = [make_post(boris, at=now - timedelta(hours=hours), tags=("sea",)) for hours in range(1, 2 * FEED_PAGE + 3)]
    make_like(alma, posts[1])
    make_post(make_user("dora"))
    return alma


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that the express way has answered in this test."""
    paths: list[str] = []

    def watched(answer: express.Answer) -> express.Answer:
        def watch(request: HttpRequest) -> HttpResponse | None:
            response = answer(request)
            paths.extend([request.path] if response is not None else [])
            return response

        return watch

    for path, answer in express._answers.items():
        monkeypatch.setitem(express._answers, path, watched(answer))
    return paths
