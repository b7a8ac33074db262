from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from photos.places import SLUG_LENGTH


class Place(models.Model):
    """A slug that posts have, for finding it by any of its words; forgotten the night after the last of them."""

    slug = models.CharField(max_length=SLUG_LENGTH, unique=True)
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="photos_place_words")]

    def __str__(self) -> str:
        return self.slug
