"""The addresses of the site and two more whose views have a bug."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path
from rest_framework.request import Request

from core.api.views import ApiView
from instagram.urls import handler400, handler403, handler404, handler500
from instagram.urls import urlpatterns as real

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def broken(request: HttpRequest) -> NoReturn:
    raise ZeroDivisionError("token=s3cr3t")


class BrokenView(ApiView):
    public = True

    def get(self, request: Request) -> NoReturn:
        raise ZeroDivisionError("token=s3cr3t")


urlpatterns = [*real, path("broken/", broken), path("rest/v1/broken", BrokenView.as_view())]
