"""What calls about share links and ways out answer, for the schema; `sharing.representations` makes it."""

from rest_framework import serializers

from core.api.calls import Answer, Page, id_text, page_example


class ShareLinkAnswer(Answer):
    """A link of yours that counts. `post_id` or `album_id` is what it leads to."""

    id = id_text()
    url = serializers.URLField(help_text="What you give away.")
    code = serializers.CharField()
    is_alias = serializers.BooleanField(help_text="You chose the code, so that it may be guessed.")
    post_id = id_text(allow_null=True)
    album_id = id_text(allow_null=True)
    has_password = serializers.BooleanField()
    view_count = serializers.IntegerField(help_text="How often others have opened it; no programs.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Null for never.")

    example = {
        "id": "7234567890123456799",
        "url": "https://photos.example.org/s/4WnYz0Qm2tKc8LrVbE1xGa",
        "code": "4WnYz0Qm2tKc8LrVbE1xGa",
        "is_alias": False,
        "post_id": "7234567890123456789",
        "album_id": None,
        "has_password": False,
        "view_count": 12,
        "created_at": "2026-03-02T05:10:00.000Z",
        "expires_at": "2026-04-01T05:10:00.000Z",
    }


class ShareLinkPage(Page):
    results = ShareLinkAnswer(many=True)

    example = page_example("share-links", ShareLinkAnswer.example)


class ShareTarget(Answer):
    """One site that takes something by an address; opening it shares nothing yet."""

    name = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField(
        allow_null=True,
        help_text="Null where one has to say which server: `host` of the call, or {host} in `template`.",
    )
    template = serializers.CharField(allow_null=True)

    example = {
        "name": "bluesky",
        "title": "Bluesky",
        "url": "https://bsky.app/intent/compose?text=Before%20the%20first%20ferry",
        "template": None,
    }


class Refusal(Answer):
    """Why it is not offered: not_published, unlisted, private_account or not_public; and the same for people."""

    code = serializers.CharField()
    text = serializers.CharField()

    example = {"code": "not_public", "text": "It is not for everybody, so it is not offered to other sites."}


class ShareTargets(Answer):
    """No targets, and the reason, for what is not public."""

    targets = ShareTarget(many=True)
    reason = Refusal(allow_null=True)
    warning = serializers.CharField(allow_null=True, help_text="What who shares it should know.")

    example = {"targets": [ShareTarget.example], "reason": None, "warning": None}
