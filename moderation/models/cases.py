from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 1000
LABEL_LENGTH = 100
GONE = "gone"  # the outcome where the account was deleted before anybody decided


class Category(models.TextChoices):
    """What is wrong with a thing, in the eyes of who reports it."""

    SPAM = "spam", _("Spam or fraud")
    NUDITY = "nudity", _("Nudity or sexual pictures")
    VIOLENCE = "violence", _("Violence, or a call for it")
    HATE = "hate", _("Hate against a group of people")
    HARASSMENT = "harassment", _("Bullying or harassment")
    SELF_HARM = "self_harm", _("Suicide or self-harm")
    MINORS = "minors", _("Harm to a child")
    ILLEGAL = "illegal", _("Something the law forbids")
    COPYRIGHT = "copyright", _("A picture that belongs to somebody else")
    PRIVACY = "privacy", _("Somebody is shown who does not want it")
    IMPERSONATION = "impersonation", _("Somebody pretends to be another")
    OTHER = "other", _("Something else")


class Case(models.Model):
    """All that is reported of one post, person or comment until staff have decided; there is one open case of each.

    `person` is whom it is about: the account itself, or the author. What is deleted meanwhile leaves `label`.
    """

    class Kind(models.TextChoices):
        POST = "post"
        PERSON = "person"
        COMMENT = "comment"

    class State(models.TextChoices):
        OPEN = "open"
        SETTLED = "settled"

    id = models.BigIntegerField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="cases")
    post = models.ForeignKey("photos.Post", models.SET_NULL, null=True, blank=True, related_name="+")
    comment = models.ForeignKey("photos.Comment", models.SET_NULL, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=LABEL_LENGTH, help_text="What it is about, once the thing is gone as well.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    report_count = models.PositiveIntegerField(default=0)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="claimed_cases"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="The action that settled it.")

    class Meta:
        permissions = [("work_case", "Can claim, note and settle cases")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post"], condition=Q(kind="post", state="open"), name="moderation_one_case_of_post"
            ),
            models.UniqueConstraint(
                fields=["person", "comment"],
                condition=Q(kind="comment", state="open"),
                name="moderation_one_case_of_comment",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="person", state="open"), name="moderation_one_case_of_person"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="moderation_queue"),
            models.Index(fields=["state", "-report_count", "id"], name="moderation_queue_by_reports"),
            models.Index(fields=["claimed_by", "id"], name="moderation_claimed", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.label


class Report(models.Model):
    """What one person says against a thing. Nobody but staff learns who said it."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports")
    category = models.CharField(max_length=20, choices=Category.choices)
    note = models.TextField(max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the reporter was told the outcome.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reporter", "case"], name="moderation_report_once")]
        indexes = [
            models.Index(fields=["case", "id"], name="moderation_reports"),
            models.Index(fields=["reporter", "-id"], name="moderation_own_reports"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Note(models.Model):
    """What staff write for each other about a case."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=NOTE_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="moderation_notes")]

    def __str__(self) -> str:
        return f"note {self.pk}"
