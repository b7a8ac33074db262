from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from photos.matching import words_of
from photos.models.posts import Post
from photos.words import LONGEST


class PostWords(models.Model):
    """What searching finds a post by: its words (photos/words.py), in the transaction that changes them.

    A row says nothing of who may see the post: the audience rule is asked of the post itself, at each search.
    """

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="kept_words")
    words = SearchVectorField(help_text="Weight A from the title, B from tags, C from the caption, D from the rest.")
    rules = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Of photos/words.py, when they were made."
    )
    indexed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="photos_words"),
            GinIndex(words_of("a"), name="photos_words_title"),
            GinIndex(words_of("ab"), name="photos_words_tags"),
        ]

    def __str__(self) -> str:
        return f"words of {self.post_id}"


class KnownWord(models.Model):
    """A word of some title or tags, for correcting what is typed; forgotten the night after the last post with it.

    Where the database has pg_trgm there is an index of trigrams, too (photos/spelling.py).
    """

    word = models.CharField(max_length=LONGEST, primary_key=True)
    near = ArrayField(models.BigIntegerField(), help_text="Of `near_forms`.")

    class Meta:
        indexes = [GinIndex(fields=["near"], name="photos_known_near")]

    def __str__(self) -> str:
        return self.word
