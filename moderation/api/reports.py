"""Reporting under /rest/v1/."""

from typing import Any, ClassVar

from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Call
from core.api.idempotency import answer_once
from core.api.views import ApiView
from core.times import iso_utc
from moderation.api.answers import Report as ReportAnswer
from moderation.api.answers import ReportInput
from moderation.models import Report
from moderation.services.reports import report_comment, report_person, report_post


def _call(name: str, summary: str, *problems: int) -> dict[str, Call]:
    return {
        "post": Call(
            name=name,
            summary=summary,
            takes=ReportInput,
            answer=ReportAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409, *problems),
        )
    }


class ReportView(ApiView):
    """POST reports one thing; said again while staff have not decided, it is the same report."""

    report: ClassVar["staticmethod[..., Report]"]

    def post(self, request: PersonRequest, **about: Any) -> Response:
        sent = ReportInput(data=request.data)
        sent.is_valid(raise_exception=True)

        def make() -> Response:
            report = self.report(request.user, **about, **sent.validated_data)
            return Response(represent_report(report), status=201)

        return answer_once(request, request.user.pk, request.data, make)


class PostReportView(ReportView):
    calls = _call("reportPost", "Report a post", 410)
    report = staticmethod(report_post)


class CommentReportView(ReportView):
    calls = _call("reportComment", "Report a comment", 410)
    report = staticmethod(report_comment)


class PersonReportView(ReportView):
    calls = _call("reportUser", "Report somebody")
    report = staticmethod(report_person)


def represent_report(report: Report) -> dict[str, Any]:
    return {
        "id": str(report.pk),
        "category": report.category,
        "note": report.note,
        "created_at": iso_utc(report.created_at),
    }
