from django.urls import path

import core.converters  # noqa: F401  registers <code:...> and <username:...>
from moderation.web import notices, queue, reports, transparency

app_name = "moderation"

urlpatterns = [
    path("p/<code:post_id>/report/", reports.post, name="post-report"),
    path("comments/<code:comment_id>/report/", reports.comment, name="comment-report"),
    path("@<username:username>/report/", reports.person, name="person-report"),
    path("notices/<code:decision_id>/", notices.notice, name="notice"),
    path("notices/<code:decision_id>/appeal/", notices.appeal, name="appeal"),
    path("notices/open/<str:ticket>/", notices.opened, name="notice-open"),
    path("settings/notices/", notices.listed, name="notices"),
    path("settings/reports/", reports.listed, name="reports"),
    path("transparency/", transparency.page, name="transparency"),
    path("mod/", queue.queue, name="queue"),
]
