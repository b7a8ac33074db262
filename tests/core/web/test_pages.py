"""The small parts that every page view uses."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from pytest_django import Settings

from core.exceptions import FieldError, InvalidInput, NotAllowed
from core.web.context import site
from core.web.forms import add_errors
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.uploads import too_large_files


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "false"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_fragment_is_for_htmx_unless_it_goes_back_in_history(headers: dict[str, str], wanted: bool) -> None:
    assert wants_fragment(RequestFactory().get("/", headers=headers)) is wanted


@pytest.mark.parametrize(
    ("path", "cursor", "url"),
    [
        ("/a/", "", ""),
        ("/a/", "xyz", "/a/?cursor=xyz"),
        ("/a/?view=contact&cursor=old", "x&y", "/a/?view=contact&cursor=x%26y"),
    ],
)
def test_next_page_keeps_the_other_parameters(path: str, cursor: str, url: str) -> None:
    assert next_page_url(RequestFactory().get(path), cursor) == url


class Form(forms.Form):
    title = forms.CharField()


def test_refusal_of_a_field_stands_beside_it_and_of_another_on_top() -> None:
    form = Form({"title": "x"})
    error = InvalidInput(errors=[FieldError("title", "long", "Too long."), FieldError("media", "gone", "It is gone.")])

    add_errors(form, error)

    assert form.errors == {"title": ["Too long."], "__all__": ["It is gone."]}


def test_refusal_without_fields_stands_on_top() -> None:
    form = Form({"title": "x"})

    add_errors(form, NotAllowed("Not you."))

    assert form.errors == {"__all__": ["Not you."]}


@pytest.mark.parametrize(
    ("cookie", "theme"), [("", "system"), ("dark", "dark"), ("light", "light"), ("pink", "system")]
)
def test_theme_of_a_page_is_one_of_ours(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/", headers={"Cookie": f"theme={cookie}"})

    assert site(request)["theme"] == theme


def test_file_beyond_the_limit_is_dropped_and_remembered_by_name(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 2000
    files = [SimpleUploadedFile("small.jpg", b"x" * 2000), SimpleUploadedFile("large.jpg", b"x" * 2001)]
    request = RequestFactory().post("/new/", {"files": files, "title": "two"})

    received = [(file.name, file.size) for file in request.FILES.getlist("files")]

    assert (received, too_large_files(request)) == ([("small.jpg", 2000)], ["large.jpg"])
    assert request.POST["title"] == "two"
    request.close()
