from django.urls import path

import core.converters  # noqa: F401  registers <code:...>, <id:...> and <tag:...>
from photos.web import actions, avatars, compose, develop, posts, receipts, storage, tags

app_name = "photos"

urlpatterns = [
    path("new/", compose.new, name="post-create"),
    path("p/<code:post_id>/", posts.detail, name="post-detail"),
    path("p/<code:post_id>/status/", posts.status, name="post-status"),
    path("p/<code:post_id>/thumb/<id:media_id>/", posts.thumb, name="post-thumb"),
    path("p/<code:post_id>/menu/", posts.menu, name="post-menu"),
    path("p/<code:post_id>/likes/", posts.likers, name="post-likers"),
    path("p/<code:post_id>/alt/", compose.alt, name="post-alt"),
    path("p/<code:post_id>/edit/", compose.edit, name="post-edit"),
    path("p/<code:post_id>/develop/<id:media_id>/", develop.develop, name="media-develop"),
    path("p/<code:post_id>/like/", actions.like, name="post-like"),
    path("p/<code:post_id>/delete/", actions.delete, name="post-delete"),
    path("p/<code:post_id>/archive/", actions.archive, name="post-archive"),
    path("p/<code:post_id>/restore/", actions.restore, name="post-restore"),
    path("p/<code:post_id>/retry/", actions.retry, name="post-retry"),
    path("p/<code:post_id>/original/<id:media_id>/", posts.original, name="original"),
    path("p/<code:post_id>/receipt/<id:media_id>/", receipts.receipt, name="receipt"),
    path("p/<code:post_id>/receipt/<id:media_id>.json", receipts.receipt_file, name="receipt-file"),
    path(".well-known/receipt-key", receipts.receipt_key, name="receipt-key"),
    path("settings/storage/", storage.storage, name="settings-storage"),
    path("settings/feed/", tags.feed_settings, name="settings-feed"),
    path("archive/", posts.archive, name="archive"),
    path("trash/", posts.trash, name="trash"),
    path("tags/<tag:name>/", tags.detail, name="tag"),
    path("tags/<tag:name>/follow/", tags.follow, name="tag-follow"),
    path("settings/avatar/", avatars.face, {"kind": "avatar"}, name="settings-avatar"),
    path("settings/avatar/status/", avatars.status, {"kind": "avatar"}, name="avatar-status"),
    path("settings/header/", avatars.face, {"kind": "header"}, name="settings-header"),
    path("settings/header/status/", avatars.status, {"kind": "header"}, name="header-status"),
]
