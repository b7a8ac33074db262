from django.urls import include, path

from bench.floor import answer_bytes, answer_feed, answer_page
from bench.toy import ToyFeed

urlpatterns = [
    path("bench/floor/feed", answer_feed),
    path("bench/floor/page", answer_page),
    path("bench/toy/prefetched", ToyFeed.as_view()),
    path("bench/toy/each", ToyFeed.as_view(ahead=False)),
    path("bench/<name>", answer_bytes),
    path("", include("instagram.urls")),
]
