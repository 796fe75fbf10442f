"""Filters of the changelists of stories and of questions."""

from abc import abstractmethod
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.dateparse import parse_date

from newsroom.db.counts import count_by
from newsroom.desk.changelists.filters import Choices, CountedFilter, FormFilter
from newsroom.http.clock import request_time
from newsroom.http.request_state import RequestState
from stories.drafts.list_filters import citing_outlet, on_topic, published_between
from stories.drafts.publication_status import SCHEDULED, PublicationStatus, count_statuses, filter_by_status
from stories.models import Outlet, State
from stories.workflow.proposed_names import EntityKind, suggest_names
from topics.models import Topic

MAX_OWNER_CHOICES = 20
MAX_NEAR_NAMES = 3
# The periods that can be chosen, with the number of days before today.
PERIODS = {"today": ("Today", 0), "7": ("Last 7 days", 6), "30": ("Last 30 days", 29)}
YEARS = range(1900, 3000)  # those of days that can be entered; every time zone can count from and to them


# The entity that each name filter found, or None, and the sentence if there is none. A list makes its filters several
# times for one request.
_FOUND: RequestState[dict[str, tuple[Any, str]]] = RequestState(dict)


class PublishedFilter(FormFilter):
    """Filter works by the days, in the newsroom's time zone, on which an edition of them went live."""

    title = "published"
    parameters = ("published", "published_from", "published_to")
    template = "admin/changelists/published_filter.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.at = request_time(request)
        self.period = self.values["published"] if self.values["published"] in PERIODS else ""
        self.first, self.last = (self._read_day(name) for name in ("published_from", "published_to"))
        if self.period:
            today = timezone.localdate(self.at)
            self.first, self.last = today - timedelta(days=PERIODS[self.period][1]), today
        if self.first and self.last and self.first > self.last:
            self.error = "The first day is after the last. Swap the two days."

    def _read_day(self, name: str) -> date | None:
        typed = self.values[name]
        try:
            day = parse_date(typed)
        except ValueError:
            day = None
        if day is not None and day.year not in YEARS:
            day = None
        if typed and day is None:
            self.error = "Enter days like 2026-11-30."
        return day

    @property
    def chosen(self) -> str:
        """The chosen period in words, or an empty string."""
        if self.period:
            return PERIODS[self.period][0].lower()
        first, last = (format_date(day, "j F Y") if day else "" for day in (self.first, self.last))
        if first and last:
            return first if first == last else f"{first} to {last}"
        return f"from {first}" if first else f"until {last}" if last else ""

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Return the works with a page that went live on these days; all of them if the days cannot be read."""
        if self.error or not self.chosen:
            return queryset  # type: ignore[no-any-return]
        return published_between(
            queryset,
            first=_begin_of(self.first) if self.first else None,
            end=_begin_of(self.last + timedelta(days=1)) if self.last else None,
            at=self.at,
        )

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield “Any time” and the periods, then the form."""
        periods = {"": "Any time", **{value: label for value, (label, _) in PERIODS.items()}}
        for value, label in periods.items():
            new = {"published": value} if value else {}
            yield {
                "query_string": changelist.get_query_string(new, [name for name in self.parameters if name not in new]),
                "display": label,
                "selected": not self.chosen if not value else value == self.period,
            }


def _begin_of(day: date) -> datetime:
    """Return the first moment of a day in the newsroom's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


class NameFilter(FormFilter):
    """Base class for filters by a topic or an outlet, which is searched by its name or an alias."""

    template = "admin/changelists/name_filter.html"
    entity_kind: ClassVar[EntityKind]
    entity_model: ClassVar[Any]

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        typed, found = self.values[self.entity_kind], _FOUND.get(request)
        if typed and self.entity_kind not in found:
            entity = self.entity_model.objects.with_name(typed).first()
            found[self.entity_kind] = entity, "" if entity else self._describe_unknown(typed)
        self.entity, self.error = found.get(self.entity_kind, (None, ""))

    def _describe_unknown(self, typed: str) -> str:
        near = [offer.name for offer in suggest_names(self.entity_kind, typed).offers[:MAX_NEAR_NAMES]]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"There is no {self.entity_kind} “{typed}”.{hint}"

    @property
    def list_id(self) -> str:
        """The id of the list of names that is looked up while somebody types."""
        return f"{self.entity_kind}-names"

    @property
    def typed(self) -> str:
        """The name of the entity, or what was typed."""
        return str(self.entity or self.values[self.entity_kind])

    @property
    def chosen(self) -> str:
        return self.typed

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Return the works that name the entity; none if there is no such entity."""
        if not self.chosen:
            return queryset  # type: ignore[no-any-return]
        return self.filter_by(queryset, self.entity) if self.entity else queryset.none()

    @abstractmethod
    def filter_by(self, works: Any, entity: Any) -> QuerySet[Any]:
        """Return the works that name the entity."""


class TopicFilter(NameFilter):
    title = "topic"
    parameters = ("topic",)
    entity_kind = "topic"
    entity_model = Topic

    def filter_by(self, works: Any, entity: Any) -> QuerySet[Any]:
        """Return the works about the topic."""
        return on_topic(works, entity)


class OutletFilter(NameFilter):
    """Filter works by an outlet that they cite."""

    title = "outlet"
    parameters = ("outlet",)
    entity_kind = "outlet"
    entity_model = Outlet

    def filter_by(self, works: Any, entity: Any) -> QuerySet[Any]:
        """Return the works that cite the outlet."""
        return citing_outlet(works, entity)


class PublicationStatusFilter(CountedFilter):
    """Filter works by publication status; works in the trash appear only if their status is chosen."""

    title = "status"
    parameter_name = "standing"
    counts_newest_only = True

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.at = request_time(request)
        super().__init__(request, params, model, model_admin)

    def get_choices(self, request: HttpRequest, screen: Any) -> Choices:
        """Return a choice for each publication status, and one for pending schedules."""
        return [
            *((status.value, status.label) for status in PublicationStatus),
            (SCHEDULED, "Scheduled"),
        ]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        return filter_by_status(rows, value)

    def filter_by_default(self, rows: Any) -> QuerySet[Any]:
        """Return ``rows`` without the works in the trash."""
        return filter_by_status(rows, "")

    def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
        return dict(count_statuses(rows, at=self.at))


class ReviewFilter(CountedFilter):
    """Filter works by the state of their review."""

    title = "review"
    parameter_name = "review"

    def get_choices(self, request: HttpRequest, screen: Any) -> Choices:
        return [(state.value, state.label) for state in State if state != State.DRAFT]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        return rows.in_state(value)  # type: ignore[no-any-return]

    def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
        return count_by(rows, "state")


class OwnerFilter(CountedFilter):
    """Filter works by owner.

    “Me” is the signed-in user, so a shared saved view with this choice shows each user their own works.
    """

    title = "owner"
    parameter_name = "owner"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.user_key = str(request.user.pk)
        super().__init__(request, params, model, model_admin)

    def get_choices(self, request: HttpRequest, screen: Any) -> Choices:
        """Return “Me”, the most frequent owners among the newest works, the chosen owner, and “No owner”."""
        chosen_owner = str(request.GET.get("owner", ""))
        owners = [
            (str(owner.pk), str(owner))
            for owner in screen.model.objects.frequent_owners(chosen_owner, limit=MAX_OWNER_CHOICES)
        ]
        return [("me", "Me"), *(owner for owner in owners if owner[0] != self.user_key), ("none", "No owner")]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        return rows.owned_by({"me": self.user_key, "none": ""}.get(value, value))  # type: ignore[no-any-return]

    def count_by_choice(self, rows: QuerySet[Any]) -> dict[str, int]:
        codes = {int(self.user_key): "me", None: "none"}
        return {codes.get(owner, str(owner)): number for owner, number in count_by(rows, "owner").items()}


class ShortAnswerFilter(CountedFilter):
    """Filter questions by whether they have a short answer."""

    title = "short answer"
    parameter_name = "short_answer"
    counts_newest_only = True

    def get_choices(self, request: HttpRequest, screen: Any) -> Choices:
        return [("no", "Without a short answer"), ("yes", "With a short answer")]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Any]:
        return rows.with_short_answer(value == "yes")  # type: ignore[no-any-return]
