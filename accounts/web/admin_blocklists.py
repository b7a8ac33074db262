"""The blocklists in the admin: search, add, add many lines at once, see who added what and how often it was met."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.models import BlockedEmailDomain, BlockedNetwork, BlockedWord, User
from accounts.models.blocklists import REASON_LENGTH
from accounts.services.blocklists import (
    add_domains,
    add_networks,
    add_words,
    change_entry,
    clean_domain,
    clean_network,
    remove_entries,
)
from accounts.word_lists import fold
from core.admin import StaffAdmin
from core.exceptions import InvalidInput
from core.web.client_address import client_address

ABOUT = ("reason", "hits", "hit_at", "added_by", "created_at")


class LinesForm(forms.Form):
    """Many entries at once; lists with terms of their own add fields."""

    lines = forms.CharField(
        label="Entries", widget=forms.Textarea(attrs={"rows": 16}), help_text="One on each line; # begins a comment."
    )
    reason = forms.CharField(max_length=REASON_LENGTH, required=False, help_text="For staff alone.")


class EntryAdmin(StaffAdmin[Any]):
    """What all blocklists have in common."""

    list_select_related: ClassVar[tuple[str, ...]] = ("added_by",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("hits", "hit_at", "added_by", "created_at")


class LinesAdmin(EntryAdmin):
    """A list of lines. `add_lines` is the service that adds many, `lines_form` asks for them."""

    lines_form: ClassVar[type[forms.Form]] = LinesForm
    add_lines: ClassVar[Callable[..., Sequence[Model]]]

    change_list_template = "admin/lists/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view(self.import_view)
        return [path("import/", own, name=f"{self._name}_import"), *super().get_urls()]

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        more = {"import_url": reverse(f"admin:{self._name}_import")} if self.has_add_permission(request) else {}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.added_by = request.user
        change_entry(cast(User, request.user), obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, self.get_queryset(request).filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        remove_entries(cast(User, request.user), queryset)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Add many lines; what stands there already is passed over."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.lines_form(request.POST or None)
        if form.is_valid():
            try:
                made = self._add(request, form.cleaned_data)
            except InvalidInput as error:
                form.add_error("lines", error.detail)
            else:
                self._note(request, made)
                return HttpResponseRedirect(reverse(f"admin:{self._name}_changelist"))
        context = {**self.admin_site.each_context(request), "form": form, "opts": self.opts, "title": "Add many"}
        return TemplateResponse(request, "admin/lists/import.html", context)

    def _add(self, request: HttpRequest, values: dict[str, Any]) -> Sequence[Model]:
        terms = {name: value for name, value in values.items() if name != "lines"}
        return type(self).add_lines(
            cast(User, request.user), values["lines"].splitlines(), **terms, **self.more_terms(request)
        )

    def more_terms(self, request: HttpRequest) -> dict[str, Any]:
        """What the service wants to know of the request."""
        return {}

    def _note(self, request: HttpRequest, made: Sequence[Model]) -> None:
        kind = ContentType.objects.get_for_model(self.model)
        words = {"user_id": request.user.pk, "content_type": kind, "action_flag": ADDITION}
        LogEntry.objects.create(**words, object_repr=f"{len(made)} entries", change_message="Added many lines.")
        self.message_user(request, f"Added: {len(made)}. What stood there already was passed over.", messages.SUCCESS)


class WordForm(forms.ModelForm[BlockedWord]):
    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        folded = fold(text)
        if not folded:
            raise ValidationError("This is no word or phrase.")
        if BlockedWord.objects.filter(folded=folded).exclude(pk=self.instance.pk).exists():
            raise ValidationError("It stands there already, in this or another spelling.")
        return text


class WordLinesForm(LinesForm):
    action = forms.ChoiceField(choices=BlockedWord.Action.choices)
    inside = forms.BooleanField(required=False, label="Also inside other words")
    in_names = forms.BooleanField(required=False, initial=True, label="In names")
    in_bios = forms.BooleanField(required=False, initial=True, label="In profiles")
    in_posts = forms.BooleanField(required=False, initial=True, label="In posts")
    in_comments = forms.BooleanField(required=False, initial=True, label="In comments")


@admin.register(BlockedWord)
class BlockedWordAdmin(LinesAdmin):
    form = WordForm
    lines_form, add_lines = WordLinesForm, staticmethod(add_words)
    list_display = ("text", "action", "inside", "in_names", "in_bios", "in_posts", "in_comments", *ABOUT)
    list_filter = ("action", "inside", "in_names", "in_bios", "in_posts", "in_comments")
    search_fields = ("text", "folded", "reason", "added_by__username")


class DomainForm(forms.ModelForm[BlockedEmailDomain]):
    def clean_domain(self) -> str:
        try:
            return clean_domain(str(self.cleaned_data["domain"]))
        except InvalidInput as error:
            raise ValidationError(error.detail) from error


@admin.register(BlockedEmailDomain)
class BlockedEmailDomainAdmin(LinesAdmin):
    form = DomainForm
    add_lines = staticmethod(add_domains)
    list_display = ("domain", *ABOUT)
    search_fields = ("domain", "reason", "added_by__username")


class NetworkForm(forms.ModelForm[BlockedNetwork]):
    own = ""  # the address of who asks

    def clean_network(self) -> str:
        try:
            return clean_network(str(self.cleaned_data["network"]), own=self.own)
        except InvalidInput as error:
            raise ValidationError(error.detail) from error


class NetworkLinesForm(LinesForm):
    scope = forms.ChoiceField(choices=BlockedNetwork.Scope.choices)


@admin.register(BlockedNetwork)
class BlockedNetworkAdmin(LinesAdmin):
    form = NetworkForm
    lines_form, add_lines = NetworkLinesForm, staticmethod(add_networks)
    list_display = ("network", "scope", *ABOUT)
    list_filter = ("scope",)
    search_fields = ("network", "reason", "added_by__username")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"own": client_address(request)})

    def more_terms(self, request: HttpRequest) -> dict[str, Any]:
        return {"own": client_address(request)}
