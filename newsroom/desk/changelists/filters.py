"""Changelist filters that show how many rows each choice has."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import ManyToManyRel, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.http import HttpRequest

from newsroom.db.counts import count_by, count_capped
from newsroom.http.languages import native_name
from newsroom.http.request_state import RequestState

type Choices = list[tuple[str, str]]

MAX_CHOICES = 40
MAX_TYPED_LENGTH = 200
# Parameters that a changed filter drops: the page of the list, and Django's sign of an error.
_LOST_PARAMETERS = ("p", "e")
# The choices of each filter, keyed by its parameter.
_CHOICES: RequestState[dict[str, Choices]] = RequestState(dict)


class CountedFilter(admin.SimpleListFilter, ABC):
    """A filter with a list of choices: ``get_choices`` returns them, and ``filter_by`` applies one to the rows.

    If ``counts_newest_only`` is set, only the newest thousand rows are counted, because no index finds the rows of a
    choice.
    """

    counts_newest_only: ClassVar[bool] = False

    @abstractmethod
    def get_choices(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the choices with their labels."""

    @abstractmethod
    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        """Return the rows that a choice selects."""

    def filter_by_default(self, rows: Any) -> QuerySet[Any]:
        """Return the rows that are listed if no known choice is selected."""
        return rows  # type: ignore[no-any-return]

    def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
        """Return the number of rows for each of the first ``MAX_CHOICES`` choices. ``rows`` must be few."""
        values = [str(value) for value, _ in self.lookup_choices[:MAX_CHOICES]]
        return dict(zip(values, count_capped(self.filter_by(rows, value) for value in values), strict=True))

    @property
    def is_filtering(self) -> bool:
        """Whether the list might contain more rows without this filter."""
        return self.value() is not None or type(self).filter_by_default is not CountedFilter.filter_by_default

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the choices, which are computed once per request."""
        known = _CHOICES.get(request)
        if self.parameter_name not in known:
            known[str(self.parameter_name)] = self.get_choices(request, model_admin)
        return known[str(self.parameter_name)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows for the selected choice.

        If no known choice is selected, return the result of ``filter_by_default``.
        """
        value = self.value()
        known = {choice for choice, _ in self.lookup_choices}
        return self.filter_by(queryset, value) if value in known else self.filter_by_default(queryset)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the “All” choice, and then the others, each with its number of rows if they were counted."""
        first, *others = super().choices(changelist)
        yield first
        counts = changelist.counts.get(self.parameter_name, {})
        for (value, _), choice in zip(self.lookup_choices, others, strict=True):
            yield {**choice, "count": counts.get(str(value), "")}


class FormFilter(admin.ListFilter, ABC):
    """A filter with a form of its own, which works without JavaScript: ``parameters`` are the names of its fields.

    ``values`` holds what was submitted, and ``error`` a sentence if that cannot be used. The rows that match are found
    by no index of the list, so only the newest are counted beside the choices of other filters.
    """

    parameters: ClassVar[tuple[str, ...]]
    counts_newest_only: ClassVar[bool] = True

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.error = ""
        self.values = {
            name: (params.pop(name, None) or [""])[-1].strip()[:MAX_TYPED_LENGTH] for name in self.parameters
        }
        self.used_parameters.update({name: value for name, value in self.values.items() if value})
        names = {*self.parameters, *_LOST_PARAMETERS}
        self.other_parameters = [
            (name, value) for name, values in request.GET.lists() if name not in names for value in values
        ]

    @property
    @abstractmethod
    def chosen(self) -> str:
        """What was chosen, in words, or an empty string."""

    def value(self) -> str:
        """Return what was chosen, as other filters do."""
        return self.chosen

    def expected_parameters(self) -> list[str | None]:
        return list(self.parameters)

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield nothing: the template shows the form."""
        yield from ()


def choice_filter(field: str, title: str = "") -> type[CountedFilter]:
    """Return a filter class for a field with choices, such as ``kind``."""

    class ChoiceFilter(CountedFilter):
        parameter_name = f"{field}__exact"

        def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
            self.title = title or str(model._meta.get_field(field).verbose_name)
            super().__init__(request, params, model, model_admin)

        def get_choices(self, request: HttpRequest, model_admin: Any) -> Choices:
            return [(str(value), str(label)) for value, label in model_admin.model._meta.get_field(field).flatchoices]

        def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
            return rows.filter(**{field: value})  # type: ignore[no-any-return]

        def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
            return {str(value): number for value, number in count_by(rows, field).items()}

    return ChoiceFilter


def boolean_filter(field: str, title: str = "") -> type[CountedFilter]:
    """Return a filter class for a boolean field."""

    class BooleanFilter(CountedFilter):
        parameter_name = f"{field}__exact"

        def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
            self.title = title or str(model._meta.get_field(field).verbose_name)
            super().__init__(request, params, model, model_admin)

        def get_choices(self, request: HttpRequest, model_admin: Any) -> Choices:
            return [("1", "Yes"), ("0", "No")]

        def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
            return rows.filter(**{field: value == "1"})  # type: ignore[no-any-return]

        def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
            return {str(int(value)): number for value, number in count_by(rows, field).items()}

    return BooleanFilter


def with_title[Filter: admin.FieldListFilter](base: type[Filter], title: str) -> type[Filter]:
    """Return a subclass of the filter ``base`` with the given title."""

    def init(self: Filter, *args: Any, **kwargs: Any) -> None:
        base.__init__(self, *args, **kwargs)
        self.title = title

    return type(base.__name__, (base,), {"__init__": init})


class UsageFilter(CountedFilter):
    """Filter objects by whether they are used. The QuerySet must have a method ``used``."""

    title = "use"
    parameter_name = "used"
    counts_newest_only = True

    def get_choices(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("yes", "Used"), ("no", "Unused")]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        return rows.used(value == "yes")  # type: ignore[no-any-return]


class LanguageFilter(CountedFilter):
    """Filter objects by language.

    The manager must have a method ``used_languages``, and the QuerySet a method ``in_language``.
    """

    title = "language"
    parameter_name = "language__exact"

    def get_choices(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the languages in use under their native names, with their tags if two have the same name."""
        tags = model_admin.model._default_manager.used_languages()
        names = [native_name(tag) for tag in tags]
        return [
            (tag, name if names.count(name) == 1 or name == tag else f"{name} ({tag})")
            for tag, name in sorted(zip(tags, names, strict=True), key=lambda choice: choice[1].casefold())
        ]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        return rows.in_language(value)  # type: ignore[no-any-return]

    def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
        return count_by(rows, "language")


def is_referred_to(model: type[models.Model], *relations: str) -> Q:
    """Return the condition that another row refers to a row of ``model`` through one of these reverse relations."""
    # Each subquery reads one value from an index. PostgreSQL might execute EXISTS by reading all referring rows.
    condition = Q()
    for name in relations:
        relation: Any = model._meta.get_field(name)
        is_many = isinstance(relation, ManyToManyRel)
        source = relation.through if is_many else relation.related_model
        pointer = relation.field.m2m_reverse_field_name() if is_many else relation.field.name
        rows = source._default_manager.filter(**{pointer: OuterRef("pk")}).order_by()
        condition |= Q(IsNull(Subquery(rows.values("pk")[:1]), False))
    return condition
