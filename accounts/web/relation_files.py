"""Taking follows, blocks and mutes along as CSV, and bringing them from elsewhere."""

from collections.abc import Iterable, Iterator

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Block, Follow, Mute, RelationImport
from accounts.relation_files import MOST_BYTES, write_csv
from accounts.selectors import blocks_of, follows_of, latest_import, mutes_of
from accounts.services.relation_imports import start_import
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import ImportForm
from core.exceptions import Conflict, InvalidInput
from core.times import iso_utc
from core.web.forms import add_errors
from core.web.redirects import see_other

PROBLEMS_SHOWN = 100
CHUNK = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def data(request: SignedInRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            start_import(request.user, form.cleaned_data["kind"], file.read(MOST_BYTES + 1))
        except (InvalidInput, Conflict) as error:
            add_errors(form, error)
        else:
            return see_other(reverse("accounts:settings-data-people"))
    context = {"form": form, **_progress(latest_import(request.user))}
    return render(request, "accounts/settings_data_people.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def status(request: SignedInRequest) -> HttpResponse:
    """How far the import is; once it is done, htmx is told to load the page anew."""
    job = latest_import(request.user)
    response = render(request, "accounts/_import_status.html", _progress(job))
    if job is None or job.finished_at:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@signed_in
def left_out(request: SignedInRequest) -> HttpResponseBase:
    """All rows of the last import that were not done."""
    job = latest_import(request.user)
    rows = ([str(line), name, reason_text(code)] for line, name, code in (job.problems if job else []))
    return _download("left-out.csv", ["line", "username", "reason"], rows)


@require_safe
@signed_in
def follows(request: SignedInRequest) -> HttpResponseBase:
    return _download("follows.csv", ["username", "since"], _follow_rows(follows_of(request.user).iterator(CHUNK)))


@require_safe
@signed_in
def blocks(request: SignedInRequest) -> HttpResponseBase:
    return _download("blocks.csv", ["username", "since"], _block_rows(blocks_of(request.user).iterator(CHUNK)))


@require_safe
@signed_in
def mutes(request: SignedInRequest) -> HttpResponseBase:
    header = ["username", "since", "scope", "until"]
    return _download("mutes.csv", header, _mute_rows(mutes_of(request.user).iterator(CHUNK)))


def reason_text(code: str) -> str:
    """Why a row was not done, in words."""
    words = {
        "not_found": _("There is nobody of this name here"),
        "not_a_name": _("This is not a username"),
        "elsewhere": _("This account is on another site"),
        "yourself": _("This is you"),
        "scope_unknown": _("What to mute is not known"),
        "until_invalid": _("The time is over, too far away, or no time"),
    }
    return words.get(code, _("This could not be done"))


def _progress(job: RelationImport | None) -> dict[str, object]:
    if job is None:
        return {"job": None}
    shown = [(line, name, reason_text(code)) for line, name, code in job.problems[:PROBLEMS_SHOWN]]
    return {
        "job": job,
        "done": job.position - len(job.problems),
        "problems": shown,
        "more": max(len(job.problems) - PROBLEMS_SHOWN, 0),
    }


def _download(name: str, header: list[str], rows: Iterable[list[str]]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _follow_rows(rows: Iterable[Follow]) -> Iterator[list[str]]:
    for row in rows:
        yield [row.followee.username, iso_utc(row.created_at) or ""]


def _block_rows(rows: Iterable[Block]) -> Iterator[list[str]]:
    for row in rows:
        yield [row.blocked.username, iso_utc(row.created_at) or ""]


def _mute_rows(rows: Iterable[Mute]) -> Iterator[list[str]]:
    for row in rows:
        yield [row.muted.username, iso_utc(row.created_at) or "", row.scope, iso_utc(row.until) or ""]
