"""What calls about notifications answer and take, for the schema."""

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.api.answers import User
from core.api.calls import Answer, Page, id_text, page_example
from core.api.fields import Flag, Text
from notifications.choices import USUAL
from notifications.models import Kind


class NotifiedPost(Answer):
    """Of a post as much as a line about it needs."""

    id = id_text()
    code = serializers.CharField()
    url = serializers.URLField()
    title = serializers.CharField()
    sensitive = serializers.BooleanField(help_text="Not to be shown unasked; never true of your own.")
    thumbnail_url = serializers.URLField(allow_null=True, help_text="A square; null until there is one.")
    alt_text = serializers.CharField()

    example = {
        "id": "7234567890123456790",
        "code": "8Fk2",
        "url": "https://photos.example.org/p/8Fk2/",
        "title": "Kiln",
        "sensitive": False,
        "thumbnail_url": "https://photos.example.org/media/renditions/4f/kiln.jpg?e=1",
        "alt_text": "A kiln at night",
    }


class NotifiedComment(Answer):
    id = id_text()
    parent_id = id_text(allow_null=True)
    text = serializers.CharField()

    example = {"id": "7234567890123456795", "parent_id": None, "text": "What light."}


class Notification(Answer):
    """What is of one kind, about one thing and of one day in your time zone, together."""

    id = id_text(help_text="Of the newest thing in it.")
    kind = serializers.ChoiceField(Kind.values)
    text = serializers.CharField(help_text="What happened, in a sentence.")
    detail = serializers.CharField(allow_null=True, help_text="Of a failed upload, what was wrong.")
    url = serializers.URLField(help_text="The page to open.")
    people = serializers.ListField(child=User(), help_text="The newest three at most.")
    people_count = serializers.IntegerField(help_text="All of them, as far as the newest 1,000 things go.")
    count = serializers.IntegerField(help_text="How many things are in it, 1,000 at most.")
    post = NotifiedPost(allow_null=True)
    comment = NotifiedComment(allow_null=True, help_text="The newest one.")
    unread = serializers.BooleanField()
    created_at = serializers.DateTimeField(help_text="Of the newest thing in it.")

    example = {
        "id": "7234567890123456799",
        "kind": "comment",
        "text": "Hana commented on your post",
        "detail": None,
        "url": "https://photos.example.org/p/8Fk2/comments/8Fk9/#c-8Fk9",
        "people": [User.example],
        "people_count": 1,
        "count": 1,
        "post": NotifiedPost.example,
        "comment": NotifiedComment.example,
        "unread": True,
        "created_at": "2026-03-02T05:10:00.000Z",
    }


class NotificationPage(Page):
    results = serializers.ListField(child=Notification())
    unread = serializers.IntegerField(help_text="How many things you have not read, of all kinds; 100 is 100 or more.")

    example = page_example("notifications", Notification.example, unread=1)


class ReadInput(serializers.Serializer):  # type: ignore[type-arg]
    up_to = Text(
        max_length=19,
        words={"pattern": r"^[0-9]{1,19}$"},
        help_text="The `id` of the newest notification that was seen. What was read stays read.",
    )

    example = {"up_to": "7234567890123456799"}


class ReadAnswer(Answer):
    read_up_to = id_text(help_text="0 for nothing.")
    unread = serializers.IntegerField(help_text="As in the list.")

    example = {"read_up_to": "7234567890123456799", "unread": 0}


class Channels(Answer):
    """Where you are told of one kind. What is not in the app is neither pushed nor mailed."""

    in_app = serializers.BooleanField()
    push = serializers.BooleanField()
    mail = serializers.BooleanField(help_text="In the daily mail.")

    example = {"in_app": True, "push": True, "mail": False}


class ChannelsInput(serializers.Serializer):  # type: ignore[type-arg]
    in_app = Flag(required=False)
    push = Flag(required=False)
    mail = Flag(required=False)

    example: ClassVar[dict[str, bool]] = {"push": False}


def _each_kind(name: str, base: type, doc: str, **options: Any) -> Any:
    """A serializer with a field for each kind."""
    made = {kind: (Channels() if base is Answer else ChannelsInput(required=False)) for kind in USUAL}
    return type(name, (base,), {"__doc__": doc, **made, **options})


KindsOf = _each_kind(
    "NotificationKinds",
    Answer,
    "Where you are told of each kind. Requests, failed uploads and notices are always in the app.",
    example=dict.fromkeys(USUAL, Channels.example),
)
KindsInput = _each_kind(
    "NotificationKindsInput", serializers.Serializer, "The kinds to change.", example={"like": {"push": False}}
)


class NotificationSettings(Answer):
    digest = serializers.BooleanField(help_text="A mail a day at most, of what is unread and to be mailed.")
    kinds = KindsOf()

    example = {"digest": True, "kinds": KindsOf.example}


class NotificationSettingsInput(serializers.Serializer):  # type: ignore[type-arg]
    digest = Flag(required=False)
    kinds = KindsInput(required=False)

    example = {"digest": False, "kinds": {"like": {"push": False}}}
