"""Lists of other people's apps in the admin: searchable, quick with many rows, without what nobody may read there."""

from typing import Any

from allauth.account.admin import EmailAddressAdmin as AllauthEmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import LOOKED, ReadOnlyAdmin, StaffAdmin

FLAGS = {ADDITION: "Added", CHANGE: "Changed", DELETION: "Deleted", LOOKED: "Looked"}

# The provider comes from the environment (OIDC_*), and no tokens of it are kept: two lists that would always be empty.
admin.site.unregister([SocialApp, SocialToken, SocialAccount, EmailAddress, Authenticator, Group])


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, StaffAdmin[Group]):
    ordering = ("name",)


@admin.register(EmailAddress)
class EmailAddressAdmin(AllauthEmailAddressAdmin, StaffAdmin[EmailAddress]):  # type: ignore[misc]  # it has no types
    list_select_related = ("user",)
    search_fields = ("email", "user__username")
    search_help_text = "A part of an address or of a username."

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.search_fields


@admin.register(SocialAccount)
class SocialAccountAdmin(StaffAdmin[SocialAccount]):
    """Who logs in by another site, and as whom there."""

    list_display = ("user", "uid", "provider", "last_login", "date_joined")
    list_filter = ("provider",)
    list_select_related = ("user",)
    search_fields = ("user__username", "=uid")
    search_help_text = "A part of a username, or the whole name at the other site."
    fields = readonly_fields = ("user", "provider", "uid", "last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(StaffAdmin[Authenticator]):
    """Second factors, not their secrets. Deleting all of somebody who has lost them lets that person in again."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    search_help_text = "The beginning of a username."
    persons = ("user",)
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What staff did in the admin, and whose feeds they looked into; the newest first."""

    list_display = ("action_time", "user", "kind", "thing", "told")
    list_filter = ("action_time", "action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("user__username", "=object_id", "object_repr")
    search_help_text = "A name of the staff, the id of a thing, or a part of its name."
    fields = ("action_time", "user", "content_type", "object_id", "thing", "kind", "told")
    readonly_fields = fields

    @admin.display(description="what")
    def kind(self, entry: LogEntry) -> str:
        return FLAGS.get(entry.action_flag, "")

    @admin.display(description="thing")
    def thing(self, entry: LogEntry) -> SafeString | str:
        url = entry.get_admin_url() if not entry.is_deletion() else None
        return format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else entry.object_repr

    @admin.display(description="in words")
    def told(self, entry: Any) -> str:
        return str(entry.get_change_message())
