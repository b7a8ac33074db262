"""Posting: the form, the words for each picture, editing, and the profile picture."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.cards import person_card
from accounts.models import User
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import AppError, InvalidInput, Unavailable
from core.text import hashtags
from core.web.forms import add_errors
from core.web.redirects import see_other
from core.web.uploads import too_large_files
from photos.access import get_own_post
from photos.cards import PictureCard, picture_card, post_cards
from photos.imaging.formats import FORMATS
from photos.models import Media, Post
from photos.services.avatars import change_avatar, remove_avatar
from photos.services.drafts import PostDraft, clean_draft
from photos.services.posts import create_post, describe_media, edit_post
from photos.services.uploads import accept_upload
from photos.web.forms import AltTextForm, NewPostForm, PostForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    form = NewPostForm(request.POST or None, request.FILES or None)
    refused: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        post, refused = _publish(request, form)
        if post is not None:
            described = all(post.media.values_list("alt_text", flat=True))
            page = "photos:post-detail" if described else "photos:post-alt"
            return see_other(reverse(page, args=[post.pk]))
    context = {
        "form": form,
        "refused": refused,
        "max_items": settings.POST_MAX_ITEMS,
        "max_megabytes": settings.UPLOAD_MAX_BYTES // 1024**2,
        "formats": ", ".join(each.name for each in FORMATS),
    }
    return render(request, "photos/post_new.html", context, status=422 if form.errors else 200)


def _publish(request: SignedInRequest, form: NewPostForm) -> tuple[Post | None, list[tuple[str, str]]]:
    """The new post, or None with the refused files. A refused file or word stops the post; kept files stay kept."""
    values = dict(form.cleaned_data)
    files: list[UploadedFile[Any]] = values.pop("files")
    try:
        draft = clean_draft(PostDraft(**values))
        media, refused = _accept(request.user, files, request.POST.getlist("alt_text"))
        refused = [(name, _too_large()) for name in too_large_files(request)] + refused
        if refused:
            form.add_error("files", _("Some files cannot be posted. Nothing was published; choose again without them."))
            return None, refused
        post = create_post(request.user, media_ids=[item.pk for item, _alt in media], draft=draft)
    except InvalidInput as error:
        add_errors(form, _for_form(error))
        return None, []
    for item, alt in media:
        if alt.strip() != item.alt_text:
            describe_media(request.user, item, alt_text=alt or item.alt_text)
    return post, []


def _accept(
    actor: User, files: "Sequence[UploadedFile[Any]]", alts: Sequence[str]
) -> tuple[list[tuple[Media, str]], list[tuple[str, str]]]:
    """Each file as Media with its description, and what was refused with the reason."""
    if len(files) > settings.POST_MAX_ITEMS:
        raise InvalidInput.field("media_ids", _("A post has %d pictures at most.") % settings.POST_MAX_ITEMS)
    media: list[tuple[Media, str]] = []
    refused: list[tuple[str, str]] = []
    for number, file in enumerate(files):
        alt = alts[number] if number < len(alts) else ""
        try:
            item, _is_new = accept_upload(actor, file, size=file.size or 0, alt_text=alt)
        except Unavailable:
            raise
        except AppError as error:
            refused.append((file.name or "", error.detail))
            continue
        media.append((item, alt))
    return media, refused


def _too_large() -> str:
    return _("The file is larger than %d MB.") % (settings.UPLOAD_MAX_BYTES // 1024**2)


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
    form = PostForm(request.POST if request.method == "POST" else None, initial=initial)
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


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def avatar(request: SignedInRequest) -> HttpResponse:
    """The profile picture: shown, changed or removed."""
    file = request.FILES.get("file")
    problem = _too_large() if too_large_files(request) else ""
    if request.method == "POST" and request.POST.get("remove"):
        remove_avatar(request.user)
        return see_other(reverse("accounts:settings-profile"))
    if request.method == "POST" and file is not None:
        try:
            change_avatar(request.user, file, size=file.size or 0)
        except AppError as error:
            problem = error.detail
        else:
            messages.success(request, _("Your picture is being developed and shows in a moment."))
            return see_other(reverse("accounts:settings-profile"))
    elif request.method == "POST" and not problem:
        problem = _("Choose a picture first.")
    context = {"problem": problem, "person": person_card(request.user, request.user)}
    return render(request, "photos/settings_avatar.html", context, status=422 if problem else 200)
