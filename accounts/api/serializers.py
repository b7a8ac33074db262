"""What clients may send about people."""

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Mute
from accounts.models.users import (
    BIO_LENGTH,
    DISPLAY_NAME_LENGTH,
    FILTER_LENGTH,
    LOCATION_LENGTH,
    MOST_FILTERS,
    MOST_LINKS,
    WEBSITE_LENGTH,
    TagsFrom,
)
from accounts.passwords import LONGEST
from core.api.fields import Flag, Some, Text, Whole

USERNAME = r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$"


class SignUpInput(serializers.Serializer):  # type: ignore[type-arg]
    username = Text(
        max_length=100,
        words={"pattern": USERNAME, "minLength": 2, "maxLength": 30},
        help_text="2 to 30 letters a-z, digits, dots and underscores.",
    )
    email = Text(max_length=254, words={"format": "email"}, help_text="The code is mailed there.")
    password = Text(
        max_length=5000,
        trim_whitespace=False,
        words={"minLength": 8, "maxLength": LONGEST},
        help_text="8 signs or more, none of the well-known ones.",
    )
    display_name = Text(max_length=DISPLAY_NAME_LENGTH, required=False, allow_blank=True, default="")
    invitation = Text(
        max_length=100, required=False, allow_blank=True, default="", help_text="Where the site asks for one."
    )
    application = Text(
        max_length=5000, required=False, allow_blank=True, default="", help_text="Words to who lets people in."
    )

    example = {
        "username": "hana",
        "email": "hana@example.org",
        "password": "a long pass phrase",
        "display_name": "Hana",
    }


class VerificationInput(serializers.Serializer):  # type: ignore[type-arg]
    verification = Text(max_length=100)
    code = Text(max_length=20)

    example = {"verification": "8Hq2bWv1nT5cYk3e", "code": "493021"}


class ProfileInput(serializers.Serializer):  # type: ignore[type-arg]
    display_name = Text(max_length=DISPLAY_NAME_LENGTH, required=False, allow_blank=True)
    bio = Text(max_length=BIO_LENGTH, required=False, allow_blank=True, trim_whitespace=False)
    pronouns = Text(max_length=32, required=False, allow_blank=True)
    website = Text(max_length=WEBSITE_LENGTH, required=False, allow_blank=True)
    links = serializers.ListField(child=Text(max_length=WEBSITE_LENGTH), max_length=MOST_LINKS - 1, required=False)
    location = Text(max_length=LOCATION_LENGTH, required=False, allow_blank=True)
    time_zone = Text(
        max_length=100, required=False, words={"maxLength": 64}, help_text="As the IANA calls it: `Europe/Vienna`."
    )
    is_private = Flag(required=False)
    show_camera = Flag(required=False)
    tags_in_latest = Flag(required=False)
    hides_counts = Flag(required=False)
    hides_follows = Flag(required=False)
    in_search = Flag(required=False)
    in_discovery = Flag(required=False)
    in_engines = Flag(required=False)
    shows_counts = Flag(required=False)
    approves_comments = Flag(required=False, help_text="Comments of others wait for you to let them out.")
    comment_filter = Some(
        child=Text(max_length=1000, words={"maxLength": FILTER_LENGTH}),
        required=False,
        max_length=1000,
        words={"maxItems": MOST_FILTERS},
        help_text="Comments with one of these words or phrases wait for you to let them out.",
    )
    tags_from = Text(
        required=False,
        max_length=20,
        words={"enum": TagsFrom.values},
        help_text="Who may tag you in pictures.",
    )
    approves_tags = Flag(required=False, help_text="Whether being said to be in a picture waits for you.")

    example = {"bio": "Lakes before breakfast.", "location": "Otsu", "is_private": False}


class CloseAccountInput(serializers.Serializer):  # type: ignore[type-arg]
    password = Text(max_length=5000, trim_whitespace=False, words={"maxLength": LONGEST})

    example = {"password": "a long pass phrase"}


class MuteInput(serializers.Serializer):  # type: ignore[type-arg]
    scope = serializers.ChoiceField(
        choices=Mute.Scope.values, required=False, default=Mute.Scope.POSTS, help_text="`posts` if nothing is said."
    )
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    seconds = Whole(required=False, allow_null=True, min_value=1, max_value=366 * 24 * 3600)

    example = {"scope": "posts", "seconds": 604800}
    words: ClassVar[dict[str, Any]] = {
        "if": {"properties": {"seconds": {"type": "integer"}}, "required": ["seconds"]},
        "then": {"properties": {"until": {"type": "null"}}},
    }


class UsernamesInput(serializers.Serializer):  # type: ignore[type-arg]
    usernames = serializers.ListField(child=Text(max_length=100, allow_blank=True), max_length=100)

    example = {"usernames": ["milo", "wren"]}
