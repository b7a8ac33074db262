from core.api.routes import both
from moderation.api import reports

urlpatterns = [
    *both("posts/<id:post_id>/report", reports.PostReportView.as_view()),
    *both("comments/<id:comment_id>/report", reports.CommentReportView.as_view()),
    *both("users/<username:username>/report", reports.PersonReportView.as_view()),
]
