from django.urls import path

import core.converters  # noqa: F401  registers <id:...> and <code:...>
from exports.web import albums, views

app_name = "exports"

urlpatterns = [
    path("albums/<code:album_id>/archive/", albums.archive, name="album-archive"),
    path("albums/<code:album_id>/archive.zip", albums.download, name="album-download"),
    path("settings/data/", views.data, name="data"),
    path("settings/data/export/", views.begin, name="begin"),
    path("settings/data/export/<id:export_id>/cancel/", views.cancel, name="cancel"),
    path("settings/data/export/<id:export_id>.zip", views.download, name="download"),
]
