import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client, RequestFactory
from pytest_django import Settings

from core.web.styleguide import styleguide


def test_styleguide_shows_every_component_without_a_database(settings: Settings) -> None:
    settings.STYLEGUIDE = True
    request = RequestFactory().get("/styleguide/")
    request.user = AnonymousUser()

    response = styleguide(request)

    assert response.status_code == 200
    assert [name for name in ("<article", 'class="person', "<form") if name not in response.text] == []


def test_styleguide_is_missing_where_it_is_off(client: Client, settings: Settings) -> None:
    settings.STYLEGUIDE = False

    with pytest.raises(Http404):
        styleguide(RequestFactory().get("/styleguide/"))
