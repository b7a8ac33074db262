from django.urls import path

from core.api.routes import both
from exports.api import albums, views

urlpatterns = [
    *both("albums/<id:album_id>/archive", albums.AlbumArchiveView.as_view()),
    *both("albums/<id:album_id>/archive.zip", albums.AlbumFileView.as_view()),
    path("albums/<id:album_id>/archive.zip", albums.AlbumFileView.as_view(), name="album-archive"),
    *both("exports", views.ExportsView.as_view()),
    *both("exports/<id:export_id>", views.ExportView.as_view()),
    *both("exports/<id:export_id>/archive", views.ArchiveView.as_view()),
    path("exports/<id:export_id>/archive", views.ArchiveView.as_view(), name="export-archive"),
]
