from django.conf import settings
from django.templatetags.static import static
from django.urls import path
from django.utils.functional import lazy
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from core.web import changelog, media, styleguide
from core.web.docs import pages

app_name = "core"

urlpatterns = [
    path("media/<str:alias>/<path:key>", media.serve_media, name="media"),
    path("favicon.ico", require_safe(RedirectView.as_view(url=lazy(static, str)("img/favicon.png"))), name="favicon"),
    path("docs/changelog/", changelog.changelog, name="changelog"),
    path("docs/api/", pages.page, name="api-docs"),
    path("docs/api/<slug:name>/", pages.page, name="api-docs-page"),
    path("docs/<slug:name>/", pages.guide, name="guide"),
    *([path("styleguide/", styleguide.styleguide, name="styleguide")] if settings.STYLEGUIDE else []),
]
