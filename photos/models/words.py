from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from photos.matching import words_of
from photos.models.posts import Post


class PostWords(models.Model):
    """What searching finds a post by: its words (photos/words.py), in the transaction that changes them.

    A row says nothing of who may see the post: the audience rule is asked of the post itself, at each search.
    """

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="kept_words")
    words = SearchVectorField(help_text="Weight A from the title, B from tags, C from the caption.")
    near = ArrayField(models.BigIntegerField(), help_text="Finds words of title and tags that have a slip in them.")
    indexed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="photos_words"),
            GinIndex(words_of("a"), name="photos_words_title"),
            GinIndex(words_of("ab"), name="photos_words_tags"),
            GinIndex(fields=["near"], name="photos_words_near"),
        ]

    def __str__(self) -> str:
        return f"words of {self.post_id}"
