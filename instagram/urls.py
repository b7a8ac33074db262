from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("core.web.urls")),
    path("", include("feeds.web.urls")),
    path("", include("photos.web.urls")),
    path("", include("exports.web.urls")),
    path("", include("notifications.web.urls")),
    path("", include("moderation.web.urls")),
    path("", include("sharing.web.urls")),
    path("", include("accounts.web.urls")),
    path("", include("accounts.web.entrance_urls")),
    path("", include("accounts.web.second_urls")),
    path("rest/v1/", include("core.api.urls")),
    path("rest/v1/", include("accounts.api.urls")),
    path("rest/v1/", include("photos.api.urls")),
    path("rest/v1/", include("feeds.api.urls")),
    path("rest/v1/", include("exports.api.urls")),
    path("rest/v1/", include("notifications.api.urls")),
    path("rest/v1/", include("moderation.api.urls")),
    path("rest/v1/", include("sharing.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "core.web.errors.bad_request"
handler403 = "core.web.errors.permission_denied"
handler404 = "core.web.errors.not_found"
handler500 = "core.web.errors.server_error"
