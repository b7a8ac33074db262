"""Accounts elsewhere, and what of one's own is posted there: /rest/v1/connections and /posts/{id}/cross-posts."""

from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import ID_PATTERN, Call
from core.api.fields import Flag, Some
from core.api.views import ApiView
from sharing.access import get_connection_for
from sharing.api.network_answers import Connection as ConnectionAnswer
from sharing.api.network_answers import Connections, NetworkPost, NetworkPosts
from sharing.networks import offered
from sharing.representations import represent_connection, represent_cross_post
from sharing.selectors import connections_of, cross_posts_of
from sharing.services.connections import MOST, change_connection, disconnect
from sharing.services.cross_posting import cross_post, retry


class ConnectionInput(serializers.Serializer):  # type: ignore[type-arg]
    automatic = Flag(help_text="Whether what is published for everyone goes there by itself.")

    example = {"automatic": True}


class CrossPostInput(serializers.Serializer):  # type: ignore[type-arg]
    connections = Some(
        child=serializers.RegexField(ID_PATTERN), min_length=1, max_length=MOST, help_text="Ids of connections."
    )

    example = {"connections": ["7234567890123456831"]}


class ConnectionsView(ApiView):
    """GET /connections."""

    calls = {"get": Call(name="listConnections", summary="Your accounts elsewhere", answer=Connections, tag="Networks")}

    def get(self, request: PersonRequest) -> Response:
        rows = [represent_connection(row) for row in connections_of(request.user)]
        return Response({"results": rows, "networks": offered()})


class ConnectionView(ApiView):
    """GET, PATCH and DELETE /connections/{id}."""

    calls = {
        "get": Call(name="getConnection", summary="One of them", answer=ConnectionAnswer, tag="Networks"),
        "patch": Call(
            name="changeConnection",
            summary="Whether everything goes there by itself",
            takes=ConnectionInput,
            answer=ConnectionAnswer,
            problems=(422,),
            tag="Networks",
        ),
        "delete": Call(name="deleteConnection", summary="Disconnect it", tag="Networks"),
    }

    def get(self, request: PersonRequest, connection_id: int) -> Response:
        return Response(represent_connection(get_connection_for(request.user, connection_id)))

    def patch(self, request: PersonRequest, connection_id: int) -> Response:
        form = ConnectionInput(data=request.data)
        form.is_valid(raise_exception=True)
        row = change_connection(request.user, connection_id, automatic=form.validated_data["automatic"])
        return Response(represent_connection(row))

    def delete(self, request: PersonRequest, connection_id: int) -> Response:
        disconnect(request.user, connection_id)
        return Response(status=204)


class CrossPostsView(ApiView):
    """GET and POST /posts/{id}/cross-posts."""

    calls = {
        "get": Call(
            name="listCrossPosts",
            summary="Where a post of yours is elsewhere",
            answer=NetworkPosts,
            problems=(410,),
            tag="Networks",
        ),
        "post": Call(
            name="crossPost",
            summary="Post it elsewhere, too",
            takes=CrossPostInput,
            answer=NetworkPosts,
            status=202,
            problems=(409, 410, 422),
            tag="Networks",
        ),
    }

    def get(self, request: PersonRequest, post_id: int) -> Response:
        rows = [represent_cross_post(row) for row in cross_posts_of(request.user, post_id)]
        return Response({"results": rows})

    def post(self, request: PersonRequest, post_id: int) -> Response:
        form = CrossPostInput(data=request.data)
        form.is_valid(raise_exception=True)
        rows = cross_post(request.user, post_id, [int(each) for each in form.validated_data["connections"]])
        return Response({"results": [represent_cross_post(row) for row in rows]}, status=202)


class CrossPostRetryView(ApiView):
    """POST /posts/{id}/cross-posts/{id}/retry."""

    calls = {
        "post": Call(
            name="retryCrossPost",
            summary="Try once more what failed",
            answer=NetworkPost,
            status=202,
            problems=(409, 410),
            tag="Networks",
        )
    }

    def post(self, request: PersonRequest, post_id: int, cross_post_id: int) -> Response:
        return Response(represent_cross_post(retry(request.user, post_id, cross_post_id)), status=202)
