"""What every list of the admin is made of, in either skin (ADMIN_SKIN): from here come all its base classes.

`StaffAdmin` is for rows that staff may change, `ReadOnlyAdmin` for those that only services make.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from core.ids import MAX_ID

if TYPE_CHECKING or settings.ADMIN_SKIN != "unfold":
    from django.contrib.admin import ModelAdmin, StackedInline, TabularInline
    from django.contrib.admin.helpers import ActionForm
else:
    from unfold.admin import ModelAdmin, StackedInline, TabularInline
    from unfold.forms import ActionForm

__all__ = ["LOOKED", "ActionForm", "ReadOnlyAdmin", "StackedInline", "StaffAdmin", "TabularInline"]

ModelT = TypeVar("ModelT", bound=Model)

LOOKED = 4  # what the log calls it, beside Django's three, when staff looked into something of a person's
MOST_COUNTED = 100_000  # rows of a list; nobody turns that many pages, and counting more only takes time
MOST_PEOPLE = 1_000  # whose rows are looked for by one word


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # it takes none when it runs
    """Counts to MOST_COUNTED and no further; what lies behind that is found by searching and filtering."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by().values("pk")[:MOST_COUNTED].count()
        return len(rows)


class StaffAdmin(ModelAdmin[ModelT]):
    """A list that stays quick however long it grows. Every list has `search_fields`, and `list_select_related` or
    `get_queryset` for what its columns show of other tables.

    `persons` are columns that point at persons, for tables too long to be read: a word is then looked for at the
    beginning of usernames, and so by indexes, before anything else.
    """

    persons: ClassVar[tuple[str, ...]] = ()

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    paginator = BoundedPaginator
    ordering: ClassVar[tuple[str | Combinable, ...]] = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ModelT], search_term: str
    ) -> tuple[QuerySet[ModelT], bool]:
        term = search_term.replace("\x00", "").strip().lower().removeprefix("@")
        if not self.persons or not term:
            return super().get_search_results(request, queryset, search_term)
        named = get_user_model().objects.filter(username__startswith=term).order_by("username").values("pk")
        wanted = Q(pk=int(term)) if is_id(term) else Q()
        for column in self.persons:
            wanted |= Q(**{f"{column}__in": named[:MOST_PEOPLE]})
        return queryset.filter(wanted), False


class ReadOnlyAdmin(StaffAdmin[Any]):
    """Rows that only services may make; staff look, search and filter, but not by what is in `private` columns."""

    private: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] not in self.private and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def is_id(text: str) -> bool:
    """Whether a word is a number that an id can be."""
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID
