from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

from accounts.matching import words_of
from accounts.names import look_of
from accounts.querysets import UserQuerySet, Viewer
from core.models import new_id

USERNAME_LENGTH = 30
DISPLAY_NAME_LENGTH = 64
BIO_LENGTH = 500
LOCATION_LENGTH = 64
WEBSITE_LENGTH = 200
MOST_LINKS = 5  # the website is the first of them


MOST_FILTERS = 200
FILTER_LENGTH = 60


class TagsFrom(models.TextChoices):
    EVERYONE = "everyone", "Everyone"
    FOLLOWING = "following", "People I follow"
    NOBODY = "nobody", "Nobody"


class UserManager(BaseUserManager["User"]):
    """Makes people with an id of their own shard; sign-up rules live in `accounts.services.sign_up`."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: Viewer) -> UserQuerySet:
        return self.get_queryset().visible_to(viewer)

    def offered_to(self, viewer: Viewer) -> UserQuerySet:
        return self.get_queryset().offered_to(viewer)

    def with_open_lists(self, viewer: Viewer) -> UserQuerySet:
        return self.get_queryset().with_open_lists(viewer)

    def searchable_by(self, viewer: Viewer) -> UserQuerySet:
        return self.get_queryset().searchable_by(viewer)

    def create_user(
        self, username: str, email: str, password: str | None = None, *, verified: bool = False, **fields: Any
    ) -> "User":
        """With `verified` the address is known to be the person's; else a code is asked for at the first log-in."""
        name = username.lower()
        user = self.model(username=name, look=look_of(name), email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        addresses = self.model._meta.apps.get_model("account", "EmailAddress").objects
        addresses.create(user=user, email=user.email, primary=True, verified=verified)
        return user

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        flags = {"is_staff": True, "is_superuser": True, "verified": True}
        return self.create_user(username, email, password, **{**flags, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `username` is lower case; counters follow the rows in the same transaction."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=USERNAME_LENGTH, unique=True)
    look = models.CharField(  # noqa: DJ001  older accounts may have none, and those are not alike
        max_length=60,
        unique=True,
        null=True,
        editable=False,
        help_text="What names that look alike have in common; empty where an older account has it.",
    )
    email = models.EmailField()
    display_name = models.CharField(max_length=DISPLAY_NAME_LENGTH, blank=True)
    bio = models.TextField(max_length=BIO_LENGTH, blank=True)
    pronouns = models.CharField(max_length=32, blank=True)
    website = models.URLField(max_length=WEBSITE_LENGTH, blank=True)
    links = ArrayField(
        models.URLField(max_length=WEBSITE_LENGTH),
        size=MOST_LINKS - 1,
        null=True,
        blank=True,
        help_text="More websites.",
    )
    location = models.CharField(max_length=LOCATION_LENGTH, blank=True)
    avatar_key = models.CharField(max_length=100, blank=True, help_text="Square JPEG in the storage of renditions.")
    header = models.JSONField(
        null=True,
        blank=True,
        help_text="The picture on top of the profile: {alt_text, pictures: [[key, width, height]]}, narrow first.",
    )
    is_private = models.BooleanField(default=False, help_text="Only accepted followers see the posts.")

    hides_counts = models.BooleanField(
        default=False, help_text="Others do not see how many follow, are followed and like."
    )
    hides_follows = models.BooleanField(default=False, help_text="Others do not see who follows and is followed.")
    in_search = models.BooleanField(default=True, help_text="The account and its posts may be found by searching.")
    in_discovery = models.BooleanField(
        default=True, help_text="The account and its posts may be suggested and stand in Explore."
    )
    in_engines = models.BooleanField(default=True, help_text="Search engines may list the profile and public posts.")
    shows_counts = models.BooleanField(default=True, help_text="The person wants to see counts at all.")

    show_camera = models.BooleanField(default=False, help_text="Camera, lens and exposure show with the pictures.")
    time_zone = models.CharField(max_length=64, default="UTC", help_text="As the IANA calls it, such as Europe/Vienna.")
    approves_comments = models.BooleanField(
        default=False, help_text="Comments of others at this person's posts wait to be let out."
    )
    comment_filter = ArrayField(
        models.CharField(max_length=FILTER_LENGTH),
        size=MOST_FILTERS,
        default=list,
        blank=True,
        help_text="Comments with one of these words or phrases wait to be let out.",
    )
    tags_from = models.CharField(
        max_length=10,
        choices=TagsFrom.choices,
        default=TagsFrom.EVERYONE,
        help_text="Who may say that this person is in a picture.",
    )
    approves_tags = models.BooleanField(default=False, help_text="To be said to be in a picture waits for approval.")
    tags_in_latest = models.BooleanField(default=False, help_text="Posts with followed tags join Latest.")
    quota_bytes = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Room for originals, instead of QUOTA_BYTES; 0 is without limit."
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When the person closed the account.")
    delete_at = models.DateTimeField(
        null=True, blank=True, help_text="When a closed account is deleted for good; empty if it is only deactivated."
    )
    limited_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff took the account out of what strangers are shown."
    )
    frozen_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff let the person read only, and change nothing."
    )
    suspended_at = models.DateTimeField(null=True, blank=True, help_text="When staff closed the account.")
    awaits_approval = models.BooleanField(default=False, help_text="Staff have to let this person in first.")
    application = models.TextField(
        max_length=1000, blank=True, help_text="What the person said who asked to be let in."
    )
    counted = models.BooleanField(
        default=True, editable=False, help_text="Likes and follows of this account are in the counters of others."
    )

    has_blocks = models.BooleanField(
        default=False,
        editable=False,
        help_text="A block, or a restriction, gives this person numbers of their own.",
    )

    follower_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    public_post_count = models.PositiveIntegerField(default=0, help_text="Published posts everybody may find.")
    follower_post_count = models.PositiveIntegerField(default=0, help_text="Published posts for followers only.")
    close_friend_post_count = models.PositiveIntegerField(
        default=0, help_text="Published posts for close friends only."
    )
    own_post_count = models.PositiveIntegerField(default=0, help_text="Published posts of every audience.")

    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True, db_index=True)

    standing_row: str | None = None  # what `accounts.standings.with_standing` has loaded
    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        indexes = [
            models.Index(
                fields=["-follower_count", "-id"],
                name="accounts_suggested",
                condition=models.Q(is_active=True, is_private=False, in_discovery=True, public_post_count__gt=0),
            ),
            GinIndex(words_of(), name="accounts_words"),
            models.Index(fields=["delete_at"], name="accounts_delete_at", condition=models.Q(delete_at__isnull=False)),
            models.Index(fields=["-id"], name="accounts_applicants", condition=models.Q(awaits_approval=True)),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_email_once"),
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^[a-z0-9._]+$"), name="accounts_username_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet["User"] | None = None,
    ) -> None:
        """As ever; but the first look at something that was not loaded loads all of that, with one query."""
        if fields is not None and not self.get_deferred_fields().isdisjoint(wanted := set(fields)):
            fields = wanted | self.get_deferred_fields()
        super().refresh_from_db(using, fields, from_queryset)

    @property
    def name(self) -> str:
        """What to call this person: the display name if there is one."""
        return self.display_name or self.username

    @property
    def shown_keys(self) -> list[str]:
        """The files in the storage of renditions that everybody is shown as the face of this account."""
        return [*([self.avatar_key] if self.avatar_key else []), *self.header_keys]

    @property
    def header_keys(self) -> list[str]:
        return [key for key, _, _ in self.header["pictures"]] if self.header else []


class Applicant(User):
    """Somebody who waits to be let in, as the admin lists them."""

    class Meta:
        proxy = True
