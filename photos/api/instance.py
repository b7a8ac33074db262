from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from photos.imaging.formats import FORMATS
from photos.models import Post
from photos.models.media import ALT_TEXT_LENGTH
from photos.models.posts import CAPTION_LENGTH, MAX_TAGS, TAG_LENGTH, TITLE_LENGTH


class InstanceView(ApiView):
    """GET /instance: what this installation is and allows."""

    public = True

    def get(self, request: Request) -> Response:
        return Response(
            {
                "name": settings.SITE_NAME,
                "version": settings.VERSION,
                "limits": {
                    "formats": [each.content_type for each in FORMATS],
                    "max_bytes": settings.UPLOAD_MAX_BYTES,
                    "max_pixels": settings.UPLOAD_MAX_PIXELS,
                    "max_items": settings.POST_MAX_ITEMS,
                    "title_length": TITLE_LENGTH,
                    "caption_length": CAPTION_LENGTH,
                    "alt_text_length": ALT_TEXT_LENGTH,
                    "tags": MAX_TAGS,
                    "tag_length": TAG_LENGTH,
                },
                "features": {"sign_up": settings.SIGNUP_OPEN, "audiences": Post.Audience.values},
                "rules": [],
            }
        )
