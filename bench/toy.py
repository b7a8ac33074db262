"""How a feed is read in a tutorial: serializers over rows, with the rows beside them fetched ahead, or one by one."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Follow, User
from bench.floor import API_POSTS
from core.media_urls import PUBLIC_SECONDS, absolute, media_url
from photos.models import Like, Media, Post, Rendition


class RenditionSerializer(serializers.ModelSerializer[Rendition]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Rendition
        fields = ("name", "url", "width", "height", "content_type", "bytes")

    def get_url(self, row: Rendition) -> str:
        return absolute(media_url("renditions", row.key, content_type=row.content_type, seconds=PUBLIC_SECONDS))


class MediaSerializer(serializers.ModelSerializer[Media]):
    renditions = RenditionSerializer(many=True)

    class Meta:
        model = Media
        fields = ("id", "kind", "state", "width", "height", "alt_text", "blurhash", "renditions")


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "display_name", "bio", "follower_count", "following_count", "public_post_count")


class PostSerializer(serializers.ModelSerializer[Post]):
    author = UserSerializer()
    media = MediaSerializer(many=True)
    liked = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ("id", "author", "title", "caption", "media", "like_count", "comment_count", "liked", "published_at")

    def get_liked(self, row: Post) -> bool:
        known = self.context["liked"]
        return (
            row.pk in known if known is not None else Like.objects.filter(user=self.context["user"], post=row).exists()
        )


class ToyFeed(APIView):
    """Newest first; the query of the page is asked each time."""

    ahead = True

    def get(self, request: Request) -> Response:
        followed = Follow.objects.filter(follower=request.user.pk, state=Follow.State.ACCEPTED).values("followee")
        posts = Post.objects.filter(author__in=followed, state=Post.State.PUBLISHED).order_by("-id")
        if self.ahead:
            posts = posts.select_related("author").prefetch_related("media__renditions")
        page = list(posts[:API_POSTS])
        return Response({"results": PostSerializer(page, many=True, context=self._context(request, page)).data})

    def _context(self, request: Request, page: list[Post]) -> dict[str, Any]:
        mine = Like.objects.filter(user=request.user.pk, post__in=page).values_list("post_id", flat=True)
        return {"user": request.user.pk, "liked": set(mine) if self.ahead else None}
