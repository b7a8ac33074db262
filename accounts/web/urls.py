from django.urls import path

import core.converters  # noqa: F401  registers <username:...> and <code:...>
from accounts.web import closing, devices, invitations, people, sessions, settings, tokens

app_name = "accounts"

urlpatterns = [
    path("signup/", sessions.signup, name="signup"),
    path("login/", sessions.login, name="login"),
    path("login/reopen/", sessions.reopen, name="reopen"),
    path("logout/", sessions.logout, name="logout"),
    path("admin/login/", sessions.admin_login, name="admin-login"),
    path("theme/", settings.theme, name="theme"),
    path("activity/", people.activity, name="activity"),
    path("activity/requests/<username:username>/", people.answer_request, name="request-answer"),
    path("@<username:username>/followers/", people.followers, name="followers"),
    path("@<username:username>/following/", people.following, name="following"),
    path("@<username:username>/follow/", people.follow, name="follow"),
    path("@<username:username>/remove-follower/", people.follower_remove, name="follower-remove"),
    path("@<username:username>/block/", people.block, name="block"),
    path("@<username:username>/menu/", people.profile_menu, name="profile-menu"),
    path("settings/", settings.index, name="settings"),
    path("settings/profile/", settings.profile, name="settings-profile"),
    path("settings/privacy/", settings.privacy, name="settings-privacy"),
    path("settings/security/", settings.security, name="settings-security"),
    path("settings/security/log/", devices.security_log, name="security-log"),
    path("settings/sessions/", devices.sessions, name="settings-sessions"),
    path("settings/sessions/end-others/", devices.end_others, name="sessions-end-others"),
    path("settings/sessions/<code:device_id>/end/", devices.end, name="session-end"),
    path("settings/tokens/", tokens.tokens, name="settings-tokens"),
    path("settings/tokens/new/", tokens.create, name="token-create"),
    path("settings/tokens/revoke-all/", tokens.revoke_all, name="tokens-revoke-all"),
    path("settings/tokens/<code:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("settings/invitations/", invitations.invitations, name="settings-invitations"),
    path("settings/invitations/<code:invitation_id>/revoke/", invitations.revoke, name="invitation-revoke"),
    path("settings/account/", closing.account, name="settings-account"),
    path("settings/account/deactivate/", closing.deactivate, name="account-deactivate"),
    path("settings/account/delete/", closing.delete, name="account-delete"),
    path("deleted/<slug:code>/", closing.receipt, name="deletion-receipt"),
    path("settings/blocked/", settings.blocked, name="settings-blocked"),
    path("settings/appearance/", settings.appearance, name="settings-appearance"),
]
