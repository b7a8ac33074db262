"""Saying who is in the pictures of a post, and answering to it. Everything works by forms, a place by a click."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import InvalidInput
from core.web.forms import add_errors
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other
from photos.access import get_own_post
from photos.cards import PictureCard, post_cards
from photos.models import PersonTag, Post
from photos.models.people import MOST_PEOPLE
from photos.people import STATES, people_in, tags_of_me_page
from photos.people_cards import with_maps
from photos.services.people import Placed, allow_tag, leave_pictures, tag_person, untag_from
from photos.web.forms import PersonForm
from photos.web.walls import found_tiles

WIDTHS = {"small": 280, "large": 480}  # of a picture to click into; which one is seen, the style says
TALLEST = 2  # times as high as it is wide
WALL_PAGE = 40


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the page, with who is in it; `sizes` are (name, width, height) of what can be clicked."""

    card: PictureCard
    src: str
    sizes: list[tuple[str, int, int]]
    tags: list[PersonTag]
    form: PersonForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def people(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = get_own_post(request.user, post_id)
    form = PersonForm(request.POST, auto_id="sent-%s") if request.method == "POST" else None
    if form is not None and _change(request, post, form):
        return see_other(f"{reverse('photos:post-people', args=[post.pk])}#picture-{form.cleaned_data['picture']}")
    tags = people_in(request.user, post)
    card = with_maps(post_cards([post], request.user)[0], tags)
    pictures = [_picture(each, tags, form) for each in card.pictures]
    context = {"card": card, "pictures": pictures, "most": MOST_PEOPLE, "form": form}
    return render(request, "photos/post_people.html", context, status=422 if form and form.errors else 200)


@require_POST
@signed_in
def mine(request: SignedInRequest, post_id: int) -> HttpResponse:
    """What the person who is in a picture answers: `answer` is allow, or leave for good."""
    if request.POST.get("answer") == "allow":
        post = allow_tag(request.user, post_id)
        messages.success(request, _("Others can see now that you are in it."))
    else:
        post = leave_pictures(request.user, post_id)
        messages.success(request, _("You are not in it any more, and cannot be put into it again."))
    return see_other(safe_next(request, reverse("photos:post-detail", args=[post.pk])))


@require_safe
@signed_in
def of_me(request: SignedInRequest) -> HttpResponse:
    """What waits for the person, and where they are shown."""
    cursor = request.GET.get("cursor", "")
    waiting, shown = (
        tags_of_me_page(request.user, state, cursor=cursor if state == STATES[0] else "", limit=WALL_PAGE)
        for state in reversed(STATES)
    )
    context = {
        "waiting": post_cards(_loaded(request.user, waiting.items), request.user),
        "tiles": found_tiles(request.user, shown.items, by_link=True),
        "next_url": next_page_url(request, shown.next_cursor),
    }
    return render(request, "photos/tags_of_me.html", context)


def _change(request: SignedInRequest, post: Post, form: PersonForm) -> bool:
    """Whether it was done; else the reason is in the form."""
    if not form.is_valid():
        return False
    if form.cleaned_data["remove"]:
        untag_from(request.user, post, form.cleaned_data["remove"])
        return True
    x, y = _place(request.POST, form, post)
    try:
        tag_person(request.user, post, Placed(form.cleaned_data["picture"], form.cleaned_data["username"], x, y))
    except InvalidInput as error:
        add_errors(form, error)
        return False
    return True


def _place(sent: QueryDict, form: PersonForm, post: Post) -> tuple[float | None, float | None]:
    """Where was clicked, from 0 to 1; else what was typed in hundredths. A picture chosen by key sends 0 twice."""
    media = next((each for each in post.media.all() if each.pk == form.cleaned_data["picture"]), None)
    for name, width, height in _sizes(media.width, media.height) if media else ():
        clicked = [sent.get(f"{name}.{side}", "") for side in "xy"]
        if all(each.isascii() and each.isdigit() and len(each) < 6 for each in clicked) and clicked != ["0", "0"]:
            return min(1.0, int(clicked[0]) / width), min(1.0, int(clicked[1]) / height)
    left, top = form.cleaned_data["left"], form.cleaned_data["top"]
    return None if left is None else left / 100, None if top is None else top / 100


def _picture(card: PictureCard, tags: list[PersonTag], sent: PersonForm | None) -> Picture:
    is_sent = sent is not None and sent.data.get("picture") == str(card.id)
    form = sent if sent and is_sent else PersonForm(auto_id=f"p{card.id}-%s")
    own = [tag for tag in tags if tag.media_id == card.id]
    return Picture(card, card.src or card.poster, _sizes(card.width, card.height), own, form)


def _sizes(width: int, height: int) -> list[tuple[str, int, int]]:
    ratio = max(height, 1) / max(width, 1)
    narrower = min(1.0, TALLEST / ratio)
    return [(name, round(each * narrower), max(1, round(each * narrower * ratio))) for name, each in WIDTHS.items()]


def _loaded(viewer: User, posts: Sequence[Post]) -> list[Post]:
    rows = {post.pk: post for post in Post.objects.visible_to(viewer).filter(pk__in=[p.pk for p in posts]).for_cards()}
    return [rows[post.pk] for post in posts if post.pk in rows]
