from accounts.models import User


class Member(User):
    """Somebody as those see them who work on cases: no address, no rights."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = "person"
        verbose_name_plural = "people"
