from django.urls import path

import core.converters  # noqa: F401  registers <id:...>
from exports.web import views

app_name = "exports"

urlpatterns = [
    path("settings/data/", views.data, name="data"),
    path("settings/data/export/", views.begin, name="begin"),
    path("settings/data/export/<id:export_id>/cancel/", views.cancel, name="cancel"),
    path("settings/data/export/<id:export_id>.zip", views.download, name="download"),
]
