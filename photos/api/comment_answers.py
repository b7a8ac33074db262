"""What calls about comments answer, for the schema; `photos.comment_representations` makes it."""

from rest_framework import serializers

from accounts.api.answers import User
from core.api.calls import Answer, Page, id_text, page_example
from photos.models import Comment as CommentRow

STATES = [CommentRow.State.PUBLISHED.value, CommentRow.State.WAITING.value]
_PATH = "posts/7234567890123456791/comments"


class CommentViewer(Answer):
    """What the person who asks has done with the comment, and may do."""

    liked = serializers.BooleanField()
    can_edit = serializers.BooleanField()
    can_delete = serializers.BooleanField()
    can_reply = serializers.BooleanField()
    can_pin = serializers.BooleanField()
    can_approve = serializers.BooleanField()

    example = {
        "liked": True,
        "can_edit": False,
        "can_delete": False,
        "can_reply": True,
        "can_pin": False,
        "can_approve": False,
    }


class Reply(Answer):
    id = id_text()
    post_id = id_text()
    parent_id = id_text(allow_null=True, help_text="Of the comment that it stands under.")
    author = User()
    text = serializers.CharField()
    text_html = serializers.CharField()
    mentions = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(STATES, help_text="`waiting` until the author of the post lets it out.")
    pinned = serializers.BooleanField()
    like_count = serializers.IntegerField(allow_null=True, help_text="Null if its author hides it.")
    viewer = CommentViewer()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)

    example = {
        "id": "7234567890123456802",
        "post_id": "7234567890123456791",
        "parent_id": "7234567890123456801",
        "author": User.example,
        "text": "@milo half past four.",
        "text_html": '<a href="/@milo/">@milo</a> half past four.',
        "mentions": ["milo"],
        "state": "published",
        "pinned": False,
        "like_count": 0,
        "viewer": CommentViewer.example,
        "created_at": "2026-03-02T06:02:00.000Z",
        "edited_at": None,
    }


class Comment(Reply):
    """`replies` are the first three of them; a reply has none."""

    reply_count = serializers.IntegerField()
    replies = Reply(many=True)

    example = {
        **Reply.example,
        "id": "7234567890123456801",
        "parent_id": None,
        "text": "When did you get up?",
        "text_html": "When did you get up?",
        "mentions": [],
        "like_count": 2,
        "created_at": "2026-03-02T06:01:00.000Z",
        "reply_count": 1,
        "replies": [Reply.example],
    }


class CommentPage(Page):
    results = Comment(many=True)

    example = page_example(_PATH, Comment.example)


class CommentVersion(Answer):
    """What a comment said until then."""

    text = serializers.CharField()
    text_html = serializers.CharField()
    replaced_at = serializers.DateTimeField()

    example = {
        "text": "When do you get up?",
        "text_html": "When do you get up?",
        "replaced_at": "2026-03-02T06:01:30.000Z",
    }


class CommentVersionPage(Page):
    results = CommentVersion(many=True)

    example = page_example("comments/7234567890123456801/history", CommentVersion.example)
