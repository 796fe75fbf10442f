"""The base of changelists, which read and count a limited number of rows, and whose filters show counts."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.paginator import InvalidPage
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.db.counts import MAX_COUNT, CappedPaginator, count_capped, format_count, newest_rows
from newsroom.desk.admin import DeskAdmin
from newsroom.desk.changelists.filters import MOST_CHOICES, CountedFilter

VIEW_VAR = "view"
_LARGE = re.compile(r"[0-9]{19}")
LONGEST_SEARCH = 200


class SearchForm(ChangeListSearchForm):
    """The search form of a list, which limits the length of a search."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        too_long = f"A search has at most {LONGEST_SEARCH} characters. The list is not searched."
        self.fields[SEARCH_VAR] = forms.CharField(
            required=False, strip=False, max_length=LONGEST_SEARCH, error_messages={"max_length": too_long}
        )


class BoundedChangeList(ChangeList):
    """The rows of a changelist for one request.

    It first reads only the keys of the first rows, in the order of an index. It then reads what the columns show, for
    the rows of one page. ``counts`` holds the number of rows by filter and choice, ``count_said`` the number of rows
    found. Raise IncorrectLookupParameters for an address that is not understood.
    """

    search_form_class = SearchForm

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        for name, values in request.GET.lists():
            if any("\x00" in value for value in (name, *values)):
                raise IncorrectLookupParameters
            # Django handles a number that is too large for the database, but not in an ``__in`` lookup.
            if name.endswith("__in") and any(map(_LARGE.search, values)):
                raise IncorrectLookupParameters
        self.counts: dict[str, dict[str, str]] = {}
        super().__init__(request, *args, **kwargs)

    @property
    def screen(self) -> Any:
        """The BoundedAdmin that shows this list."""
        return self.model_admin

    def get_filters_params(self, params: Any = None) -> Any:
        """Return the filter parameters without that of the open view, which does not filter by itself."""
        found = super().get_filters_params(params)
        found.pop(VIEW_VAR, None)
        return found

    def get_filters(self, request: HttpRequest) -> Any:
        """Return the filters; raise IncorrectLookupParameters for a filter that the list does not have."""
        try:
            return super().get_filters(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters(error) from error

    def get_ordering_field(self, field_name: Any) -> Any:
        """Return the field by which a column is sorted, or None if no index has its order."""
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Return the ordering, with the primary key in the direction of the column before it."""
        # One index then serves both directions.
        ordering = list(super().get_ordering(request, queryset))
        if len(ordering) > 1 and ordering[-1] == "-pk" and isinstance(ordering[-2], str):
            ordering[-1] = "-pk" if ordering[-2].startswith("-") else "pk"
        return ordering

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page, and count the rows of the list and of each choice of its filters."""
        rows = self.screen.order_rows(self.queryset, self.get_ordering(request, self.queryset))
        keys = list(rows.values_list("pk", flat=True)[: MAX_COUNT + 1])
        self.paginator = self.screen.get_paginator(request, keys, self.list_per_page)
        self.is_capped = len(keys) > MAX_COUNT
        self.result_count = min(len(keys), MAX_COUNT)
        self.count_text = format_count(len(keys))
        self.full_result_count = None
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        page: Sequence[Any] = keys[:MAX_COUNT]
        if self.multi_page and not (self.show_all and self.can_show_all):
            try:
                page = self.paginator.page(self.page_num).object_list
            except InvalidPage as error:
                raise IncorrectLookupParameters from error
        self.result_list = self._rows(request, page)
        self._count(request, keys)

    def _rows(self, request: HttpRequest, keys: Sequence[Any]) -> list[Any]:
        """Return the rows with these keys in their order, with what the columns show."""
        if not keys:
            return []
        rows = self.screen.rows_for_page(request, self.apply_select_related(self.root_queryset.filter(pk__in=keys)))
        found = {row.pk: row for row in rows}
        return [found[key] for key in keys if key in found]

    def _count(self, request: HttpRequest, keys: Sequence[Any]) -> None:
        specs = [spec for spec in self.filter_specs if isinstance(spec, CountedFilter)]
        self.counts = {str(spec.parameter_name): {} for spec in specs}
        asked: dict[tuple[CountedFilter, str], Any] = {}
        for spec in specs:
            rows = self.get_queryset(request, exclude_parameters=spec.expected_parameters())
            if spec.counts_newest_only or self._is_looked_through(specs, spec):
                # In a query of its own: joined with it, the database would read all rows.
                newest = [row["pk"] for row in newest_rows(rows)] if spec.is_filtering else keys
                self._tally(spec, newest)
            else:
                asked |= {(spec, str(value)): spec.filter_by(rows, str(value)) for value, _ in _counted(spec)}
        for (spec, value), number in zip(asked, count_capped(asked.values()), strict=True):
            self.counts[str(spec.parameter_name)][value] = format_count(number)

    def _is_looked_through(self, specs: Sequence[CountedFilter], spec: CountedFilter) -> bool:
        """Return whether no index finds the rows of the list without ``spec``."""
        # Only the first rows are counted then.
        return bool(self.query) or any(
            other.counts_newest_only and other.value() for other in specs if other is not spec
        )

    def _tally(self, spec: CountedFilter, keys: Sequence[Any]) -> None:
        numbers = spec.count_by_choice(self.model._default_manager.filter(pk__in=keys)) if keys else {}
        # Only the newest rows were counted, so the number is a lower bound.
        more = "+" if len(keys) > MAX_COUNT else ""
        self.counts[str(spec.parameter_name)] = {
            str(value): format_count(number) + ("" if number > MAX_COUNT else more)
            for value, _ in _counted(spec)
            for number in (numbers.get(str(value), 0),)
        }


def _counted(spec: CountedFilter) -> Sequence[tuple[Any, Any]]:
    return spec.lookup_choices[:MOST_CHOICES]


class BoundedAdmin(DeskAdmin):
    """A changelist that shows and counts at most the first thousand rows.

    ``get_queryset`` selects only what filters and ordering need; ``shown`` adds what the columns show. ``sortable_by``
    names the columns whose order an index has.
    """

    paginator = CappedPaginator
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return BoundedChangeList

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Any]) -> Iterable[Any]:
        """Return the rows of one page, in any order, with what the columns show."""
        return rows

    def order_rows(self, rows: QuerySet[Any], ordering: Sequence[Any]) -> QuerySet[Any]:
        """Return the rows in this order, which must be that of an index."""
        return rows.order_by(*ordering)
