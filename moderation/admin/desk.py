"""The page on which staff look at one thing and decide about it, with a case or without one."""

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.cards import avatar_url
from accounts.models import User
from accounts.roles import may_judge
from core.exceptions import NotFound
from moderation.access import may
from moderation.admin.forms import choices_for, rule_choices
from moderation.models import Case, Decision
from moderation.services.looking import look, may_look
from moderation.subjects import Subject, of_comment, of_person, of_post
from photos.access import readable_comments
from photos.admin.base import previewed_posts
from photos.cards import picture_card
from photos.models import Comment, Post

MOST = 50  # lines of each list on the page


def staff_of(request: HttpRequest) -> User:
    """Who asks: the admin site lets nobody else in."""
    return cast(User, request.user)


def get_subject(staff: User, kind: str, thing_id: int) -> Subject:
    """A thing to decide about without a case; else NotFound. What of it shows is another question."""
    if not may(staff, "view_case"):
        raise NotFound
    post = Post.objects.select_related("author").filter(pk=thing_id).first() if kind == "post" else None
    comment = (
        Comment.objects.select_related("author", "post").filter(pk=thing_id).first() if kind == "comment" else None
    )
    person = User.objects.filter(pk=thing_id).first() if kind == "person" else None
    if post is not None:
        return of_post(post)
    if comment is not None:
        return of_comment(comment)
    if person is None:
        raise NotFound
    return of_person(person)


def desk_page(request: HttpRequest, site: AdminSite, subject: Subject, case: Case | None = None) -> HttpResponse:
    """`case` is None to decide about something that nobody has reported."""
    staff, person = staff_of(request), subject.person
    judges = person is not None and may_judge(staff, person)
    context = {
        **site.each_context(request),
        "opts": Case._meta,
        "title": subject.label or (case.label if case else "") or "A deleted account",
        "subject": subject,
        "person": person,
        "face": avatar_url(person) if person else "",
        "case": case,
        "is_mine": case is not None and case.claimed_by == staff,
        "may_work": may(staff, "work_case") and (judges or person is None),
        "may_decide": judges and may(staff, "decide"),
        "choices": _numbered(choices_for(subject.kind, with_dismiss=case is not None, with_delete=_deletes(staff))),
        "rules": rule_choices(),
        **_content(staff, subject, case),
        **_files(subject, case),
    }
    return TemplateResponse(request, "admin/moderation/desk.html", context)


def _numbered(choices: list[tuple[str, Any]]) -> list[tuple[int, str, Any]]:
    return [(number, name, label) for number, (name, label) in enumerate(choices, 1)]


def _deletes(staff: User) -> bool:
    return may(staff, "delete_for_good")


def _content(staff: User, subject: Subject, case: Case | None) -> dict[str, Any]:
    """What shows of the thing: what this staff member sees as anybody, or what the case in their hands opens."""
    if subject.thing is None:
        return {"is_gone": True}
    if subject.kind == Case.Kind.PERSON:
        return {"is_shown": True}
    if not _is_open_to(staff, subject):
        if case is None or not may_look(staff, case):
            return {"is_shown": False}
        look(staff, case)
    if subject.comment is not None:
        versions = list(subject.comment.versions.order_by("pk")[:MOST])
        return {"is_shown": True, "comment": subject.comment, "versions": versions}
    post = Post.objects.for_cards().get(pk=cast(Post, subject.post).pk)
    return {"is_shown": True, "post": post, "pictures": [picture_card(item, post) for item in post.media.all()]}


def _is_open_to(staff: User, subject: Subject) -> bool:
    """Whether it shows to `staff` as to anybody in their place."""
    if subject.comment is not None:
        return readable_comments(staff).filter(pk=subject.comment.pk).exists()
    return previewed_posts(staff, Post.objects.filter(pk=cast(Post, subject.post).pk)).exists()


def _files(subject: Subject, case: Case | None) -> dict[str, Any]:
    """What is known: reports, notes, earlier decisions, other cases that are open."""
    wanted = Q(person=subject.person) if subject.person is not None else Q(case=case)
    history = Decision.objects.filter(wanted).select_related("by", "undone_by", "appeal", "case").order_by("-pk")
    others = (
        Case.objects.filter(person=subject.person, state=Case.State.OPEN) if subject.person else Case.objects.none()
    )
    return {
        "reports": list(case.reports.select_related("reporter").order_by("pk")[:MOST]) if case else [],
        "notes": list(case.notes.select_related("author").order_by("pk")[:MOST]) if case else [],
        "history": list(history[:MOST]),
        "others": list(others.exclude(pk=case.pk if case else 0).order_by("pk")[:MOST]),
    }
