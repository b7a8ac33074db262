from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from photos.querysets import PersonTagQuerySet

MOST_PEOPLE = 20  # tagged in one post


class PersonTag(models.Model):
    """The author of a post says who is in one of its pictures, and where.

    `waiting` for that person to allow it, seen until then by these two alone. `removed` by that person: nobody sees it,
    and it cannot be set again. `x` and `y` are from 0, left and top, to 1; both None for nowhere in particular.
    """

    class State(models.TextChoices):
        SHOWN = "shown"
        WAITING = "waiting"
        REMOVED = "removed"

    id = models.BigIntegerField(primary_key=True, editable=False)
    post = models.ForeignKey("photos.Post", models.CASCADE, related_name="people")
    media = models.ForeignKey("photos.Media", models.CASCADE, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tagged_in")
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SHOWN)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonTagQuerySet] = PersonTagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "media", "person"], name="photos_person_tag_once"),
            models.CheckConstraint(
                condition=Q(x=None, y=None) | Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="photos_person_tag_place"
            ),
        ]
        indexes = [models.Index(fields=["person", "state", "-id"], name="photos_tagged")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.media_id}"
