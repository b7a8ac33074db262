import pytest
from django.test import RequestFactory

from core.web.redirects import safe_next, see_other

OWN = ["/", "/p/1/", "/@alma/?view=contact", "/a?next=https://evil.example.org", "/ä", "/%2F/evil.example.org"]
FOREIGN = [
    "",
    "https://evil.example.org/",
    "http:evil.example.org",
    "//evil.example.org",
    "///evil.example.org",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "/\t/evil.example.org",
    "/\n/evil.example.org",
    " //evil.example.org",
    "\x00//evil.example.org",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example.org",
    "http://testserver@evil.example.org/",
    "https://testserver/p/1/",
]


@pytest.mark.parametrize("target", OWN)
def test_next_on_this_site_is_where_to_go(target: str) -> None:
    assert safe_next(RequestFactory().get("/login/", {"next": target}), "/home/") == target


@pytest.mark.parametrize("target", FOREIGN)
def test_next_elsewhere_is_ignored(target: str) -> None:
    assert safe_next(RequestFactory().get("/login/", {"next": target}), "/home/") == "/home/"
    assert safe_next(RequestFactory().post("/login/", {"next": target}), "/home/") == "/home/"


def test_next_in_the_form_goes_before_next_in_the_address() -> None:
    request = RequestFactory().post("/login/?next=/a/", {"next": "/b/"})

    assert safe_next(request, "/home/") == "/b/"


def test_next_with_a_line_break_writes_no_header() -> None:
    response = see_other("/a\r\nSet-Cookie: x=1")

    assert (response.status_code, response["Location"]) == (303, "/a%0D%0ASet-Cookie:%20x=1")
