from django.urls import path

from core.api.routes import both
from exports.api import views

urlpatterns = [
    *both("exports", views.ExportsView.as_view()),
    *both("exports/<id:export_id>", views.ExportView.as_view()),
    *both("exports/<id:export_id>/archive", views.ArchiveView.as_view()),
    path("exports/<id:export_id>/archive", views.ArchiveView.as_view(), name="export-archive"),
]
