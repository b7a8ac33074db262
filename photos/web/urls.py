from django.urls import path

import core.converters  # noqa: F401  registers <code:...> and <id:...>
from photos.web import actions, compose, posts

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
    path("p/<code:post_id>/like/", actions.like, name="post-like"),
    path("p/<code:post_id>/delete/", actions.delete, name="post-delete"),
    path("p/<code:post_id>/restore/", actions.restore, name="post-restore"),
    path("p/<code:post_id>/retry/", actions.retry, name="post-retry"),
    path("p/<code:post_id>/original/<id:media_id>/", posts.original, name="original"),
    path("trash/", posts.trash, name="trash"),
    path("settings/avatar/", compose.avatar, name="settings-avatar"),
]
