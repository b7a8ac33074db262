"""`/styleguide/`: every component in every state, with samples made here, so nothing of the database is needed.

The samples carry the attribute names of `photos.cards` and `accounts.cards`; core may not import them.
"""

from base64 import b64encode
from datetime import datetime, timedelta
from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

LANDSCAPE, PANORAMA, PORTRAIT, SQUARE = (1280, 853), (1280, 480), (853, 1280), (1000, 1000)
PALETTES = (
    ("#F4B183", "#E4785A", "#8C3B3B", "#3B1F2B"),
    ("#CFE3EA", "#8FB8C9", "#4B7A8F", "#1E3A4A"),
    ("#EADFC8", "#B8B06A", "#6C7A3C", "#2E3A1F"),
    ("#2B2440", "#5B3A6B", "#B2527A", "#F0A06A"),
    ("#F7E9E4", "#E3AFA8", "#B06A78", "#54344A"),
)
COLOURS = (
    "paper",
    "surface",
    "sunken",
    "ink",
    "ink-2",
    "line",
    "edge",
    "accent",
    "like",
    "ok",
    "warn",
    "info",
    "danger",
)
AUDIENCES = {
    "public": _("Everyone"),
    "unlisted": _("With the link"),
    "followers": _("Followers"),
    "only_me": _("Only me"),
}


FILM: dict[str, Any] = {"kind": "video", "video_src": "#", "duration_label": "0:42"}
# state, icon, words, per cent (None: no bar)
UPLOADS = (
    ("waiting", "clock", _("Waiting for its turn"), None),
    ("sending", "upload", _("Sending, 43 %"), 43),
    ("checking", "hourglass", _("Checking"), -1),
    ("ready", "circle-check", _("Kept, ready to post"), None),
    ("lost", "wifi-off", _("The connection is lost. Trying again in 8 s"), 43),
    ("refused", "triangle-alert", _("Refused: The file stops early. Please send it again."), None),
    ("missing", "info", _("Stopped at 43 %. Choose the same file again and it goes on from there."), 43),
)


class SampleForm(forms.Form):
    """One field of each kind the product uses."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("What search looks at first."))
    caption = forms.CharField(label=_("Caption"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    email = forms.EmailField(label=_("E-mail"))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    licence = forms.ChoiceField(label=_("Licence"), choices=[("all-rights", _("All rights reserved"))])
    audience = forms.ChoiceField(label=_("Who can see it"), choices=tuple(AUDIENCES.items()), widget=forms.RadioSelect)
    sensitive = forms.BooleanField(label=_("Sensitive"), required=False, help_text=_("Covers it until somebody asks."))
    pictures = forms.FileField(label=_("Pictures"), required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; 404 unless STYLEGUIDE is on."""
    if not settings.STYLEGUIDE:
        raise Http404
    people = _people()
    context = {
        "cards": _cards(people),
        "states": _states(people),
        "tiles": [_tile(number) for number in range(11)],
        "people": people,
        "forms": _forms(),
        "colours": COLOURS,
        "uploads": UPLOADS,
        "next_url": f"{request.path}?cursor=sample",
    }
    return render(request, "core/styleguide.html", context)


def _forms() -> dict[str, forms.Form]:
    filled = {
        "title": "Cold morning",
        "email": "hana@example.org",
        "password": "a whole sentence",
        "audience": "public",
    }
    wrong = SampleForm({"title": "", "email": "hana", "audience": "everybody"}, auto_id="wrong_%s")
    wrong.add_error(None, _("Nothing was saved. Please send it again."))
    return {
        "empty": SampleForm(auto_id="empty_%s"),
        "filled": SampleForm(initial=filled, auto_id="filled_%s"),
        "wrong": wrong,
    }


def _people() -> dict[str, Sample]:
    return {
        "stranger": _person(1, "hana", "Hana Okada", "Streets at night, with an old fifty."),
        "follower": _person(2, "tom.w", "", "Mountains. Sometimes goats.", followed_by=True),
        "following": _person(3, "lea_b", "Léa Bernard", "", following=True, face=4),
        "requested": _person(4, "olamide", "Olamide Adeyemi-Christophersen", "", requested=True, face=1),
        "blocked": _person(5, "noise", "Noise", "", blocking=True),
    }


def _person(number: int, username: str, name: str, bio: str, face: int | None = None, **tie: bool) -> Sample:
    ties = {"following": False, "requested": False, "followed_by": False, "blocking": False, "muting": False, **tie}
    return Sample(
        id=number,
        username=username,
        display_name=name,
        name=name or username,
        initial=(name or username)[0].upper(),
        url=f"/@{username}/",
        avatar_url="" if face is None else drawn(face, *SQUARE),
        bio=bio,
        is_private=False,
        is_self=False,
        relationship=Sample(**ties),
    )


def _cards(people: dict[str, Sample]) -> list[Sample]:
    hana, tom, lea = people["stranger"], people["follower"], people["following"]
    long = (
        "The shutters were half down and the lamp still on. I waited nine minutes for the man with the umbrella. " * 3
    )
    return [
        _card(
            1, hana, [LANDSCAPE], title="Shop front, closing time", caption=long, tags=["night"], liked=True, saved=True
        ),
        _card(2, tom, [LANDSCAPE, PORTRAIT, SQUARE], caption="One honest line."),
        _card(3, lea, [PANORAMA], location_name="Porto", audience="followers"),
        _card(4, hana, [PORTRAIT], title="Tall", audience="unlisted"),
        _card(5, tom, [SQUARE], sensitive=True, spoiler="A bird of prey with its catch", audience="only_me"),
        _card(
            6, lea, [], pictures=[_picture(6, *LANDSCAPE, **FILM)], caption="A film waits until it is asked to play."
        ),
        _card(7, tom, [], pictures=[_picture(7, *SQUARE, animated_src=drawn(8, *SQUARE))], caption="It can move."),
    ]


def _states(people: dict[str, Sample]) -> list[Sample]:
    """The states only the owner of a post sees."""
    own: dict[str, Any] = {"can_edit": True, "published_at": None}
    failed = [(1, 2, "The file stops early. Please send it again.")]
    waiting = [
        _picture(1, *LANDSCAPE),
        _picture(2, *LANDSCAPE, kind="video", state="processing", progress=43),
        _picture(3, *LANDSCAPE, state="received"),
    ]
    return [
        _card(11, people["stranger"], [LANDSCAPE], state="publishing", **own),
        _card(14, people["stranger"], [], pictures=waiting, state="publishing", **own),
        _card(12, people["stranger"], [LANDSCAPE], state="publishing", failures=failed, **own),
        _card(13, people["stranger"], [LANDSCAPE], state="trashed", **own),
    ]


def _card(number: int, author: Sample, sizes: list[tuple[int, int]], caption: str = "", **changes: Any) -> Sample:
    at: datetime = timezone.now() - timedelta(hours=7 * number)
    audience = changes.get("audience", "public")
    card = {
        "id": number,
        "code": f"sample{number}",
        "url": f"/p/sample{number}/",
        "author": author,
        "title": "",
        "caption_html": format_html("{}", caption),
        "tags": [],
        "location_name": "",
        "place_url": "",
        "audience": audience,
        "audience_label": AUDIENCES[audience],
        "sensitive": False,
        "spoiler": "",
        "pictures": [_picture(number + place, *size) for place, size in enumerate(sizes)],
        "like_count": number * 3,
        "comment_count": number,
        "comments": "everyone",
        "comments_label": format_html("View <span data-number>{}</span> comments", number + 2),
        "liked": False,
        "saved": False,
        "can_edit": False,
        "can_download": False,
        "state": "published",
        "failures": [],
        "created_at": at,
        "published_at": at,
        "edited_at": None,
        "licence_label": "All rights reserved",
        "reason": "You follow Hana Okada.",
        "frame_label": f"FRAME {number}A",
    }
    return Sample(**{**card, **changes})


def _picture(number: int, width: int, height: int, **changes: Any) -> Sample:
    source = drawn(number, width, height)
    ratio = width / height
    picture = Sample(
        id=number,
        kind="photo",
        width=width,
        height=height,
        alt="Hills in front of a low sun",
        lqip="",
        src=source,
        full_url=source,
        jpeg_srcset="",
        avif_srcset="",
        square_src=source,
        square_avif="",
        animated_src="",
        poster=source,
        video_src="",
        video_width=width,
        video_height=height,
        duration_label="",
        shape="tall" if ratio < 4 / 5 else "wide" if ratio > 1.91 else "free",
        rebate="ƒ/2.8 · 1/250 · ISO 400" if number % 2 else "",
        camera=[("Camera", "Nikon FM2"), ("Lens", "50 mm")] if number % 2 else [],
        state="ready",
        developing_again=False,
        progress=100,
        failure="",
    )
    return Sample(**{**vars(picture), **changes})


def _tile(number: int) -> Sample:
    width, height = (LANDSCAPE, PORTRAIT, SQUARE, PANORAMA)[number % 4]
    picture = _picture(number, width, height)
    audience = ("public", "followers", "public", "only_me")[number % 4]
    return Sample(
        id=number,
        code=f"tile{number}",
        url=f"/p/tile{number}/",
        title="Low sun" if number % 3 == 0 else "",
        alt=picture.alt,
        lqip="",
        square_src=picture.src,
        square_avif="",
        src=picture.src,
        jpeg_srcset="",
        avif_srcset="",
        width=width,
        height=height,
        kind="album" if number % 5 == 2 else "video" if number % 5 == 3 else "photo",
        duration_label="0:42" if number % 5 == 3 else "",
        count=3 if number % 5 == 2 else 1,
        audience=audience,
        audience_label=AUDIENCES[audience],
        like_count=number * 2,
        state="publishing" if number == 9 else "published",
        sensitive=number == 5,
    )


def drawn(number: int, width: int, height: int) -> str:
    """A small landscape as a data address: sky, a sun and three hills, different for each number."""
    sky, light, hill, dark = PALETTES[number % len(PALETTES)]
    sun_x, horizon = width * (2 + number * 3 % 7) // 10, height * 6 // 10
    hills = "".join(
        f'<path fill="{colour}" d="M0 {top}Q{width * bend // 10} {top - rise} {width} {top + rise // 2}V{height}H0Z"/>'
        for colour, top, bend, rise in (
            (light, horizon, 3 + number % 4, height // 5),
            (hill, horizon + height // 9, 7 - number % 4, height // 6),
            (dark, horizon + height // 4, 4 + number % 3, height // 8),
        )
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="{sky}"/>'
        f'<circle cx="{sun_x}" cy="{horizon - height // 6}" r="{height // 9}" fill="#FFF6E0"/>{hills}</svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
