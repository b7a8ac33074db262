"""What the people who run the site say about it: texts, rules, announcements."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RULE_LENGTH = 200
TEXT_LENGTH = 50_000
ANNOUNCEMENT_LENGTH = 500


class SiteText(models.Model):
    """One of the pages about the site, in Markdown, in place of the text that comes with it."""

    class Name(models.TextChoices):
        ABOUT = "about", _("About")
        RULES = "rules", _("Rules")
        PRIVACY = "privacy", _("Privacy")
        TERMS = "terms", _("Terms")
        CONTACT = "contact", _("Contact")

    name = models.CharField(max_length=10, choices=Name.choices, unique=True)
    text = models.TextField(
        max_length=TEXT_LENGTH, help_text="Markdown. On the page of rules it stands above the rules."
    )
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.get_name_display())


class Rule(models.Model):
    """One rule of the site. `title` is what a person reads whose post broke it."""

    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest stands first.")
    title = models.CharField(max_length=RULE_LENGTH, help_text="One sentence.")
    text = models.TextField(max_length=2000, blank=True, help_text="What it means, in Markdown.")

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title


class Announcement(models.Model):
    """A few words on top of every page, for a while."""

    class Level(models.TextChoices):
        INFO = "info", "Information"
        WARNING = "warning", "Warning"
        ALARM = "alarm", "Alarm"

    text = models.CharField(
        max_length=ANNOUNCEMENT_LENGTH, help_text="One line of Markdown: **bold**, [words](address)."
    )
    level = models.CharField(max_length=7, choices=Level.choices, default=Level.INFO)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until it is taken away.")
    dismissible = models.BooleanField("can be closed", default=True, help_text="Who closes it sees it no more.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="accounts_announcement_ends_later"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
