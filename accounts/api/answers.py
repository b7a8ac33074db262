"""What calls about people answer, for the schema; `accounts.representations` makes it."""

from rest_framework import serializers

from accounts.models import AccessToken, Mute
from accounts.models.users import TagsFrom
from core.api.calls import Answer, Page, id_text, page_example


class Avatar(Answer):
    url = serializers.URLField(allow_null=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()

    example = {"url": "https://photos.example.org/media/renditions/4f/kiln.jpg?e=1", "width": 320, "height": 320}


class ProfileHeader(Answer):
    """The picture on top of a profile, three times as wide as high."""

    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt_text = serializers.CharField()

    example = {
        "url": "https://photos.example.org/media/renditions/9c/lake.jpg?e=1",
        "width": 1500,
        "height": 500,
        "alt_text": "A lake before sunrise",
    }


class Relationship(Answer):
    """How the person who asks stands to another one."""

    following = serializers.BooleanField()
    requested = serializers.BooleanField(help_text="Asked to follow, and not answered yet.")
    followed_by = serializers.BooleanField()
    blocking = serializers.BooleanField()
    muting = serializers.BooleanField()
    close_friend = serializers.BooleanField()

    example = {
        "following": True,
        "requested": False,
        "followed_by": True,
        "blocking": False,
        "muting": False,
        "close_friend": False,
    }


class User(Answer):
    id = id_text()
    username = serializers.CharField()
    display_name = serializers.CharField()
    bio = serializers.CharField()
    pronouns = serializers.CharField()
    website = serializers.CharField()
    links = serializers.ListField(child=serializers.CharField(), help_text="Addresses beside the website.")
    location = serializers.CharField()
    avatar = Avatar(allow_null=True)
    header = ProfileHeader(allow_null=True)
    is_private = serializers.BooleanField()
    follower_count = serializers.IntegerField(allow_null=True, help_text="Null if the person hides it.")
    following_count = serializers.IntegerField(allow_null=True, help_text="Null if the person hides it.")
    post_count = serializers.IntegerField(help_text="How many posts the one who asks may see.")
    relationship = Relationship(allow_null=True, help_text="Null towards oneself, and for who is not signed in.")
    created_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456789",
        "username": "hana",
        "display_name": "Hana",
        "bio": "Lakes before breakfast. #mist",
        "pronouns": "she/her",
        "website": "https://hana.example.org",
        "links": [],
        "location": "Otsu",
        "avatar": Avatar.example,
        "header": ProfileHeader.example,
        "is_private": False,
        "follower_count": 41,
        "following_count": 8,
        "post_count": 12,
        "relationship": Relationship.example,
        "created_at": "2026-03-01T05:12:44.120Z",
    }


class OwnStanding(Answer):
    limited = serializers.BooleanField(help_text="Staff keep the account from who does not follow it.")
    frozen = serializers.BooleanField(help_text="Staff let the person read only: other calls answer 403 `frozen`.")

    example = {"limited": False, "frozen": False}


class OwnUser(User):
    """The person's own `User`, with what nobody else is told."""

    email = serializers.CharField()
    standing = OwnStanding()
    time_zone = serializers.CharField(help_text="Where the person's day begins at midnight, as the IANA calls it.")
    show_camera = serializers.BooleanField(help_text="Others see the camera of pictures.")
    tags_in_latest = serializers.BooleanField()
    hides_counts = serializers.BooleanField()
    hides_follows = serializers.BooleanField()
    in_search = serializers.BooleanField()
    in_discovery = serializers.BooleanField()
    in_engines = serializers.BooleanField()
    shows_counts = serializers.BooleanField()
    approves_comments = serializers.BooleanField()
    comment_filter = serializers.ListField(child=serializers.CharField())
    tags_from = serializers.ChoiceField(TagsFrom.values, help_text="Who may say that you are in a picture.")
    approves_tags = serializers.BooleanField(help_text="Being said to be in a picture waits for you.")

    example = {
        **User.example,
        "relationship": None,
        "email": "hana@example.org",
        "standing": OwnStanding.example,
        "time_zone": "Asia/Tokyo",
        "show_camera": True,
        "tags_in_latest": True,
        "hides_counts": False,
        "hides_follows": False,
        "in_search": True,
        "in_discovery": True,
        "in_engines": True,
        "shows_counts": True,
        "approves_comments": False,
        "comment_filter": ["cheap watches"],
        "tags_from": "everyone",
        "approves_tags": False,
    }


class UserPage(Page):
    results = User(many=True)

    example = page_example("users/milo/followers", User.example)


class Verification(Answer):
    """Goes back with the code from the mail."""

    verification = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")

    example = {"verification": "8Hq2bWv1nT5cYk3e", "expires_in": 900}


class RegisteredApp(Answer):
    id = id_text()
    name = serializers.CharField()
    client_id = serializers.CharField()
    client_secret = serializers.CharField(help_text="Shown this once.")
    redirect_uris = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.ChoiceField(AccessToken.Scope.values))
    website = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456701",
        "name": "Darkroom",
        "client_id": "fJ2kLq9ZpTnW4sXc",
        "client_secret": "b1Vd7YhR3mKx0QeUaG5tLw2ZsNc8PjFo",
        "redirect_uris": ["org.example.darkroom:/done"],
        "scopes": ["read", "write"],
        "website": "https://darkroom.example.org",
        "created_at": "2026-03-01T05:12:44.120Z",
    }


class RelationshipAnswer(Answer):
    relationship = Relationship(allow_null=True, help_text="Null towards oneself.")

    example = {"relationship": Relationship.example}


class MuteTerms(Answer):
    scope = serializers.ChoiceField(Mute.Scope.values)
    until = serializers.DateTimeField(allow_null=True, help_text="Null for good.")

    example = {"scope": "posts", "until": "2026-04-01T00:00:00.000Z"}


class MuteAnswer(RelationshipAnswer):
    mute = MuteTerms(allow_null=True)

    example = {"relationship": {**Relationship.example, "muting": True}, "mute": MuteTerms.example}


class RestrictAnswer(RelationshipAnswer):
    restricting = serializers.BooleanField()

    example = {"relationship": Relationship.example, "restricting": True}


class NamedMute(MuteTerms):
    username = serializers.CharField()

    example = {"username": "milo", **MuteTerms.example}


class MutePage(UserPage):
    mutes = NamedMute(many=True, help_text="Scope and end of each, in the order of `results`.")

    example = page_example("mutes", {**User.example, "username": "milo"}, mutes=[NamedMute.example])


class Accepted(Answer):
    accepted = serializers.ListField(child=serializers.CharField(), help_text="Those who had asked.")

    example = {"accepted": ["milo"]}


class Refused(Answer):
    refused = serializers.ListField(child=serializers.CharField(), help_text="Those who had asked.")

    example = {"refused": ["wren"]}
