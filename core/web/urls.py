from django.conf import settings
from django.urls import path

from core.web import health, media, styleguide

app_name = "core"

urlpatterns = [
    path("media/<str:alias>/<path:key>", media.serve_media, name="media"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *([path("styleguide/", styleguide.styleguide, name="styleguide")] if settings.STYLEGUIDE else []),
]
