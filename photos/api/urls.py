from core.api.routes import both
from photos.api import instance, me, media, posts, tags, uploads

urlpatterns = [
    *both("archive", posts.ArchiveListView.as_view()),
    *both("instance", instance.InstanceView.as_view()),
    *both("media", media.MediaListView.as_view()),
    *both("media/<id:media_id>", media.MediaView.as_view()),
    *both("media/<id:media_id>/original", media.OriginalView.as_view()),
    *both("media/<id:media_id>/receipt", media.ReceiptView.as_view()),
    *both("me", me.MeView.as_view()),
    *both("me/avatar", media.AvatarView.as_view()),
    *both("me/header", media.HeaderView.as_view()),
    *both("posts", posts.PostListView.as_view()),
    *both("posts/<id:post_id>", posts.PostView.as_view()),
    *both("posts/<id:post_id>/archive", posts.ArchiveView.as_view()),
    *both("posts/<id:post_id>/restore", posts.RestoreView.as_view()),
    *both("posts/<id:post_id>/like", posts.LikeView.as_view()),
    *both("posts/<id:post_id>/likes", posts.LikersView.as_view()),
    *both("tags/<tag:name>", tags.TagView.as_view()),
    *both("tags/<tag:name>/posts", tags.TagPostsView.as_view()),
    *both("tags/<tag:name>/follow", tags.TagFollowView.as_view()),
    *both("trash", posts.TrashView.as_view()),
    *both("uploads", uploads.UploadListView.as_view()),
    *both("uploads/direct", uploads.DirectView.as_view()),
    *both("uploads/direct/<id:upload_id>/finish", uploads.DirectFinishView.as_view()),
    *both("uploads/<id:upload_id>", uploads.UploadView.as_view()),
]
