from django.urls import include, path

from bench.floor import answer_bytes

urlpatterns = [path("bench/<name>", answer_bytes), path("", include("instagram.urls"))]
