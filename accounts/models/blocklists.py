"""What staff do not let in: words, domains of e-mail addresses, networks."""

from django.conf import settings
from django.db import models

REASON_LENGTH = 200
WORD_LENGTH = 100


class Entry(models.Model):
    """One line of a list: why it stands there, who put it there, and how often it was met."""

    reason = models.CharField(max_length=REASON_LENGTH, blank=True, help_text="For staff alone.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    hits = models.PositiveBigIntegerField(default=0, editable=False, help_text="How often it was met.")
    hit_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When it was met last.")

    class Meta:
        abstract = True


class BlockedWord(Entry):
    """A word or phrase, met however it is written: `folded` is what all its spellings have in common."""

    class Action(models.TextChoices):
        REFUSE = "refuse", "Refuse"
        HOLD = "hold", "Hold for staff"

    text = models.CharField(max_length=WORD_LENGTH, help_text="A word or phrase; met in any spelling.")
    folded = models.CharField(max_length=2 * WORD_LENGTH, unique=True, editable=False)
    inside = models.BooleanField(
        "inside other words",
        default=False,
        help_text="Also as a part of longer words. Languages without spaces: always.",
    )
    in_names = models.BooleanField("names", default=True, help_text="Usernames and display names.")
    in_bios = models.BooleanField("profiles", default=True, help_text="What people say about themselves.")
    in_posts = models.BooleanField("posts", default=True, help_text="Titles, captions, tags, descriptions, places.")
    in_comments = models.BooleanField("comments", default=True)
    action = models.CharField(
        max_length=6,
        choices=Action.choices,
        default=Action.REFUSE,
        help_text="Hold: a comment waits, a post or profile is shown to staff.",
    )

    def __str__(self) -> str:
        return self.text


class BlockedEmailDomain(Entry):
    """No account has an address of this domain, or of one below it."""

    domain = models.CharField(max_length=253, unique=True, help_text="Such as example.org, with all below it.")

    def __str__(self) -> str:
        return self.domain


class BlockedNetwork(Entry):
    """An address, or all of a network."""

    class Scope(models.TextChoices):
        SIGN_UP = "sign_up", "Signing up"
        ENTRANCE = "entrance", "Signing up and logging in"
        WRITES = "writes", "Everything that changes something"

    network = models.CharField(max_length=49, unique=True, help_text="Such as 203.0.113.0/24 or 2001:db8::/32.")
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.SIGN_UP)

    def __str__(self) -> str:
        return self.network
