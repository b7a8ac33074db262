from typing import Any

from django.apps import apps
from django.apps.config import AppConfig
from django.db.models.signals import post_migrate

from accounts.signals import account_deleted
from moderation.services.forgetting import forget_person
from moderation.services.roles import keep_roles


def connect() -> None:
    account_deleted.connect(forget, dispatch_uid="moderation.forget_with_account")
    post_migrate.connect(keep_groups, dispatch_uid="moderation.keep_groups")


def forget(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the deletion."""
    forget_person(user_id)


def keep_groups(sender: AppConfig, **kwargs: Any) -> None:
    """After the last app: only then the permissions of all are there."""
    if sender.name == [each for each in apps.get_app_configs() if each.models_module][-1].name:
        keep_roles()
