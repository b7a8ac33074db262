from functools import cache

import orjson
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from core.api.calls import Answer, Call
from core.api.schema import make_schema
from core.api.views import ApiView


class Schema(Answer):
    """A document of OpenAPI 3.1."""

    openapi = serializers.CharField()
    info = serializers.DictField()
    servers = serializers.ListField()
    tags = serializers.ListField()
    paths = serializers.DictField()
    components = serializers.DictField()

    example = {
        "openapi": "3.1.0",
        "info": {"title": "REST API", "version": "1"},
        "servers": [{"url": "/"}],
        "tags": [],
        "paths": {},
        "components": {},
    }


class SchemaView(ApiView):
    """GET /schema: what this API takes and answers, for programs."""

    public = True
    calls = {"get": Call(name="getSchema", summary="This schema", answer=Schema, tag="Instance")}

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(_schema_json(), content_type="application/json")


@cache
def _schema_json() -> bytes:
    """Made when it is asked for first; it stays the same as long as the process lives."""
    return orjson.dumps(make_schema(), option=orjson.OPT_SORT_KEYS)
