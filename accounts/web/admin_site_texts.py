"""What the people who run the site say about it, in the admin."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import Announcement, Rule, SiteText, User
from accounts.services.site import add_rules, delete_site, save_site
from accounts.site import DEFAULT_RULES
from accounts.web.admin_blocklists import LinesAdmin
from core.admin import StaffAdmin


class SiteAdmin(StaffAdmin[Any]):
    """Saving and deleting count at once on every page."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        save_site(cast(User, request.user), obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, type(obj)._default_manager.filter(pk=obj.pk))  # noqa: SLF001  any model

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        delete_site(cast(User, request.user), queryset)


@admin.register(SiteText)
class SiteTextAdmin(SiteAdmin):
    """Without a row the text that comes with the site is shown."""

    list_display = ("name", "changed_at")
    search_fields = ("name", "text")
    ordering = ("name",)


class RuleLinesForm(forms.Form):
    lines = forms.CharField(
        label="Rules",
        initial="\n".join(DEFAULT_RULES),
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="One on each line. Those that come with the site are here to begin with.",
    )


@admin.register(Rule)
class RuleAdmin(SiteAdmin, LinesAdmin):
    """While there is none the rules that come with the site hold: "Add many" begins with them."""

    lines_form, add_lines = RuleLinesForm, staticmethod(add_rules)
    list_display = ("title", "position")
    list_editable = ("position",)
    list_select_related = ()
    readonly_fields = ()
    search_fields = ("title", "text")
    ordering = ("position", "id")


@admin.register(Announcement)
class AnnouncementAdmin(SiteAdmin):
    list_display = ("text", "level", "starts_at", "ends_at", "dismissible")
    list_filter = ("level", "starts_at")
    search_fields = ("text",)
    ordering = ("-starts_at",)
