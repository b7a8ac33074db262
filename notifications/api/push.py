"""Browsers and apps that are told at once, under /rest/v1/push-subscriptions."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Call
from core.api.fields import Flag, Some, Text
from core.api.idempotency import answer_once
from core.api.views import ApiView
from core.outbound import LONGEST_URL
from core.push.vapid import server_key
from core.times import iso_utc
from notifications.api.origins import origin_of
from notifications.api.push_answers import PushSubscription as SubscriptionAnswer
from notifications.api.push_answers import PushSubscriptions
from notifications.models import Kind, PushSubscription
from notifications.services.subscribing import (
    NAME_LENGTH,
    Receiver,
    Wishes,
    change_subscription,
    send_trial,
    subscribe,
    unsubscribe,
)
from notifications.subscriptions import get_subscription_for, subscriptions_of

SCOPE = "push"


class KeysInput(serializers.Serializer):  # type: ignore[type-arg]
    p256dh = Text(max_length=100, help_text="The public key of the browser, base64url.")
    auth = Text(max_length=40, help_text="Its secret, base64url.")

    example = {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    }


class WishesInput(serializers.Serializer):  # type: ignore[type-arg]
    kinds = Some(
        child=serializers.ChoiceField(Kind.values),
        max_length=len(Kind.values) * 2,
        required=False,
        allow_null=True,
        help_text="What it is told of, as far as the person wants that pushed at all; null for all.",
    )
    shows_text = Flag(required=False, help_text="Whether names and words may be in the messages; false unless said.")
    name = Text(max_length=NAME_LENGTH, required=False, allow_blank=True, help_text="What it is, in a person's words.")

    example = {"kinds": ["comment", "reply", "mention"], "shows_text": False, "name": "Darkroom on Android"}


class SubscriptionInput(WishesInput):
    endpoint = Text(max_length=LONGEST_URL, trim_whitespace=False, help_text="The address of the push service.")
    keys = KeysInput()

    example = {
        **WishesInput.example,
        "endpoint": "https://push.example.net/wpush/v2/gAAAAABl",
        "keys": KeysInput.example,
    }


class PushSubscriptionsView(ApiView):
    """GET and POST /push-subscriptions: where the person is told, and one more."""

    write_scope = SCOPE
    calls = {
        "get": Call(name="listPushSubscriptions", summary="Where you are told at once", answer=PushSubscriptions),
        "post": Call(
            name="addPushSubscription",
            summary="Be told at once in a browser or app",
            takes=SubscriptionInput,
            answer=SubscriptionAnswer,
            status=201,
            also=(200,),
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409, 422),
        ),
    }

    def get(self, request: PersonRequest) -> Response:
        rows = [represent_subscription(each) for each in subscriptions_of(request.user)]
        return Response({"results": rows, "server_key": server_key()})

    def post(self, request: PersonRequest) -> Response:
        form = SubscriptionInput(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        receiver = Receiver(sent["endpoint"], sent["keys"]["p256dh"], sent["keys"]["auth"])

        def make() -> Response:
            row, is_new = subscribe(request.user, receiver, origin_of(request), wishes_of(sent))
            return Response(represent_subscription(row), status=201 if is_new else 200)

        return answer_once(request, request.user.pk, request.data, make)


class PushSubscriptionView(ApiView):
    """GET, PATCH and DELETE /push-subscriptions/{id}."""

    write_scope = SCOPE
    calls = {
        "get": Call(name="getPushSubscription", summary="One of them", answer=SubscriptionAnswer),
        "patch": Call(
            name="changePushSubscription",
            summary="What it is told, and how",
            takes=WishesInput,
            answer=SubscriptionAnswer,
            problems=(422,),
        ),
        "delete": Call(name="deletePushSubscription", summary="Be told nothing there any more"),
    }

    def get(self, request: PersonRequest, subscription_id: int) -> Response:
        return Response(represent_subscription(get_subscription_for(request.user, subscription_id)))

    def patch(self, request: PersonRequest, subscription_id: int) -> Response:
        form = WishesInput(data=request.data)
        form.is_valid(raise_exception=True)
        row = change_subscription(request.user, subscription_id, wishes_of(form.validated_data))
        return Response(represent_subscription(row))

    def delete(self, request: PersonRequest, subscription_id: int) -> Response:
        unsubscribe(request.user, subscription_id)
        return Response(status=204)


class PushTrialView(ApiView):
    """POST /push-subscriptions/{id}/trial."""

    write_scope = SCOPE
    calls = {
        "post": Call(
            name="tryPushSubscription",
            summary="Send something there, to see it arrive",
            answer=SubscriptionAnswer,
            problems=(409,),
        )
    }

    def post(self, request: PersonRequest, subscription_id: int) -> Response:
        return Response(represent_subscription(send_trial(request.user, subscription_id)))


def wishes_of(sent: dict[str, Any]) -> Wishes:
    kinds = list(Kind.values) if "kinds" in sent and sent["kinds"] is None else sent.get("kinds")
    return Wishes(kinds, sent.get("shows_text"), sent.get("name"))


def represent_subscription(row: PushSubscription) -> dict[str, Any]:
    """`PushSubscription` in the contract; its keys stay here."""
    return {
        "id": str(row.pk),
        "endpoint": row.endpoint,
        "name": row.name,
        "kinds": row.kinds,
        "shows_text": row.shows_text,
        "created_at": iso_utc(row.created_at),
        "used_at": iso_utc(row.used_at),
    }
