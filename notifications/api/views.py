"""What people are told under /rest/v1/."""

from dataclasses import asdict

from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.models import User
from accounts.unread import unread_of
from core.api.calls import Call, Parameter
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import InvalidInput
from core.ids import parse_id
from notifications.api.answers import (
    NotificationPage,
    NotificationSettings,
    NotificationSettingsInput,
    ReadAnswer,
    ReadInput,
)
from notifications.choices import channels_of
from notifications.representations import represent_group
from notifications.selectors import ALL, FILTERS, asked_filter, groups_page
from notifications.services.choosing import choose_channels, choose_digest, wants_digest
from notifications.services.reading import mark_read

FILTER = Parameter(
    "filter", "What to list: everything if nothing is said.", {"type": "string", "enum": list(FILTERS)}, example=ALL
)


class NotificationsView(ApiView):
    """The newest first. Listing marks nothing as read."""

    calls = {
        "get": Call(
            name="listNotifications", summary="What you were told", answer=NotificationPage, parameters=(FILTER,)
        )
    }

    def get(self, request: PersonRequest) -> Response:
        user, wanted = request.user, asked_filter(request.query_params.get("filter", ""))
        page = groups_page(user, wanted=wanted, cursor=page_cursor(request), limit=page_limit(request))
        results = [represent_group(group, user) for group in page.groups]
        return page_answer(request, results, page.next_cursor, unread=unread_of(user))


class ReadView(ApiView):
    """Everything up to one notification is read."""

    calls = {
        "post": Call(
            name="markNotificationsRead", summary="Say how far you have read", takes=ReadInput, answer=ReadAnswer
        )
    }

    def post(self, request: PersonRequest) -> Response:
        sent = ReadInput(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            up_to = parse_id(sent.validated_data["up_to"])
        except ValueError:
            raise InvalidInput.field("up_to", "This is not an id.", code="id_invalid") from None
        read_up_to = mark_read(request.user, up_to)
        return Response({"read_up_to": str(read_up_to), "unread": unread_of(request.user)})


class SettingsView(ApiView):
    """GET and PATCH /me/notifications."""

    calls = {
        "get": Call(name="getNotificationSettings", summary="Where you are told of what", answer=NotificationSettings),
        "patch": Call(
            name="editNotificationSettings",
            summary="Change where you are told of what",
            takes=NotificationSettingsInput,
            may_be_empty=True,
            answer=NotificationSettings,
        ),
    }

    def get(self, request: PersonRequest) -> Response:
        return _settings_answer(request.user)

    def patch(self, request: PersonRequest) -> Response:
        sent = NotificationSettingsInput(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        choose_channels(request.user, sent.validated_data.get("kinds", {}))
        if "digest" in sent.validated_data:
            choose_digest(request.user, sent.validated_data["digest"])
        return _settings_answer(request.user)


def _settings_answer(user: User) -> Response:
    kinds = {kind: asdict(chosen) for kind, chosen in channels_of(user.pk).items()}
    return Response({"digest": wants_digest(user), "kinds": kinds})
