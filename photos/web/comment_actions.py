"""What one form or button does with comments."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from core.ids import to_code
from core.web.forms import add_errors
from core.web.htmx import wants_fragment
from core.web.redirects import safe_next, see_other
from photos import conversations
from photos.access import get_comment_for, get_comment_of_post_for
from photos.comment_cards import comment_card, comment_url, thread_cards
from photos.models import Comment
from photos.services import comment_approvals
from photos.services.comment_likes import like_comment, unlike_comment
from photos.services.comments import delete_comment, edit_comment, post_comment
from photos.web.comments import COMMENTS_PAGE, comments_page
from photos.web.forms import CommentForm

REFUSALS = (InvalidInput, Conflict, NotAllowed)  # what a form shows beside the words that were typed


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, post_id: int) -> HttpResponse:
    """The comments of a post; with POST, one more."""
    if request.method != "POST":
        return comments_page(request, post_id)
    return _post(request, post_id)


@signed_in
def _post(request: SignedInRequest, post_id: int) -> HttpResponse:
    form = CommentForm(request.POST)
    comment = _try(form, lambda text: post_comment(request.user, post_id, text=text))
    if comment is None:
        return _refused(request, form) or comments_page(request, post_id, form, form.status)
    if wants_fragment(request):
        return _new_thread(request, comment)
    is_near = conversations.readable_count(request.user, post_id) <= COMMENTS_PAGE
    page = f"{reverse('photos:post-detail', args=[post_id])}#c-{to_code(comment.pk)}"
    return see_other(page if is_near else comment_url(comment))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reply(request: SignedInRequest, post_id: int, comment_id: int) -> HttpResponse:
    comment = get_comment_of_post_for(request.user, post_id, comment_id)
    names = f"@{comment.author.username} " if comment.parent_id and comment.author_id != request.user.pk else ""
    form = CommentForm(request.POST if request.method == "POST" else None, initial={"text": names})
    if form.is_bound:
        said = _try(form, lambda text: post_comment(request.user, post_id, text=text, parent_id=comment_id))
        if said is not None:
            return _new_reply(request, said) if wants_fragment(request) else see_other(comment_url(said))
        if refusal := _refused(request, form):
            return refusal
    context = {"form": form, "comment": comment_card(comment, request.user)}
    return render(request, "photos/comment_reply.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: SignedInRequest, post_id: int, comment_id: int) -> HttpResponse:
    comment = get_comment_of_post_for(request.user, post_id, comment_id)
    if comment.author_id != request.user.pk:
        raise NotFound
    form = CommentForm(request.POST if request.method == "POST" else None, initial={"text": comment.text})
    if form.is_bound:
        changed = _try(form, lambda text: edit_comment(request.user, comment_id, text=text))
        if changed is not None:
            messages.success(request, _state_text(changed) or _("Saved."))
            return see_other(comment_url(changed))
    context = {"form": form, "comment": comment_card(comment, request.user)}
    return render(request, "photos/comment_edit.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: SignedInRequest, post_id: int, comment_id: int) -> HttpResponse:
    comment = get_comment_of_post_for(request.user, post_id, comment_id)
    card = comment_card(comment, request.user)
    if not card.can_delete:
        raise NotFound
    if request.method != "POST":
        return render(request, "photos/comment_delete.html", {"comment": card})
    delete_comment(request.user, comment_id)
    messages.success(request, _("The comment is gone."))
    return see_other(f"{reverse('photos:post-detail', args=[post_id])}#comments")


@require_POST
@signed_in
def like(request: SignedInRequest, post_id: int, comment_id: int) -> HttpResponse:
    comment = get_comment_of_post_for(request.user, post_id, comment_id)
    change = like_comment if request.POST.get("on", "1") == "1" else unlike_comment
    change(request.user, comment_id)
    if wants_fragment(request):
        return HttpResponse(status=204)
    return see_other(safe_next(request, comment_url(comment)))


@require_POST
@signed_in
def pin(request: SignedInRequest, post_id: int, comment_id: int) -> HttpResponse:
    get_comment_of_post_for(request.user, post_id, comment_id)
    is_on = request.POST.get("on", "1") == "1"
    change = comment_approvals.pin_comment if is_on else comment_approvals.unpin_comment
    change(request.user, comment_id)
    messages.success(request, _("It stands on top now.") if is_on else _("It is pinned no longer."))
    return see_other(f"{reverse('photos:post-detail', args=[post_id])}#c-{to_code(comment_id)}")


@require_POST
@signed_in
def approve(request: SignedInRequest, post_id: int, comment_id: int) -> HttpResponse:
    """Let it out, or with `on=0` refuse it."""
    get_comment_of_post_for(request.user, post_id, comment_id)
    if request.POST.get("on", "1") == "1":
        comment_approvals.approve_comment(request.user, comment_id)
        messages.success(request, _("The comment is out."))
    else:
        comment_approvals.refuse_comment(request.user, comment_id)
        messages.success(request, _("The comment is gone."))
    return see_other(safe_next(request, reverse("photos:comments-waiting")))


@require_POST
@signed_in
def approve_all(request: SignedInRequest) -> HttpResponse:
    """Let all out that wait, or with `on=0` refuse them."""
    if request.POST.get("on", "1") == "1":
        done = comment_approvals.approve_all(request.user)
        messages.success(request, ngettext("%d comment is out.", "%d comments are out.", done) % done)
    else:
        done = comment_approvals.refuse_all(request.user)
        messages.success(request, ngettext("%d comment is gone.", "%d comments are gone.", done) % done)
    return see_other(reverse("photos:comments-waiting"))


def _try(form: CommentForm, say: Callable[[str], Comment]) -> Comment | None:
    """What was said; None, with the reason in the form, when it was refused."""
    if not form.is_valid():
        form.status = InvalidInput.status
        return None
    try:
        return say(form.cleaned_data["text"])
    except REFUSALS as error:
        form.status = error.status
        add_errors(form, error)
        return None


def _refused(request: HttpRequest, form: CommentForm) -> HttpResponse | None:
    """For a script, the reason in words."""
    if not wants_fragment(request):
        return None
    reason = next(each for errors in form.errors.values() for each in errors)
    return HttpResponse(reason, status=form.status, content_type="text/plain; charset=utf-8")


def _new_thread(request: SignedInRequest, comment: Comment) -> HttpResponse:
    (card,) = thread_cards([conversations.thread_of(request.user, comment.pk)], request.user)
    return render(request, "photos/_thread.html", {"thread": card, "is_new": True})


def _new_reply(request: SignedInRequest, comment: Comment) -> HttpResponse:
    found = get_comment_for(request.user, comment.pk)
    return render(request, "photos/_reply.html", {"comment": comment_card(found, request.user)})


def _state_text(comment: Comment) -> str:
    return _("It waits until the author of the post lets it out.") if comment.state == Comment.State.WAITING else ""
