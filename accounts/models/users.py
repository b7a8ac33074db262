from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from accounts.querysets import UserQuerySet, Viewer
from core.models import new_id

USERNAME_LENGTH = 30
DISPLAY_NAME_LENGTH = 64
BIO_LENGTH = 500
LOCATION_LENGTH = 64


class UserManager(BaseUserManager["User"]):
    """Makes people with an id of their own shard; sign-up rules live in `accounts.services.sign_up`."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: Viewer) -> UserQuerySet:
        return self.get_queryset().visible_to(viewer)

    def create_user(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username.lower(), email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `username` is lower case; counters follow the rows in the same transaction."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=USERNAME_LENGTH, unique=True)
    email = models.EmailField()
    display_name = models.CharField(max_length=DISPLAY_NAME_LENGTH, blank=True)
    bio = models.TextField(max_length=BIO_LENGTH, blank=True)
    pronouns = models.CharField(max_length=32, blank=True)
    website = models.URLField(max_length=200, blank=True)
    location = models.CharField(max_length=LOCATION_LENGTH, blank=True)
    avatar_key = models.CharField(max_length=100, blank=True, help_text="Square JPEG in the storage of renditions.")
    is_private = models.BooleanField(default=False, help_text="Only accepted followers see the posts.")

    show_camera = models.BooleanField(default=False, help_text="Camera, lens and exposure show with the pictures.")
    tags_in_latest = models.BooleanField(default=False, help_text="Posts with followed tags join Latest.")
    quota_bytes = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Room for originals, instead of QUOTA_BYTES; 0 is without limit."
    )
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person closed the account; it is deleted TRASH_DAYS later."
    )

    follower_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    public_post_count = models.PositiveIntegerField(default=0, help_text="Published posts everybody may find.")
    follower_post_count = models.PositiveIntegerField(default=0, help_text="Published posts for followers only.")
    own_post_count = models.PositiveIntegerField(default=0, help_text="Published posts of every audience.")

    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        indexes = [
            models.Index(
                fields=["-follower_count", "-id"],
                name="accounts_suggested",
                condition=models.Q(is_active=True, is_private=False, public_post_count__gt=0),
            ),
            models.Index(fields=["closed_at"], name="accounts_closed", condition=models.Q(closed_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_email_once"),
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^[a-z0-9._]+$"), name="accounts_username_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def name(self) -> str:
        """What to call this person: the display name if there is one."""
        return self.display_name or self.username
