from django.urls import path

import core.converters  # noqa: F401  registers <username:...>
from feeds.web import views

app_name = "feeds"

urlpatterns = [
    path("", views.home, name="home"),
    path("@<username:username>/", views.profile, name="profile"),
]
