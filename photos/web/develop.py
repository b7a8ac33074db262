"""The page that develops one photo anew: frame, light and look. Works without scripts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import FieldError, InvalidInput, NotFound
from core.web.forms import add_errors
from core.web.redirects import see_other
from photos.access import get_own_post
from photos.cards import picture_card
from photos.imaging.framing import centred_crop, turned_crop
from photos.imaging.light import LIGHT_KEYS
from photos.imaging.looks import LOOKS
from photos.imaging.recipes import RANGES
from photos.models import Media, Post
from photos.services.recipes import set_recipe

ORIGINAL, AS_IT_IS = "original", "as-it-is"
RATIOS = {"1:1": 1.0, "4:5": 4 / 5, "3:2": 3 / 2, "16:9": 16 / 9}
TURNS = {
    0: gettext_lazy("As it was held"),
    90: gettext_lazy("A quarter to the right"),
    180: gettext_lazy("Upside down"),
    270: gettext_lazy("A quarter to the left"),
}


class SliderInput(forms.NumberInput):
    input_type = "range"


class DevelopForm(forms.Form):
    """A recipe as fields: a crop is one of a few shapes from the middle, or stays as some app has made it."""

    ratio = forms.ChoiceField(label=gettext_lazy("Shape"), widget=forms.RadioSelect)
    rotate = forms.TypedChoiceField(
        label=gettext_lazy("Turn"),
        coerce=int,
        choices=list(TURNS.items()),
        widget=forms.RadioSelect,
    )
    straighten = forms.FloatField(label=gettext_lazy("Straighten"), widget=SliderInput(attrs={"step": "0.1"}))
    look = forms.ChoiceField(
        label=gettext_lazy("Look"),
        required=False,
        choices=[("", gettext_lazy("As taken")), *((look.name, f"{look.title}: {look.description}") for look in LOOKS)],
        widget=forms.RadioSelect,
    )
    strength = forms.IntegerField(label=gettext_lazy("Strength of the look"), widget=SliderInput)
    brightness = forms.IntegerField(label=gettext_lazy("Brightness"), widget=SliderInput)
    contrast = forms.IntegerField(label=gettext_lazy("Contrast"), widget=SliderInput)
    warmth = forms.IntegerField(label=gettext_lazy("Warmth"), widget=SliderInput)
    fade = forms.IntegerField(label=gettext_lazy("Fade"), widget=SliderInput)

    def __init__(self, media: Media, data: Any = None) -> None:
        self._media = media
        self._before: dict[str, Any] = media.recipe or {}
        resting = {"rotate": 0, "straighten": 0, "look": "", "strength": 100, **dict.fromkeys(LIGHT_KEYS, 0)}
        initial = {**resting, **self._before, "ratio": self._ratio_before()}
        super().__init__(data, initial=initial)
        shapes = [(ORIGINAL, _("Original")), *((name, name) for name in RATIOS)]
        if initial["ratio"] == AS_IT_IS:
            shapes.append((AS_IT_IS, _("As it is now")))
        self.fields["ratio"].choices = shapes  # type: ignore[attr-defined]  # a ChoiceField
        for name in ("straighten", "strength", *LIGHT_KEYS):
            self._limit(name, initial[name])

    def recipe(self) -> dict[str, Any]:
        """What the fields say; call it once the form is valid."""
        values = dict(self.cleaned_data)
        crop = self._crop(values.pop("ratio"), values["rotate"])
        return {**values, "look": values["look"] or None, "crop": crop}

    def _crop(self, ratio: str, rotate: int) -> dict[str, float] | None:
        if ratio == ORIGINAL:
            return None
        if ratio == AS_IT_IS:
            return turned_crop(self._before["crop"], rotate - self._before.get("rotate", 0))
        return centred_crop(self._size(rotate), RATIOS[ratio])

    def _ratio_before(self) -> str:
        """The shape whose crop the recipe has, to within rounding."""
        crop = self._before.get("crop")
        if crop is None:
            return ORIGINAL
        size = self._size(self._before.get("rotate", 0))
        crops = {name: centred_crop(size, ratio) for name, ratio in RATIOS.items()}
        return next((name for name, each in crops.items() if _is_near(each, crop)), AS_IT_IS)

    def _size(self, rotate: int) -> tuple[int, int]:
        """Of the original once it is turned; straightening keeps the shape."""
        width, height = self._media.original_width, self._media.original_height
        return (width, height) if rotate in (0, 180) else (height, width)

    def _limit(self, name: str, value: float) -> None:
        """A slider shows no figures without scripts, so its ends and its place now stand below it."""
        allowed, field = RANGES[name], self.fields[name]
        field.widget.attrs |= {"min": allowed.low, "max": allowed.high}
        values = {"low": allowed.low, "high": allowed.high, "now": value}
        field.help_text = _("From %(low)d to %(high)d; now %(now)s.") % values


def _is_near(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(abs(one[key] - other[key]) < 0.0001 for key in one)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def develop(request: SignedInRequest, post_id: int, media_id: int) -> HttpResponse:
    """The form with the recipe of now; saving develops the photo anew, "reset" brings it back as it was taken."""
    post = get_own_post(request.user, post_id)
    media = _photo_of(post, media_id)
    form = DevelopForm(media, request.POST if request.method == "POST" and "reset" not in request.POST else None)
    if request.method == "POST" and _save(request, media, form):
        messages.success(request, _("Your picture is being developed anew and shows in a moment."))
        return see_other(reverse("photos:post-detail", args=[post.pk]))
    context = {"form": form, "picture": picture_card(media, post), "post_id": post.pk, "changed": bool(media.recipe)}
    return render(request, "photos/media_develop.html", context, status=422 if form.errors else 200)


def _photo_of(post: Post, media_id: int) -> Media:
    for media in post.media.all():
        if media.pk == media_id and media.kind == Media.Kind.PHOTO:
            return media
    raise NotFound


def _save(request: SignedInRequest, media: Media, form: DevelopForm) -> bool:
    """Whether the recipe was taken; if not, the form says why."""
    if form.is_bound and not form.is_valid():
        return False
    try:
        set_recipe(request.user, media, form.recipe() if form.is_bound else None)
    except InvalidInput as error:
        add_errors(form, _for_form(error))
        return False
    return True


def _for_form(error: InvalidInput) -> InvalidInput:
    """The same error beside our fields: `recipe.fade` is at fade, all of `recipe.crop` at the shape."""
    names = [each.field.removeprefix("recipe.") for each in error.errors]
    fields = ["ratio" if name.startswith("crop") else name for name in names]
    problems = [FieldError(name, e.code, e.message) for name, e in zip(fields, error.errors, strict=True)]
    return InvalidInput(error.detail, code=error.code, errors=problems)
