"""Share links and ways out, under /rest/v1/posts/{id} and /rest/v1/share-links."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Call, Parameter
from core.api.idempotency import answer_once
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import InvalidInput
from core.paging import refuse_cursor
from photos.access import get_own_album, get_own_post, get_post_for
from sharing.api.answers import ShareLinkAnswer, ShareLinkPage, ShareTargets
from sharing.api.serializers import ShareLinkInput
from sharing.offers import offer_post
from sharing.representations import represent_link, represent_offer
from sharing.selectors import links_page, links_to
from sharing.services.links import MOST_LINKS, Shared, create_link, revoke_link
from sharing.targets import clean_host

HOST = Parameter("host", "The host of a Mastodon server, so that its `url` is ready.", example="mastodon.social")
TARGETS = Call(
    name="listShareTargets",
    summary="The ways to other sites",
    answer=ShareTargets,
    parameters=(HOST,),
    problems=(410, 422),
)


class PostLinksView(ApiView):
    calls = {
        "get": Call(
            name="listPostLinks", summary="The links to a post of yours", answer=ShareLinkPage, problems=(410,)
        ),
        "post": Call(
            name="createPostLink",
            summary="Make a link to a post of yours",
            takes=ShareLinkInput,
            may_be_empty=True,
            answer=ShareLinkAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409, 410),
        ),
    }

    def get(self, request: PersonRequest, post_id: int) -> Response:
        return links_answer(request, get_own_post(request.user, post_id))

    def post(self, request: PersonRequest, post_id: int) -> Response:
        return made_answer(request, get_own_post(request.user, post_id))


class AlbumLinksView(ApiView):
    """A link to an album shows what is published in it, but for what is for its owner alone."""

    calls = {
        "get": Call(name="listAlbumLinks", summary="The links to an album of yours", answer=ShareLinkPage),
        "post": Call(
            name="createAlbumLink",
            summary="Make a link to an album of yours",
            takes=ShareLinkInput,
            may_be_empty=True,
            answer=ShareLinkAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
        ),
    }

    def get(self, request: PersonRequest, album_id: int) -> Response:
        return links_answer(request, get_own_album(request.user, album_id))

    def post(self, request: PersonRequest, album_id: int) -> Response:
        return made_answer(request, get_own_album(request.user, album_id))


class PostTargetsView(ApiView):
    public = True
    calls = {"get": TARGETS}

    def get(self, request: Request, post_id: int) -> Response:
        host = host_in(request)
        return Response(represent_offer(offer_post(get_post_for(request.user, post_id)), host=host))


class LinkListView(ApiView):
    calls = {"get": Call(name="listLinks", summary="Your links, the newest first", answer=ShareLinkPage)}

    def get(self, request: PersonRequest) -> Response:
        page = links_page(request.user, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, [represent_link(link) for link in page.items], page.next_cursor)


class LinkView(ApiView):
    calls = {"delete": Call(name="revokeLink", summary="End a link; it opens nothing any more")}

    def delete(self, request: PersonRequest, link_id: int) -> Response:
        revoke_link(request.user, link_id)
        return Response(status=204)


def links_answer(request: PersonRequest, shared: Shared) -> Response:
    """All of them: there are MOST_LINKS at most."""
    refuse_cursor(page_cursor(request))
    links = links_to(request.user, shared)[: min(page_limit(request), MOST_LINKS)]
    return page_answer(request, [represent_link(link) for link in links], "")


def made_answer(request: PersonRequest, shared: Shared) -> Response:
    sent = ShareLinkInput(data=request.data)
    sent.is_valid(raise_exception=True)

    def create() -> Response:
        return Response(represent_link(create_link(request.user, shared, sent.wish())), status=201)

    return answer_once(request, request.user.pk, request.data, create)


def host_in(request: Request) -> str:
    typed = request.query_params.get("host", "")
    host = clean_host(typed)
    if typed and not host:
        raise InvalidInput.field("host", "That is not the host of a server.", code="host_invalid")
    return host
