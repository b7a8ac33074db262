"""Posting: the form, the words for each picture, and editing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import InvalidInput
from core.text import hashtags
from core.web.forms import add_errors
from core.web.redirects import see_other
from photos.access import get_own_post
from photos.cards import PictureCard, picture_card, post_cards
from photos.models import Post
from photos.services.drafts import PostDraft, clean_draft
from photos.services.posts import create_post, describe_media, edit_post
from photos.web.forms import AltTextForm, NewPostForm, PostForm
from photos.web.picking import Picked, check_descriptions, describe_kept, pick_files, upload_limits


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    form, picked = NewPostForm(), Picked()
    if request.method == "POST":
        form = NewPostForm(request.POST, request.FILES)
        post, picked = _publish(request, form)
        if post is not None:
            described = all(post.media.values_list("alt_text", flat=True))
            page = "photos:post-detail" if described else "photos:post-alt"
            return see_other(reverse(page, args=[post.pk]))
    context = {"form": form, "picked": picked, **upload_limits()}
    return render(request, "photos/post_new.html", context, status=422 if form.errors else 200)


def _publish(request: SignedInRequest, form: NewPostForm) -> tuple[Post | None, Picked]:
    """The new post, or None with errors in the form. Files that were taken stay kept, whatever else is wrong."""
    good = form.is_valid()
    values = dict(form.cleaned_data)
    picked = pick_files(request, values.pop("media", ()), values.pop("files", ()))
    if picked.refused:
        form.add_error("files", _("Some files cannot be posted. The others are kept: post again to go without these."))
    if not good:
        return None, picked
    try:
        draft = clean_draft(PostDraft(**values))
        check_descriptions(picked)
        if picked.refused:
            return None, picked
        post = create_post(request.user, media_ids=picked.media_ids, draft=draft)
    except InvalidInput as error:
        add_errors(form, _for_form(error))
        return None, picked
    describe_kept(request.user, picked)
    return post, picked


def _for_form(error: InvalidInput) -> InvalidInput:
    """The same error with `media_ids` shown at the field where files are chosen."""
    renamed = [type(e)("files" if e.field == "media_ids" else e.field, e.code, e.message) for e in error.errors]
    return InvalidInput(error.detail, code=error.code, errors=renamed)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def alt(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = get_own_post(request.user, post_id)
    media = list(post.media.all())
    form = AltTextForm(media, request.POST if request.method == "POST" else None)
    if form.is_valid():
        for item in media:
            describe_media(request.user, item, alt_text=form.cleaned_data[f"alt_{item.pk}"])
        return see_other(reverse("photos:post-detail", args=[post.pk]))
    rows: list[tuple[PictureCard, object]] = [(picture_card(item, post), form[f"alt_{item.pk}"]) for item in media]
    context = {"card": post_cards([post], request.user)[0], "fields": rows, "form": form}
    return render(request, "photos/post_alt.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = get_own_post(request.user, post_id)
    draft = PostDraft.of(post)
    in_caption = hashtags(draft.caption)
    initial = {**draft.columns(), "tags": " ".join(tag for tag in draft.tags if tag not in in_caption)}
    sent = request.POST if request.method == "POST" else None
    form = PostForm(sent, initial=initial, marked=post.sensitive_by_staff)
    if form.is_valid():
        try:
            edit_post(request.user, post, form.cleaned_data)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("photos:post-detail", args=[post.pk]))
    context = {"form": form, "card": post_cards([post], request.user)[0]}
    return render(request, "photos/post_edit.html", context, status=422 if form.errors else 200)
