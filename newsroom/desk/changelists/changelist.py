"""Base classes for changelists that read and count a limited number of rows and show counts next to their filters."""

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
from newsroom.desk.changelists.filters import MAX_CHOICES, CountedFilter, FormFilter

VIEW_VAR = "view"
_LARGE_NUMBER = re.compile(r"[0-9]{19}")
MAX_SEARCH_LENGTH = 200


class SearchForm(ChangeListSearchForm):
    """The search form of a changelist, with a limit on the length of a search."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        too_long = f"Use at most {MAX_SEARCH_LENGTH} characters in a search. Showing the whole list."
        self.fields[SEARCH_VAR] = forms.CharField(
            required=False, strip=False, max_length=MAX_SEARCH_LENGTH, error_messages={"max_length": too_long}
        )


class BoundedChangeList(ChangeList):
    """The rows of a changelist for one request.

    First, only the primary keys are read, in the order of an index and up to a limit. Then the data that the columns
    show is read for the rows of one page. ``counts`` contains, as text, the number of rows for each of the first
    ``MAX_CHOICES`` choices of each ``CountedFilter``, and ``count_text`` the number of rows found. Raise
    IncorrectLookupParameters for an invalid query string.
    """

    search_form_class = SearchForm

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        for name, values in request.GET.lists():
            if any("\x00" in value for value in (name, *values)):
                raise IncorrectLookupParameters
            # Django handles a number that is too large for the database, but not in an ``__in`` lookup.
            if name.endswith("__in") and any(map(_LARGE_NUMBER.search, values)):
                raise IncorrectLookupParameters
        self.counts: dict[str, dict[str, str]] = {}
        super().__init__(request, *args, **kwargs)

    @property
    def bounded_admin(self) -> Any:
        """The BoundedAdmin that shows this list."""
        return self.model_admin

    def get_filters_params(self, params: Any = None) -> Any:
        """Return the filter parameters without ``view``, the key of the open saved view, which is not a filter."""
        filter_params = super().get_filters_params(params)
        filter_params.pop(VIEW_VAR, None)
        return filter_params

    def get_filters(self, request: HttpRequest) -> Any:
        """Return the filters. Raise IncorrectLookupParameters for a filter that the list does not have."""
        try:
            return super().get_filters(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters(error) from error

    def get_ordering_field(self, field_name: Any) -> Any:
        """Return the field by which a column is sorted, or None if no index has this order."""
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Return the ordering, in which the primary key has the same direction as the column before it."""
        # One index can then be used for both directions.
        ordering = list(super().get_ordering(request, queryset))
        if len(ordering) > 1 and ordering[-1] == "-pk" and isinstance(ordering[-2], str):
            ordering[-1] = "-pk" if ordering[-2].startswith("-") else "pk"
        return ordering

    @property
    def chosen_filters(self) -> list[tuple[str, str, str]]:
        """The chosen filters: title, choice in words, and the query string without the filter."""
        described = [(spec, self._describe_choice(spec)) for spec in self.filter_specs]
        return [
            (str(spec.title), words, self.get_query_string(remove=filter(None, spec.expected_parameters())))
            for spec, words in described
            if words
        ]

    def _describe_choice(self, spec: Any) -> str:
        if isinstance(spec, FormFilter):
            return spec.chosen
        # The first choice is “All”.
        selected = [choice for choice in list(spec.choices(self))[1:] if choice.get("selected")]
        return str(selected[0]["display"]) if selected else ""

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows of the page, and count the rows of the list and of each filter choice."""
        rows = self.bounded_admin.order_rows(self.queryset, self.get_ordering(request, self.queryset))
        keys = list(rows.values_list("pk", flat=True)[: MAX_COUNT + 1])
        self.paginator = self.bounded_admin.get_paginator(request, keys, self.list_per_page)
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
        self.result_list = self._fetch_rows(request, page)
        self._count_choices(request, keys)

    def _fetch_rows(self, request: HttpRequest, keys: Sequence[Any]) -> list[Any]:
        """Return the rows with these keys, in the same order, with the data that the columns show."""
        if not keys:
            return []
        queryset = self.apply_select_related(self.root_queryset.filter(pk__in=keys))
        rows = {row.pk: row for row in self.bounded_admin.rows_for_page(request, queryset)}
        return [rows[key] for key in keys if key in rows]

    def _count_choices(self, request: HttpRequest, keys: Sequence[Any]) -> None:
        specs = [spec for spec in self.filter_specs if isinstance(spec, CountedFilter)]
        self.counts = {str(spec.parameter_name): {} for spec in specs}
        querysets: dict[tuple[CountedFilter, str], Any] = {}
        for spec in specs:
            rows = self.get_queryset(request, exclude_parameters=spec.expected_parameters())
            if spec.counts_newest_only or self._needs_scan(spec):
                # A separate query, because a join with the counting query would make the database read all rows.
                newest = [row["pk"] for row in newest_rows(rows)] if spec.is_filtering else keys
                self._count_newest(spec, newest)
            else:
                querysets |= {
                    (spec, str(value)): spec.filter_by(rows, str(value)) for value, _ in _counted_choices(spec)
                }
        for (spec, value), number in zip(querysets, count_capped(querysets.values()), strict=True):
            self.counts[str(spec.parameter_name)][value] = format_count(number)

    def _needs_scan(self, spec: CountedFilter) -> bool:
        """Return whether the list without ``spec`` has to be scanned, because no index finds its rows."""
        # In this case, only the newest rows are counted.
        return bool(self.query) or any(
            other.counts_newest_only and other.value()
            for other in self.filter_specs
            if isinstance(other, CountedFilter | FormFilter) and other is not spec
        )

    def _count_newest(self, spec: CountedFilter, keys: Sequence[Any]) -> None:
        numbers = spec.count_by_choice(self.model._default_manager.filter(pk__in=keys)) if keys else {}
        # If there are more rows than were counted, the number is a lower bound.
        suffix = "+" if len(keys) > MAX_COUNT else ""
        self.counts[str(spec.parameter_name)] = {
            str(value): format_count(number) + ("" if number > MAX_COUNT else suffix)
            for value, _ in _counted_choices(spec)
            for number in (numbers.get(str(value), 0),)
        }


def _counted_choices(spec: CountedFilter) -> Sequence[tuple[Any, Any]]:
    return spec.lookup_choices[:MAX_CHOICES]


class BoundedAdmin(DeskAdmin):
    """A ModelAdmin whose changelist shows and counts at most the first thousand rows.

    In a subclass, ``get_queryset`` selects only what filters and ordering need, and ``rows_for_page`` adds the data
    that the columns show. ``sortable_by`` names the columns whose order an index supports.
    """

    paginator = CappedPaginator
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return BoundedChangeList

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Any]) -> Iterable[Any]:
        """Return the rows of one page, in any order, with the data that the columns show."""
        return rows

    def order_rows(self, rows: QuerySet[Any], ordering: Sequence[Any]) -> QuerySet[Any]:
        """Return the rows in this order, which must be the order of an index."""
        return rows.order_by(*ordering)


class ReadOnlyAdmin(BoundedAdmin):
    """Base class for admins whose rows cannot be added, changed or deleted at the desk."""

    actions: Any = None
    empty_value_display = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
