"""The Celery application; every setting lives in `instagram.settings` under the CELERY_ prefix."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "instagram.settings")

app = Celery("instagram")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(dispatch_uid="instagram.keep_django_logging")
def keep_django_logging(**kwargs: Any) -> None:
    """Being connected is enough: Celery then leaves the logging that Django set up as it is."""
