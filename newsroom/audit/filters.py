"""How the list of the whole record is narrowed: kind, verb, person, and days from and to."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from newsroom.audit.models import Event

COMMAND = "command"


class KindFilter(admin.SimpleListFilter):
    """Events about one kind of thing."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the kinds that the record knows."""
        return [(kind, kind.capitalize()) for kind in Event.objects.kinds()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        """Narrow the list."""
        return queryset.of_kind(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


class VerbFilter(admin.SimpleListFilter):
    """Events of one verb."""

    title = "what was done"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the verbs that the record knows."""
        return [(verb, verb.capitalize()) for verb in Event.objects.verbs()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        """Narrow the list."""
        return queryset.with_verb(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


class PersonFilter(admin.SimpleListFilter):
    """Events of one person, or those that a command brought about."""

    title = "person"
    parameter_name = "by__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer who acted."""
        return [*((str(person.pk), str(person)) for person in Event.objects.people()), (COMMAND, "A command")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        """Narrow the list; raise IncorrectLookupParameters for who is nobody."""
        value = self.value()
        if not value:
            return queryset  # type: ignore[no-any-return]
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.of_person(None if value == COMMAND else int(value))  # type: ignore[no-any-return]


class DaysFilter(admin.ListFilter):
    """Events from one day to another, both included, by the newsroom's clock."""

    title = "days"
    template = "admin/audit/date_filter.html"
    names = ("from", "to")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: type[Event], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        """Show it always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Name what it reads from the address."""
        return list(self.names)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """Yield the two days as they were asked for, and what else the address says."""
        others = changelist.get_filters_params()
        kept = {**others, "q": [changelist.query]} if changelist.query else others
        yield {
            "from": self.used_parameters.get("from", ""),
            "to": self.used_parameters.get("to", ""),
            "others": [(name, values[-1]) for name, values in kept.items() if name not in self.names],
        }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        """Narrow the list; what is no day narrows nothing."""
        first, last = (_day(self.used_parameters.get(name)) for name in self.names)
        return queryset.between(_begin(first), _begin(last + timedelta(days=1)) if last else None)  # type: ignore[no-any-return]


def _day(text: object) -> date | None:
    try:
        day = date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 9000 else None


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
