"""The addresses of allauth's flows, under the names by which it calls them."""

from allauth.account import views
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.web import providers, sessions

urlpatterns = [
    path("login/", sessions.login, name="account_login"),
    path("logout/", sessions.logout, name="account_logout"),
    path("signup/", sessions.signup, name="account_signup"),
    path("login/inactive/", sessions.inactive, name="account_inactive"),
    path("verify/", views.email_verification_sent, name="account_email_verification_sent"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("settings/email/", views.email, name="account_email"),
    path(
        "settings/security/",
        RedirectView.as_view(pattern_name="accounts:settings-security"),
        name="account_change_password",
    ),
    path(
        "settings/security/",
        RedirectView.as_view(pattern_name="accounts:settings-security"),
        name="account_set_password",
    ),
    path("login/provider/join/", providers.join, name="socialaccount_signup"),
    path("settings/security/connections/", providers.connections, name="socialaccount_connections"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path(".well-known/change-password", RedirectView.as_view(pattern_name="accounts:settings-security")),
]
