"""What calls about share links take. Rules live in `sharing.services.links`."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Text
from sharing.models.links import CODE_LENGTH
from sharing.services.links import LONGEST_PASSWORD, SHORTEST_PASSWORD, LinkWish


class ShareLinkInput(serializers.Serializer):  # type: ignore[type-arg]
    alias = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        trim_whitespace=False,
        max_length=1000,
        words={"pattern": "^(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)?$", "maxLength": CODE_LENGTH},
        help_text="A code of your own: 4 letters or digits at least, single hyphens. If not, it is drawn at random.",
    )
    password = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        trim_whitespace=False,
        max_length=LONGEST_PASSWORD,
        words={"pattern": rf"^(?:[^\u0000]{{{SHORTEST_PASSWORD},}})?$", "maxLength": LONGEST_PASSWORD},
        help_text=f"Asked of whoever opens it; {SHORTEST_PASSWORD} signs at least.",
    )
    expires_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="Null for never. If nothing is said: never for what is public, else in 30 days.",
    )

    example = {"password": "herons at dawn", "expires_at": "2026-04-01T05:10:00.000Z"}

    def wish(self) -> LinkWish:
        values: dict[str, Any] = self.validated_data
        return LinkWish(
            alias=values.get("alias") or "",
            password=values.get("password") or "",
            expires_at=values.get("expires_at"),
            by_default="expires_at" not in values,
        )
