"""How the owner wants a media developed: a recipe, kept as JSON; the original is never touched."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core.exceptions import FieldError, InvalidInput, NotFound
from photos.imaging.recipes import BadRecipe, clean_recipe
from photos.models import Media
from photos.ready.facts import forget_posts
from photos.services.queueing import develop_again


def set_recipe(actor: User, media: Media, recipe: object) -> Media:
    """Develop `media` anew with `recipe` (docs/recipes.md); None or {} is as it was taken.

    What was rendered before is shown until the new files replace it all at once. InvalidInput names every wrong key.
    """
    if media.owner_id != actor.pk:
        raise NotFound
    try:
        wanted = clean_recipe(recipe, kind=media.kind) or None
    except BadRecipe as error:
        problems = [FieldError(_field(each.field), each.code, each.message) for each in error.errors]
        raise InvalidInput(problems[0].message, errors=problems) from error
    _develop_with(media, recipe=wanted)
    return media


def set_focus(media: Media, focus: tuple[float, float]) -> None:
    """Cut the square of `media` around this point, from (-1, -1) at the left bottom corner to (1, 1)."""
    _develop_with(media, focus_x=focus[0], focus_y=focus[1])


def _develop_with(media: Media, **changes: Any) -> None:
    """Set these fields and develop `media` anew, unless it has them already."""
    with transaction.atomic():
        locked = Media.objects.select_for_update(of=("self",)).filter(pk=media.pk).first()
        if locked is None:
            raise NotFound
        if any(getattr(locked, name) != value for name, value in changes.items()):
            Media.objects.filter(pk=media.pk).update(**changes, revision=F("revision") + 1)
            develop_again(locked)
            forget_posts(locked.post_id)
    media.refresh_from_db()


def _field(name: str) -> str:
    return f"recipe.{name}" if name else "recipe"
