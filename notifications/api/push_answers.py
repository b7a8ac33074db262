"""What calls about push answer, for the schema."""

from rest_framework import serializers

from core.api.calls import Answer, id_text
from notifications.models import Kind


class PushSubscription(Answer):
    id = id_text()
    endpoint = serializers.CharField()
    name = serializers.CharField()
    kinds = serializers.ListField(
        child=serializers.ChoiceField(Kind.values),
        allow_null=True,
        help_text="What it is told of; null for all that the person wants pushed.",
    )
    shows_text = serializers.BooleanField(help_text="Names and words may be in the messages.")
    created_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True, help_text="When something was last sent there.")

    example = {
        "id": "7234567890123456811",
        "endpoint": "https://push.example.net/wpush/v2/gAAAAABl",
        "name": "Darkroom on Android",
        "kinds": ["comment", "reply", "mention"],
        "shows_text": False,
        "created_at": "2026-03-02T05:10:00.000Z",
        "used_at": None,
    }


class PushSubscriptions(Answer):
    """All there are, 20 at most."""

    results = PushSubscription(many=True)
    server_key = serializers.CharField(
        allow_null=True, help_text="What a browser subscribes with (`applicationServerKey`); null where push is off."
    )

    example = {
        "results": [PushSubscription.example],
        "server_key": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    }
