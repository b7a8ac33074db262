"""The browser tests walk every page there is: a page that they do not know fails here, without a browser."""

from accounts.models import User
from tests.conftest import AsUser
from tests.e2e.pages import GUARDED_PAGES, NO_PAGES, Arranged, route_of, visitor_pages
from tests.e2e.tour import REACHED_BY_STEPS
from tests.hardening.routes import all_routes, values_of

LEFT_OUT = {route for routes in NO_PAGES.values() for route in routes}
OWN = {"code": "22222222222", "comment": "33333333333", "media": [{"id": "1"}]}


def test_every_page_is_walked(alma: User, as_user: AsUser) -> None:
    client, values = as_user(alma), values_of(alma)
    routes = [each for each in all_routes() if not each.is_api and not each.is_admin and each.pattern not in LEFT_OUT]
    visitor = visitor_pages("alma", "boris", OWN, "33333333333", "44444444444")
    reset, notices = "http://localhost/password/reset/1-key/", ["/notices/1/", "/notices/open/x/"]
    told = ["/settings/notifications/devices/1/", "/unsubscribe/x/"]
    asks, report = "/oauth/authorize", "/comments/1/report/"
    menus, code = [f"/albums/1/{page}/" for page in ("share", "links")], "4WnYz0Qm2tKc8LrVbE1xGa"
    given = [*menus, f"/s/{code}", f"/s/{code}", f"/s/{code}/1/"]
    arranged = Arranged("carla", [], "dora", ["receipt"], reset, asks, notices, report, told, given)

    pages = {each.pattern for each in routes if client.get(each.path(values)).status_code != 405}

    paths = [*visitor.open_pages, *visitor.own_pages, *arranged.open_pages, *arranged.own_pages, *GUARDED_PAGES]
    assert pages == {route_of(path) for path in paths} | REACHED_BY_STEPS


def test_everything_that_is_left_out_is_there() -> None:
    assert LEFT_OUT - {each.pattern for each in all_routes()} == set()
