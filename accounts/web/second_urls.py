"""The addresses of second factors and passkeys, under the names by which allauth calls them."""

from allauth.mfa.base import views
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from accounts.web.passkeys import remove

urlpatterns = [
    path("2fa/", views.authenticate, name="mfa_authenticate"),
    path("2fa/confirm/", views.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("settings/security/two-factor/", views.index, name="mfa_index"),
    path("settings/security/two-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("settings/security/two-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("settings/security/two-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("settings/security/two-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("settings/security/two-factor/codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("settings/security/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("settings/security/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("settings/security/passkeys/<int:pk>/rename/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("settings/security/passkeys/<int:pk>/remove/", remove, name="mfa_remove_webauthn"),
]
