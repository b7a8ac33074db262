"""Staff get a page or a refusal at every address of the admin site, whatever stands in it."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from tests.hardening.routes import browser
from tests.hostile import ATTACKS, BROKEN, PARAMETERS

# Errors of the database are to be answered as on the site, where they end no transaction of a test.
pytestmark = pytest.mark.django_db(transaction=True)

FORM = "application/x-www-form-urlencoded"
MODELS = {model._meta.label_lower: model for model in admin.site._registry}
KINDS = ("empty", "nothing", "huge number", "negative", "other digits", "long", "broken signs")
VALUES = {**{kind: PARAMETERS[kind] for kind in KINDS}, "columns": "9999.-1.x", "half a sign": BROKEN["half a sign"]}
# By which Django's admin is steered.
STEERING = ("_to_field", "_popup", "_changelist_filters", "_facets", "e", "o", "p", "q", "all")
# Ways to look a column up, each with a value that it cannot be compared with.
NUL, HUGE = PARAMETERS["nothing"], PARAMETERS["huge number"]
LOOKUPS: tuple[tuple[str, str], ...] = (
    ("", NUL),
    ("", ",,"),
    ("__in", NUL),
    ("__range", HUGE),
    ("__isnull", ",,"),
    ("__year", HUGE),
)
LOOKUPS += (("__regex", NUL), ("__regex", "("), ("__no__such", "x"))
IDS = {**VALUES, **{kind: ATTACKS[kind] for kind in ("script", "path", "template", "header")}, "escaped": "_5F_00_"}


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def queries(model: type[Model]) -> Iterator[str]:
    """Words that steer a page with values for them, and a column of each kind looked up in every way."""
    for text in VALUES.values():
        yield from (urlencode({name: encoded(text)}) for name in ("o", "p", "q"))
        yield urlencode(dict.fromkeys(STEERING, encoded(text)))
    yield from (f"{name}={text}" for name in STEERING for text in ("", "%00", "x"))
    fields = list({type(field): field.name for field in model._meta.get_fields()}.values())
    yield from (urlencode({name + lookup: value}) for name in fields for lookup, value in LOOKUPS)
    yield from ("=x", "__=x", "pk=x", "x__y__z=1", "id__in=x", "%00=1", "%ff=%ff")


def paths(model: type[Model]) -> Iterator[str]:
    """The list with every query, the pages of one row with what steers them, and pages of rows that cannot be."""
    whole = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    yield from (f"{whole}?{query}" for query in queries(model))
    row = model._default_manager.first()
    pages = ["add/", *(f"{row.pk if row else 1}/{page}/" for page in ("change", "history", "delete"))]
    yield from (f"{whole}{page}?{name}={text}" for page in pages for name in STEERING[:3] for text in ("", "%00", "x"))
    for text in IDS.values():
        yield from (f"{whole}{quote(encoded(text), safe='')}/{page}" for page in ("change/", "history/"))
    kind = ContentType.objects.get_for_model(model).pk
    yield from (f"/admin/r/{kind}/{quote(encoded(text), safe='')}/" for text in IDS.values())


@pytest.mark.parametrize("label", MODELS)
def test_no_address_of_a_model_is_an_error_of_ours(staff: User, values: dict[str, str], label: str) -> None:
    client = browser(staff)

    found = {path: client.get(path).status_code for path in paths(MODELS[label])}

    assert {path[:150]: status for path, status in found.items() if status >= 500} == {}
    assert {200, 302, 400} <= set(found.values())


@pytest.mark.parametrize("label", MODELS)
def test_no_body_sent_to_a_model_is_an_error_of_ours(staff: User, values: dict[str, str], label: str) -> None:
    whole = reverse(f"admin:{label.replace('.', '_')}_changelist")
    row = MODELS[label]._default_manager.first()
    pages = ["", "add/", *(f"{row.pk if row else 1}/{page}/" for page in ("change", "delete"))]
    steered = ("_to_field", "_popup", "action", "_selected_action", "index", "select_across", "post", "_save", "reason")
    names = [*steered, *(field.name for field in MODELS[label]._meta.get_fields())]
    client = browser(staff)

    found = {
        (page, kind): client.post(f"{whole}{page}", urlencode(dict.fromkeys(names, encoded(VALUES[kind]))), FORM)
        for page in pages
        for kind in ("empty", "nothing", "huge number", "half a sign")
    }

    assert {sent: answer.status_code for sent, answer in found.items() if answer.status_code >= 500} == {}


@pytest.mark.parametrize("page", ["", "accounts/", "autocomplete/", "jsi18n/", "password_change/", "login/"])
def test_no_address_of_the_site_itself_is_an_error_of_ours(staff: User, page: str) -> None:
    client, names = browser(staff), (*STEERING, "app_label", "model_name", "field_name", "term", "next")

    found = {
        (name, kind): client.get(f"/admin/{page}?{urlencode({name: encoded(text)})}").status_code
        for name in names
        for kind, text in list(VALUES.items())[:4]
    }

    assert {asked: status for asked, status in found.items() if status >= 500} == {}
