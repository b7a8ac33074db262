"""What clients may send about media and posts. Types only: the rules are in the services."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.calls import ID_PATTERN
from core.api.fields import Decimal, Flag, Some, Text, Whole
from core.ids import parse_id
from photos.models import Post
from photos.models.albums import ALBUM_TEXT_LENGTH, ALBUM_TITLE_LENGTH
from photos.models.media import ALT_TEXT_LENGTH
from photos.models.people import MOST_PEOPLE
from photos.models.posts import CAPTION_LENGTH, MAX_TAGS, TAG_LENGTH, TITLE_LENGTH
from photos.models.saves import COLLECTION_NAME_LENGTH
from photos.services.albums import MOST_POSTS
from photos.services.people import Placed

ALT_TEXT = "What is to be seen, for who cannot see it."


def _unsaid(default: str) -> str:
    """What a service takes when nothing is said."""
    return f"A new post without it: `{default}`."


class PictureInput(serializers.Serializer):  # type: ignore[type-arg]
    file = serializers.FileField()

    example = {"file": "(bytes)"}


class FileInput(PictureInput):
    alt_text = Text(required=False, allow_blank=True, words={"maxLength": ALT_TEXT_LENGTH}, help_text=ALT_TEXT)

    example = {"file": "(bytes)", "alt_text": "Fishing boats on a pale blue, windless lake"}


@extend_schema_field({"type": "string", "pattern": ID_PATTERN})
class IdField(serializers.Field):  # type: ignore[type-arg]
    """An id as the API writes it: a string of digits."""

    default_error_messages = {"invalid": "Not an id: ids are strings of digits."}

    def to_internal_value(self, data: Any) -> int:
        try:
            return parse_id(data if isinstance(data, str) else str(data) if type(data) is int else "")
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: int) -> str:
        return str(value)


class LocationInput(serializers.Serializer):  # type: ignore[type-arg]
    name = Text(max_length=100, required=False, allow_blank=True, default="")
    latitude = Decimal(required=False, allow_null=True, default=None, words={"minimum": -90, "maximum": 90})
    longitude = Decimal(required=False, allow_null=True, default=None, words={"minimum": -180, "maximum": 180})

    example = {"name": "Kyoto", "latitude": 35.01, "longitude": 135.77}
    words: ClassVar[dict[str, Any]] = {
        "if": {"properties": {"latitude": {"type": "number"}}, "required": ["latitude"]},
        "then": {"properties": {"longitude": {"type": "number"}}, "required": ["longitude"]},
        "else": {"properties": {"longitude": {"type": "null"}}},
    }


@extend_schema_field({"type": "string", "format": "date-time"})
class Later(serializers.Field):  # type: ignore[type-arg]
    """A post that is meant for later must not go out now."""

    default_error_messages = {"not_offered": "Posting later is not offered here."}

    def to_internal_value(self, data: Any) -> None:
        self.fail("not_offered")


class PlaceInput(serializers.Serializer):  # type: ignore[type-arg]
    """Somebody in one of the pictures, and where: from 0, left and top, to 1; both null for nowhere in particular."""

    media_id = IdField()
    x = Decimal(required=False, allow_null=True, default=None, words={"minimum": 0, "maximum": 1})
    y = Decimal(required=False, allow_null=True, default=None, words={"minimum": 0, "maximum": 1})

    example: ClassVar[dict[str, Any]] = {"media_id": "7234567890123456790", "x": 0.42, "y": 0.3}
    words: ClassVar[dict[str, Any]] = {
        "if": {"properties": {"x": {"type": "number"}}, "required": ["x"]},
        "then": {"properties": {"y": {"type": "number"}}, "required": ["y"]},
        "else": {"properties": {"y": {"type": "null"}}},
    }


class PersonInput(PlaceInput):
    username = Text(max_length=100)

    example: ClassVar[dict[str, Any]] = {**PlaceInput.example, "username": "milo"}


class PostInput(serializers.Serializer):  # type: ignore[type-arg]
    title = Text(required=False, allow_blank=True, max_length=10_000, words={"maxLength": TITLE_LENGTH})
    caption = Text(
        required=False,
        allow_blank=True,
        max_length=100_000,
        trim_whitespace=False,
        words={"maxLength": CAPTION_LENGTH},
        help_text="`#tags` in it count as `tags`, too.",
    )
    tags = Some(
        child=Text(max_length=1000, words={"maxLength": TAG_LENGTH}),
        required=False,
        max_length=200,
        words={"maxItems": MAX_TAGS},
        help_text=f"{MAX_TAGS} words of {TAG_LENGTH} signs.",
    )
    location = LocationInput(required=False, allow_null=True)
    audience = Text(
        required=False, max_length=20, words={"enum": Post.Audience.values}, help_text=_unsaid(Post.Audience.PUBLIC)
    )
    sensitive = Flag(required=False, help_text="Covered until somebody asks to see it.")
    spoiler = Text(
        required=False,
        allow_blank=True,
        max_length=1000,
        words={"maxLength": 100},
        help_text="What stands on the cover.",
    )
    comments = Text(
        required=False, max_length=20, words={"enum": Post.Comments.values}, help_text=_unsaid(Post.Comments.EVERYONE)
    )
    downloads = Flag(required=False, help_text="Whether others may download the originals.")
    licence = Text(
        required=False, max_length=20, words={"enum": Post.Licence.values}, help_text=_unsaid(Post.Licence.ALL_RIGHTS)
    )
    people = Some(
        child=PersonInput(),
        required=False,
        max_length=200,
        words={"maxItems": MOST_PEOPLE},
        help_text="All who are in the pictures; whoever is not named is in none any more.",
    )
    publish_at = Later(required=False, allow_null=True, help_text="Only null: posting later is not offered.")

    example: ClassVar[dict[str, Any]] = {"title": "Before the first ferry", "tags": ["mist"], "audience": "followers"}

    def changes(self) -> dict[str, Any]:
        """What was sent, under the names of PostDraft."""
        values = dict(self.validated_data)
        for name in ("media_ids", "people", "publish_at"):
            values.pop(name, None)
        if "tags" in values:
            values["tags"] = tuple(values["tags"])
        if "location" in values:
            location = values.pop("location") or {"name": "", "latitude": None, "longitude": None}
            values["location_name"] = location["name"]
            values["latitude"], values["longitude"] = location["latitude"], location["longitude"]
        return values

    def placed(self) -> list[Placed] | None:
        """Who was said to be in the pictures; None if nothing was said."""
        sent = self.validated_data.get("people")
        return None if sent is None else [Placed(**each) for each in sent]


class NewPostInput(PostInput):
    media_ids = Some(
        child=IdField(),
        allow_empty=True,
        max_length=200,
        words={"minItems": 1, "maxItems": 20, "uniqueItems": True},
        help_text="Media of yours that are in no post, in their order.",
    )

    example = {
        "media_ids": ["7234567890123456790"],
        "title": "Before the first ferry",
        "caption": "Nobody talks at this hour, not even the herons. #mist",
        "tags": ["mist", "lake"],
        "location": LocationInput.example,
        "audience": "public",
        "downloads": False,
        "licence": "cc_by",
    }


class CollectionInput(serializers.Serializer):  # type: ignore[type-arg]
    name = Text(max_length=1000, words={"maxLength": COLLECTION_NAME_LENGTH})

    example = {"name": "Light I like"}


class AlbumInput(serializers.Serializer):  # type: ignore[type-arg]
    title = Text(required=False, max_length=10_000, words={"maxLength": ALBUM_TITLE_LENGTH})
    text = Text(
        required=False,
        allow_blank=True,
        max_length=100_000,
        trim_whitespace=False,
        words={"maxLength": ALBUM_TEXT_LENGTH},
    )
    audience = Text(
        required=False,
        max_length=20,
        words={"enum": Post.Audience.values},
        help_text=f"A new album without it: `{Post.Audience.PUBLIC}`.",
    )
    cover = IdField(required=False, allow_null=True, help_text="A post in it; null for the first.")

    example: ClassVar[dict[str, Any]] = {"title": "Before the first ferry", "audience": "public"}


class AlbumPostsInput(serializers.Serializer):  # type: ignore[type-arg]
    posts = Some(child=IdField(), max_length=MOST_POSTS, words={"maxItems": MOST_POSTS}, help_text="Posts of yours.")

    example: ClassVar[dict[str, Any]] = {"posts": ["7234567890123456791"]}


class NewAlbumInput(AlbumInput):
    title = Text(max_length=10_000, words={"maxLength": ALBUM_TITLE_LENGTH})
    cover = None  # type: ignore[assignment]  # a new album has none yet
    posts = Some(
        child=IdField(),
        required=False,
        max_length=MOST_POSTS,
        words={"maxItems": MOST_POSTS},
        help_text="Posts of yours, in their order.",
    )

    example = {**AlbumInput.example, **AlbumPostsInput.example}


class FocusInput(serializers.Serializer):  # type: ignore[type-arg]
    x = Decimal(min_value=-1, max_value=1)
    y = Decimal(min_value=-1, max_value=1)

    example = {"x": 0.1, "y": -0.25}


class MediaChangeInput(serializers.Serializer):  # type: ignore[type-arg]
    alt_text = Text(
        required=False, allow_blank=True, max_length=10_000, words={"maxLength": ALT_TEXT_LENGTH}, help_text=ALT_TEXT
    )
    focus = FocusInput(required=False)
    recipe = serializers.JSONField(
        required=False, allow_null=True, help_text="How the picture is developed: [recipes](/docs/recipes/)."
    )

    example = {"alt_text": "Fishing boats on a lake", "focus": FocusInput.example, "recipe": {"look": "morning"}}


class DirectUploadInput(serializers.Serializer):  # type: ignore[type-arg]
    """`content_type` and `filename` may be sent, and change nothing: what a file is, its bytes say."""

    bytes = Whole(min_value=0, max_value=10**17)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z")
    alt_text = Text(
        required=False,
        allow_blank=True,
        max_length=10_000,
        default="",
        words={"maxLength": ALT_TEXT_LENGTH},
        help_text=ALT_TEXT,
    )
    content_type = Text(required=False, allow_blank=True, max_length=255)
    filename = Text(required=False, allow_blank=True, max_length=4096)

    example = {
        "bytes": 2481733,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "alt_text": "Fishing boats on a lake",
    }
