"""A browser of the tests that needs no Chromium: cookies and forms, as one without scripts has them."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from urllib.error import HTTPError

from tests.e2e.people import PASSWORD


class Browser:
    """Somebody is logged in. Cookies are those of localhost, whatever the port."""

    def __init__(self, origin: str, username: str) -> None:
        self.origin = origin
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self.send("/login/", "/login/", username=username, password=PASSWORD)

    def read(self, path: str) -> str:
        """The page; urllib's HTTPError when it is none."""
        return self._open(f"{self.origin}{path}")

    def send(self, page: str, path: str, **fields: str) -> str:
        """What a form on `page` answers that is sent to `path`."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.read(page))
        assert token
        form = {**fields, "csrfmiddlewaretoken": token[1]}
        return self._open(f"{self.origin}{path}", urllib.parse.urlencode(form).encode())

    def is_in(self, origin: str) -> list[bool]:
        """Whether the site at `origin` takes it for somebody: on a page of settings, and in the feed of the API."""
        known = []
        for path, word in (("/settings/sessions/", '<div class="settings">'), ("/rest/v1/feed", '"results"')):
            try:
                known.append(word in self._open(origin + path))
            except HTTPError as error:
                if error.code != 401:
                    raise
                known.append(False)
        return known

    def _open(self, address: str, body: bytes | None = None) -> str:
        with self._opener.open(address, body, timeout=30) as answer:
            text: str = answer.read().decode()
        return text
