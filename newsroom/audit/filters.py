"""Filters for the lists of audit entries and access events: kind, verb, user, and first and last day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from newsroom.audit.models import AccessEntry, AccessVerb, Event
from newsroom.audit.sentences import label_verb
from newsroom.audit.subjects import label_kind


class KindFilter(admin.SimpleListFilter):
    """Filter entries by the kind of object."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, label_kind(kind).capitalize()) for kind in Event.objects.kinds()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        return queryset.of_kind(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


class VerbFilter(admin.SimpleListFilter):
    """Filter entries by verb."""

    title = "action"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((verb, label_verb(verb).capitalize()) for verb in Event.objects.verbs()), key=itemgetter(1))

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        return queryset.with_verb(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


class PersonFilter(admin.SimpleListFilter):
    """Base class for filters by user. The choice ``nobody``, a value and its label, selects the rows without a user.

    The QuerySet of the rows needs the methods ``users`` and ``by_user``.
    """

    title = "person"
    nobody: ClassVar[tuple[str, str]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        users = model_admin.model.objects.users()
        return [*((str(user.pk), str(user)) for user in users), self.nobody]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Filter the rows. Raise IncorrectLookupParameters for a user who is not among the choices."""
        value = self.value()
        if not value:
            return queryset  # type: ignore[no-any-return]
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.by_user(None if value == self.nobody[0] else int(value))  # type: ignore[no-any-return]


class UserFilter(PersonFilter):
    """Filter entries by the user who acted, or select the actions of commands."""

    parameter_name = "by__id__exact"
    nobody = ("command", "A command")


class AccessVerbFilter(admin.SimpleListFilter):
    """Filter access events by what happened."""

    title = "event"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in AccessVerb.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[AccessEntry]:
        return queryset.with_verb(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


class AccountFilter(PersonFilter):
    """Filter access events by account, or select those of names that no account has."""

    parameter_name = "account__id__exact"
    nobody = ("unknown", "An unknown name")


class DateRangeFilter(admin.ListFilter):
    """Filter rows by a range of days in the newsroom's time zone, including the first and the last day."""

    title = "days"
    template = "admin/audit/date_filter.html"
    names = ("from", "to")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: type[Event], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """Yield a single choice: the two requested days and the other parameters of the query string."""
        filter_params = changelist.get_filters_params()
        params = {**filter_params, "q": [changelist.query]} if changelist.query else filter_params
        yield {
            "from": self.used_parameters.get("from", ""),
            "to": self.used_parameters.get("to", ""),
            "others": [(name, values[-1]) for name, values in params.items() if name not in self.names],
        }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Event]:
        """Filter the rows. A parameter that is not a date in the years 1900 to 9000 is ignored."""
        first, last = (_parse_day(self.used_parameters.get(name)) for name in self.names)
        return queryset.between(_start_of_day(first), _start_of_day(last + timedelta(days=1)) if last else None)  # type: ignore[no-any-return]


def _parse_day(text: object) -> date | None:
    try:
        day = date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 9000 else None


def _start_of_day(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
