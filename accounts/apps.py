from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AdminConfig(admin.AdminConfig):
    default = False
    default_site = "accounts.web.admin_site.Site"


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True

    def ready(self) -> None:
        from accounts import metrics, receivers  # both need the app registry

        metrics.connect()
        receivers.connect()
