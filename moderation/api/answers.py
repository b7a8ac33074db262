"""What calls about reports take and answer, for the schema."""

from typing import ClassVar

from rest_framework import serializers

from core.api.calls import Answer, id_text
from core.api.fields import Text
from moderation.models import Category
from moderation.models.cases import NOTE_LENGTH


class ReportInput(serializers.Serializer):  # type: ignore[type-arg]  # it takes none when it runs
    category = Text(words={"enum": Category.values})
    note = Text(
        required=False,
        allow_blank=True,
        default="",
        help_text="What the people who run the site should know.",
        words={"maxLength": NOTE_LENGTH},
    )

    example: ClassVar[dict[str, str]] = {"category": "spam", "note": "The same picture in every tag."}


class Report(Answer):
    """That it was reported. What comes of it is told to who reported, in their activity."""

    id = id_text()
    category = serializers.ChoiceField(Category.values)
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456801",
        "category": "spam",
        "note": "The same picture in every tag.",
        "created_at": "2026-03-02T05:10:00.000Z",
    }
