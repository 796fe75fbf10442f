"""Filters of lists, each choice with how many rows it would leave."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import ManyToManyRel, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.http import HttpRequest

from newsroom.db.counts import capped, grouped
from newsroom.http.languages import name_of

type Choices = list[tuple[str, str]]

MOST_CHOICES = 40


class CountedFilter(admin.SimpleListFilter, ABC):
    """A filter with a known list of choices: ``offered`` names them, ``narrowed`` keeps what answers to one.

    Where ``is_bounded`` rows are looked at one by one to be counted: there only the newest thousand are counted.
    """

    is_bounded: ClassVar[bool] = False

    @abstractmethod
    def offered(self, request: HttpRequest, screen: Any) -> Choices:
        """Return the choices with their words."""

    @abstractmethod
    def narrowed(self, rows: Any, value: str) -> QuerySet[Any]:
        """Keep what answers to a choice."""

    def unnarrowed(self, rows: Any) -> QuerySet[Any]:
        """Return what is shown while nothing is chosen."""
        return rows  # type: ignore[no-any-return]

    def tally(self, rows: QuerySet[Any]) -> dict[str, int]:
        """Return how many of ``rows``, which are few, answer to each choice."""
        values = [str(value) for value, _ in self.lookup_choices[:MOST_CHOICES]]
        return dict(zip(values, capped(self.narrowed(rows, value) for value in values), strict=True))

    @property
    def narrows(self) -> bool:
        """Whether the list would hold other rows without this filter."""
        return self.value() is not None or type(self).unnarrowed is not CountedFilter.unnarrowed

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Ask for the choices once for each page."""
        known: dict[str, Choices] = vars(request).setdefault("filter_choices", {})
        if self.parameter_name not in known:
            known[str(self.parameter_name)] = self.offered(request, model_admin)
        return known[str(self.parameter_name)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list; by what is no choice it is not narrowed."""
        value = self.value()
        known = {choice for choice, _ in self.lookup_choices}
        return self.narrowed(queryset, value) if value in known else self.unnarrowed(queryset)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Say of each choice how many rows it leaves."""
        first, *others = super().choices(changelist)
        yield first
        counts = changelist.counts.get(self.parameter_name, {})
        for (value, _), choice in zip(self.lookup_choices, others, strict=True):
            yield {**choice, "count": counts.get(str(value), "")}


def by_choice(field: str, title: str = "") -> type[CountedFilter]:
    """Return a filter by a field with choices, such as a kind."""

    class ByChoice(CountedFilter):
        parameter_name = f"{field}__exact"

        def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
            self.title = title or str(model._meta.get_field(field).verbose_name)
            super().__init__(request, params, model, model_admin)

        def offered(self, request: HttpRequest, screen: Any) -> Choices:
            return [(str(value), str(label)) for value, label in screen.model._meta.get_field(field).flatchoices]

        def narrowed(self, rows: Any, value: str) -> QuerySet[Any]:
            return rows.filter(**{field: value})  # type: ignore[no-any-return]

        def tally(self, rows: QuerySet[Any]) -> dict[str, int]:
            return {str(value): number for value, number in grouped(rows, field).items()}

    return ByChoice


def by_truth(field: str, title: str = "") -> type[CountedFilter]:
    """Return a filter by a field that is true or not."""

    class ByTruth(CountedFilter):
        parameter_name = f"{field}__exact"

        def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
            self.title = title or str(model._meta.get_field(field).verbose_name)
            super().__init__(request, params, model, model_admin)

        def offered(self, request: HttpRequest, screen: Any) -> Choices:
            return [("1", "Yes"), ("0", "No")]

        def narrowed(self, rows: Any, value: str) -> QuerySet[Any]:
            return rows.filter(**{field: value == "1"})  # type: ignore[no-any-return]

        def tally(self, rows: QuerySet[Any]) -> dict[str, int]:
            return {str(int(value)): number for value, number in grouped(rows, field).items()}

    return ByTruth


def titled[Filter: admin.FieldListFilter](base: type[Filter], title: str) -> type[Filter]:
    """Return a filter by a field under a title that is not the name of the field."""

    def begin(self: Filter, *args: Any, **kwargs: Any) -> None:
        base.__init__(self, *args, **kwargs)
        self.title = title

    return type(base.__name__, (base,), {"__init__": begin})


class UseFilter(CountedFilter):
    """Narrows a list to what something uses, or to what nothing does: ``used`` of its queries."""

    title = "use"
    parameter_name = "used"
    is_bounded = True

    def offered(self, request: HttpRequest, screen: Any) -> Choices:
        """Offer both."""
        return [("yes", "Used"), ("no", "Unused")]

    def narrowed(self, rows: Any, value: str) -> QuerySet[Any]:
        """Narrow the list."""
        return rows.used(value == "yes")  # type: ignore[no-any-return]


class LanguageFilter(CountedFilter):
    """Narrows a list by the language of its rows, in its own name: ``languages`` of its queries."""

    title = "language"
    parameter_name = "language__exact"

    def offered(self, request: HttpRequest, screen: Any) -> Choices:
        """Offer the languages in use; where two share a name, with their tags."""
        tags = screen.model._default_manager.languages()
        names = [name_of(tag) for tag in tags]
        return [
            (tag, name if names.count(name) == 1 or name == tag else f"{name} ({tag})")
            for tag, name in sorted(zip(tags, names, strict=True), key=lambda each: each[1].casefold())
        ]

    def narrowed(self, rows: Any, value: str) -> QuerySet[Any]:
        """Narrow the list."""
        return rows.in_language(value)  # type: ignore[no-any-return]

    def tally(self, rows: QuerySet[Any]) -> dict[str, int]:
        """Count by language."""
        return grouped(rows, "language")


def pointed_at(model: type[models.Model], *relations: str) -> Q:
    """Return the condition that something points to a row of ``model``, by one of its relations of these names.

    It is asked as a value, for one row along an index: of a condition PostgreSQL may make a list of all that points.
    """
    found = Q()
    for name in relations:
        relation: Any = model._meta.get_field(name)
        is_many = isinstance(relation, ManyToManyRel)
        source = relation.through if is_many else relation.related_model
        pointer = relation.field.m2m_reverse_field_name() if is_many else relation.field.name
        rows = source._default_manager.filter(**{pointer: OuterRef("pk")}).order_by()
        found |= Q(IsNull(Subquery(rows.values("pk")[:1]), False))
    return found
