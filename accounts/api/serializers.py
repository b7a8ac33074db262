"""What clients may send about people."""

from rest_framework import serializers

from accounts.models import Mute
from accounts.models.users import BIO_LENGTH, DISPLAY_NAME_LENGTH, LOCATION_LENGTH, MOST_LINKS, WEBSITE_LENGTH


class SignUpInput(serializers.Serializer):  # type: ignore[type-arg]
    username = serializers.CharField(
        max_length=100, help_text="At most 30 letters a-z, digits, dots and underscores; 2 or more."
    )
    email = serializers.CharField(max_length=254, help_text="The code is mailed there.")
    password = serializers.CharField(
        max_length=5000, trim_whitespace=False, help_text="8 signs or more, none of the well-known ones."
    )
    display_name = serializers.CharField(max_length=DISPLAY_NAME_LENGTH, required=False, allow_blank=True, default="")
    invitation = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="", help_text="Where the site asks for one."
    )
    application = serializers.CharField(
        max_length=5000, required=False, allow_blank=True, default="", help_text="Words to who lets people in."
    )

    example = {
        "username": "hana",
        "email": "hana@example.org",
        "password": "a long pass phrase",
        "display_name": "Hana",
    }


class VerificationInput(serializers.Serializer):  # type: ignore[type-arg]
    verification = serializers.CharField(max_length=100)
    code = serializers.CharField(max_length=20)

    example = {"verification": "8Hq2bWv1nT5cYk3e", "code": "493021"}


class ProfileInput(serializers.Serializer):  # type: ignore[type-arg]
    display_name = serializers.CharField(max_length=DISPLAY_NAME_LENGTH, required=False, allow_blank=True)
    bio = serializers.CharField(max_length=BIO_LENGTH, required=False, allow_blank=True, trim_whitespace=False)
    pronouns = serializers.CharField(max_length=32, required=False, allow_blank=True)
    website = serializers.CharField(max_length=WEBSITE_LENGTH, required=False, allow_blank=True)
    links = serializers.ListField(
        child=serializers.CharField(max_length=WEBSITE_LENGTH), max_length=MOST_LINKS - 1, required=False
    )
    location = serializers.CharField(max_length=LOCATION_LENGTH, required=False, allow_blank=True)
    is_private = serializers.BooleanField(required=False)
    show_camera = serializers.BooleanField(required=False)
    tags_in_latest = serializers.BooleanField(required=False)
    hides_counts = serializers.BooleanField(required=False)
    hides_follows = serializers.BooleanField(required=False)
    in_search = serializers.BooleanField(required=False)
    in_discovery = serializers.BooleanField(required=False)
    in_engines = serializers.BooleanField(required=False)
    shows_counts = serializers.BooleanField(required=False)

    example = {"bio": "Lakes before breakfast.", "location": "Otsu", "is_private": False}


class CloseAccountInput(serializers.Serializer):  # type: ignore[type-arg]
    password = serializers.CharField(max_length=5000, trim_whitespace=False)

    example = {"password": "a long pass phrase"}


class MuteInput(serializers.Serializer):  # type: ignore[type-arg]
    scope = serializers.ChoiceField(
        choices=Mute.Scope.values, required=False, default=Mute.Scope.POSTS, help_text="`posts` if nothing is said."
    )
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    seconds = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=366 * 24 * 3600)

    example = {"scope": "posts", "seconds": 604800}


class UsernamesInput(serializers.Serializer):  # type: ignore[type-arg]
    usernames = serializers.ListField(child=serializers.CharField(max_length=100), max_length=100)

    example = {"usernames": ["milo", "wren"]}
