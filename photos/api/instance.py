from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.site import rule_titles
from core.api.calls import Call
from core.api.views import ApiView
from core.push.vapid import server_key
from photos.api.answers import Instance
from photos.imaging.formats import FORMATS
from photos.imaging.recipes import LOOK_NAMES
from photos.imaging.video import VIDEO_CODECS
from photos.models import Post
from photos.models.comments import COMMENT_LENGTH
from photos.models.media import ALT_TEXT_LENGTH
from photos.models.posts import CAPTION_LENGTH, MAX_TAGS, TAG_LENGTH, TITLE_LENGTH


class InstanceView(ApiView):
    """GET /instance: what this installation is and allows."""

    public = True
    calls = {"get": Call(name="getInstance", summary="What this site is and allows", answer=Instance)}

    def get(self, request: Request) -> Response:
        return Response(
            {
                "name": settings.SITE_NAME,
                "version": settings.VERSION,
                "limits": represent_limits(),
                "features": {
                    "sign_up": settings.REGISTRATION != "closed",
                    "audiences": Post.Audience.values,
                    "resumable_uploads": True,
                    "direct_uploads": "bucket_name" in settings.STORAGES["uploads"].get("OPTIONS", {}),
                    "looks": list(LOOK_NAMES),
                    "push_key": server_key(),
                },
                "rules": rule_titles(),
            }
        )


def represent_limits() -> dict[str, Any]:
    """What an upload and a post may be. `max_bytes` and `max_pixels` are of a picture; a `quota_bytes` of null is none.

    A person may have another quota than the one told here: `GET /me` says it.
    """
    return {
        "formats": [each.content_type for each in FORMATS],
        "max_bytes": settings.PHOTO_MAX_BYTES,
        "max_pixels": settings.PHOTO_MAX_PIXELS,
        "max_video_bytes": settings.VIDEO_MAX_BYTES,
        "max_seconds": settings.VIDEO_MAX_SECONDS,
        "video_codecs": list(VIDEO_CODECS),
        "quota_bytes": settings.QUOTA_BYTES or None,
        "max_items": settings.POST_MAX_ITEMS,
        "title_length": TITLE_LENGTH,
        "caption_length": CAPTION_LENGTH,
        "alt_text_length": ALT_TEXT_LENGTH,
        "tags": MAX_TAGS,
        "tag_length": TAG_LENGTH,
        "comment_length": COMMENT_LENGTH,
    }
