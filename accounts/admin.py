from typing import Any, cast

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.cards import avatar_url
from accounts.models import AccessToken, App, Applicant, Block, Follow, User
from accounts.names import clean_username, look_of
from accounts.ready import forget_person
from accounts.services.blocks import unblock_user
from accounts.services.by_staff import follow_changes, follow_password
from accounts.services.closing import open_account, suspend_account
from accounts.services.follows import unfollow_user
from accounts.services.profiles import set_account_private
from accounts.services.registration import approve_account, may_decide, refuse_account
from accounts.services.standing import suspend_person
from accounts.services.usernames import claim_username, rename_user
from accounts.snapshots import EPOCH, side_key, token_key, viewer_key
from accounts.web import admin_blocklists, admin_lists, admin_site_texts  # noqa: F401  they register them
from core.admin import StaffAdmin
from core.exceptions import InvalidInput, NotAllowed
from core.ready import forget

TOKENS = ("AccessToken", "Grant", "IDToken", "RefreshToken")


class FreeUsername(forms.ModelForm[User]):
    """The rules of sign-up for names, in a form. The admin checks forms in the transaction that saves them."""

    def clean_username(self) -> str:
        typed = str(self.cleaned_data["username"])
        if typed == self.instance.username:
            return typed
        try:
            name = clean_username(typed)
            claim_username(name, by=self.instance if self.instance.pk else None)
        except InvalidInput as error:
            raise ValidationError([each.message for each in error.errors]) from error
        return name


class UserChange(FreeUsername, UserChangeForm[User]):
    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class PasswordByStaff(AdminPasswordChangeForm):  # type: ignore[type-arg]  # it takes none when it runs
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        follow_password(user)
        return user


class UserCreation(FreeUsername, AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("username", "email")


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User], StaffAdmin[User]):
    add_form = UserCreation
    form = UserChange
    change_password_form = PasswordByStaff
    list_display = (
        "picture",
        "username",
        "display_name",
        "email",
        "is_private",
        "own_post_count",
        "follower_count",
        "is_active",
        "is_staff",
        "last_seen_at",
    )
    list_display_links = ("picture", "username")
    list_filter = ("is_active", "is_private", "is_staff", "created_at")
    search_fields = ("username", "display_name", "email")
    actions = ("suspend",)
    ordering = ("-id",)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    readonly_fields = (
        "follower_count",
        "following_count",
        "own_post_count",
        "created_at",
        "closed_at",
        "awaits_approval",
        "last_seen_at",
        "last_login",
    )
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        ("Profile", {"fields": ("display_name", "bio", "pronouns", "website", "location", "is_private")}),
        ("Counts", {"fields": ("follower_count", "following_count", "own_post_count")}),
        ("Room", {"fields": ("quota_bytes",)}),
        (
            "Access",
            {"fields": ("is_active", "awaits_approval", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Times", {"fields": ("created_at", "closed_at", "last_seen_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "email", "usable_password", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account is closed by taking away "active": deleting rows here would leave files and counters behind."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Opening and closing an account does more than a column shows, here as in the settings."""
        private, active = obj.is_private, obj.is_active
        if change and "is_private" in form.changed_data:
            obj.is_private = not private
        if active:
            obj.closed_at, obj.awaits_approval = None, False
        elif change and "is_active" in form.changed_data:
            obj.is_active = True
        name = obj.username
        if change and "username" in form.changed_data:
            obj.username = form.initial["username"]
        obj.look = look_of(obj.username) if not change else obj.look
        super().save_model(request, obj, form, change)
        if name != obj.username:
            rename_user(obj, name, by_staff=True)
        forget_person(obj.pk)
        forget(viewer_key(obj.pk), side_key(obj.pk), EPOCH)
        set_account_private(obj, private)
        if change and "is_active" not in form.changed_data:
            return
        if active and change:
            open_account(obj)
        elif not active:
            suspend_account(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Sessions end once groups and permissions are saved as well."""
        super().save_related(request, form, formsets, change)
        if change:
            email_before = form.initial["email"]
            follow_changes(form.instance, form.changed_data, email_before=email_before, request=request)

    @admin.action(description="Suspend: they cannot come back by themselves", permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Also those who have closed their account, which has no "active" to take away."""
        try:
            for user in queryset:
                suspend_person(cast(User, request.user), user)
                self.log_change(request, user, "Suspended.")
        except NotAllowed:
            self.message_user(request, "You may not suspend yourself, or who has more rights.", messages.ERROR)
        else:
            self.message_user(request, f"Suspended: {len(queryset)}.", messages.SUCCESS)

    @admin.display(description="")
    def picture(self, user: User) -> SafeString | str:
        url = avatar_url(user)
        return format_html('<img src="{}" alt="" width="32" height="32">', url) if url else "-"


@admin.register(Applicant)
class ApplicantAdmin(StaffAdmin[Applicant]):
    """Who waits to be let in, the longest first, with what they said."""

    list_display = ("username", "email", "created_at", "application")
    list_display_links = None
    search_fields = ("username", "email", "application")
    ordering = ("id",)
    actions = ("approve", "refuse")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Applicant]:
        return super().get_queryset(request).filter(awaits_approval=True)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_decide(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Applicant | None = None) -> bool:
        return may_decide(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Applicant | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Applicant | None = None) -> bool:
        return False

    @admin.action(description="Let in", permissions=["view"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Applicant]) -> None:
        count = sum(approve_account(cast(User, request.user), applicant) for applicant in queryset)
        self.message_user(request, f"Let in: {count}.", messages.SUCCESS)

    @admin.action(description="Refuse and delete", permissions=["view"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Applicant]) -> HttpResponse | None:
        """Asks for the reason first; it goes into the mail."""
        if "reason" not in request.POST:
            context = {**self.admin_site.each_context(request), "applicants": queryset, "title": "Refuse"}
            return TemplateResponse(request, "admin/accounts/refuse.html", context)
        actor, reason = cast(User, request.user), request.POST["reason"]
        count = sum(refuse_account(actor, applicant, reason) for applicant in list(queryset))
        self.message_user(request, f"Refused and deleted: {count}.", messages.SUCCESS)
        return None


@admin.register(Follow)
class FollowAdmin(StaffAdmin[Follow]):
    list_display = ("follower", "followee", "state", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("follower", "followee")
    search_fields = ("follower__username", "followee__username")
    search_help_text = "The beginning of a username, or the id of a follow."
    persons = ("follower", "followee")
    raw_id_fields = ("follower", "followee")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Follow | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Follow) -> None:
        unfollow_user(obj.follower, obj.followee)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Follow]) -> None:
        for follow in queryset.select_related("follower", "followee"):
            self.delete_model(request, follow)


@admin.register(Block)
class BlockAdmin(StaffAdmin[Block]):
    list_display = ("blocker", "blocked", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("blocker", "blocked")
    search_fields = ("blocker__username", "blocked__username")
    search_help_text = "The beginning of a username, or the id of a block."
    persons = ("blocker", "blocked")
    raw_id_fields = ("blocker", "blocked")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Block | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Block) -> None:
        unblock_user(obj.blocker, obj.blocked)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> None:
        for block in queryset.select_related("blocker", "blocked"):
            self.delete_model(request, block)


@admin.register(AccessToken)
class AccessTokenAdmin(StaffAdmin[AccessToken]):
    list_display = ("name", "user", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    readonly_fields = ("user", "name", "scopes", "created_at", "last_used_at")
    exclude = ("digest",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: AccessToken, form: Any, change: bool) -> None:
        """Revoking counts at once."""
        super().save_model(request, obj, form, change)
        forget(token_key(obj.digest))

    def delete_model(self, request: HttpRequest, obj: AccessToken) -> None:
        super().delete_model(request, obj)
        forget(token_key(obj.digest))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        for token in queryset:
            self.delete_model(request, token)


# What the toolkit keeps of its tokens is nothing to look at or to change by hand, and apps are shown below.
admin.site.unregister([App, *(apps.get_model("oauth2_provider", name) for name in TOKENS)])


@admin.register(App)
class AppAdmin(StaffAdmin[App]):
    """Deleting an app ends what it may do for everybody, at once."""

    list_display = ("name", "user", "website", "scopes", "people", "created")
    list_select_related = ("user",)
    search_fields = ("name", "client_id", "website", "user__username")
    fields = ("name", "user", "client_id", "redirect_uris", "website", "scopes", "created")
    readonly_fields = ("user", "client_id", "redirect_uris", "scopes", "created")

    def get_queryset(self, request: HttpRequest) -> QuerySet[App]:
        apps: QuerySet[App] = super().get_queryset(request).annotate(people_count=Count("permissions"))
        return apps

    @admin.display(description="people who allow it")
    def people(self, app: Any) -> int:
        return int(app.people_count)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
