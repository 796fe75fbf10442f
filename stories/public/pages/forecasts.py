"""The list of forecasts: which are due next, which were decided last, and how those of one speaker turned out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Self
from uuid import UUID, uuid5

from django.db.models import Count, Exists, F, Min, OuterRef
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import pgettext

from newsroom.db.keyset import PAGE_SIZE
from newsroom.http.clock import start_of_day, start_of_next_day
from newsroom.http.languages import in_active_language
from newsroom.page_cache.dependencies import STORIES, NoDependencies, PageDependencies
from newsroom.text.fold import fold
from stories.documents.forecasts import MIN_DECIDED, StateCounts, brier_score, count_states
from stories.documents.schema.forecasts import STATES
from stories.editions.forecasts import ForecastQuerySet
from stories.editions.models import EditionForecast, EditionKind
from stories.public.pages.works.forecasts import forecast_anchor, is_overdue
from stories.public.pages.works.live_data import next_day_in
from topics.pages import record_dependencies

MAX_SPEAKERS = 200
MAX_IN_FEED = 40
# Stands for the three states of an outcome that was judged.
DECIDED = "decided"
_JUDGED = ("came_true", "in_part", "not_true")


@dataclass(frozen=True, slots=True)
class DayCursor:
    """A position in a list of forecasts that is ordered by day and then by uid."""

    day: date
    uid: UUID

    def __str__(self) -> str:
        return f"{self.day.isoformat().replace('-', '')}-{self.uid.hex}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor that ``text`` represents. Raise Http404 if it does not represent one."""
        day, _, uid = text.partition("-")
        try:
            return cls(datetime.strptime(day, "%Y%m%d").date(), UUID(uid))  # noqa: DTZ007 -- a day has no time zone
        except ValueError as error:
            raise Http404 from error


@dataclass(frozen=True, slots=True)
class ForecastEntry:
    """A forecast in a list on ``today``."""

    row: EditionForecast
    today: date

    @property
    def is_withdrawn(self) -> bool:
        """Whether this is what remains of the forecasts of a withdrawn story."""
        return self.row.edition.kind == EditionKind.NOTICE

    @property
    def is_overdue(self) -> bool:
        return is_overdue(self.row.state, self.row.due_on, self.today)

    @property
    def state_label(self) -> str:
        """The words for the state."""
        return str(STATES[self.row.state])

    @property
    def url(self) -> str:
        """The address of the forecast in its story, or of the notice of a withdrawn story."""
        address = self.row.edition.get_absolute_url()
        return address if self.is_withdrawn else f"{address}#{forecast_anchor(self.row.position + 1)}"


@dataclass(frozen=True, slots=True)
class ForecastEvent:
    """What the feed tells of a forecast: that it was entered, that its day has passed, or how it was decided.

    ``state`` is the one that the forecast had then; ``entry`` is the forecast as it is now.
    """

    entry: ForecastEntry
    kind: Literal["entered", "due", "decided"]
    state: str
    at: datetime

    @property
    def key(self) -> UUID:
        """A uid for the entry of a feed."""
        return uuid5(self.entry.row.forecast, f"{self.kind} {self.at.astimezone(UTC).isoformat()}")


@dataclass(frozen=True, slots=True)
class ForecastGroup:
    """Consecutive forecasts of a list. ``next_cursor`` leads to the following ones, if any."""

    entries: list[ForecastEntry]
    next_cursor: DayCursor | None


@dataclass(frozen=True, slots=True)
class SpeakerRecord:
    """How the forecasts of a speaker turned out.

    ``ranged`` counts those that name an amount or a range. ``brier_score`` is None with too few chances.
    """

    counts: StateCounts
    ranged: StateCounts
    brier_score: float | None

    @classmethod
    def from_groups(cls, groups: Sequence[tuple[str, int | None, bool, int]]) -> Self:
        """Return the record from the state, the chance, whether there is a range, and the number of each group."""
        rows = [(state, chance, has_range) for state, chance, has_range, number in groups for _ in range(number)]
        return cls(
            count_states(state for state, _, _ in rows),
            count_states(state for state, _, has_range in rows if has_range),
            brier_score((state, chance) for state, chance, _ in rows),
        )

    @property
    def shows_ranges(self) -> bool:
        """Whether enough forecasts with a range are decided to count them."""
        return self.ranged.decided >= MIN_DECIDED


@dataclass(frozen=True, slots=True)
class ForecastFilter:
    """What the list is restricted to: a speaker, a state, forecasts with a range; and where its parts begin."""

    who: str = ""
    state: str = ""
    is_ranged: bool = False
    due_after: DayCursor | None = None
    decided_before: DayCursor | None = None

    @classmethod
    def parse(cls, query: QueryDict) -> Self:
        """Return the filter in a query string. Raise Http404 for an unknown state or an invalid cursor."""
        state = query.get("state", "")
        if state and state != DECIDED and state not in STATES:
            raise Http404
        due, decided = query.get("due", ""), query.get("decided", "")
        return cls(
            "".join(filter(str.isprintable, query.get("who", ""))).strip(),
            state,
            query.get("range") == "1",
            DayCursor.parse(due) if due else None,
            DayCursor.parse(decided) if decided else None,
        )

    @property
    def shows_due(self) -> bool:
        return self.state in ("", "open") and not self.decided_before

    @property
    def shows_decided(self) -> bool:
        return self.state != "open" and not self.due_after

    def apply(self, rows: ForecastQuerySet) -> ForecastQuerySet:
        if self.who:
            rows = rows.by_speaker(self.who)
        if self.state:
            rows = rows.filter(state__in=_JUDGED if self.state == DECIDED else (self.state,))
        return rows.filter(has_range=True) if self.is_ranged else rows


@dataclass(frozen=True, slots=True)
class ForecastList:
    """A page of the list of forecasts.

    ``speakers`` holds the first ``MAX_SPEAKERS`` names, and whether each is chosen. ``speaker`` is the chosen one as
    stored, or empty if there are no forecasts by the chosen name; ``record`` is theirs, if enough are decided.
    """

    chosen: ForecastFilter
    due: ForecastGroup | None
    decided: ForecastGroup | None
    speakers: list[tuple[str, bool]]
    has_more_speakers: bool
    speaker: str
    record: SpeakerRecord | None
    at: datetime

    @classmethod
    def load(cls, chosen: ForecastFilter, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page for the filter, in at most four queries, and two more if ``dependencies`` is given."""
        record_dependencies(dependencies, STORIES)
        live = EditionForecast.objects.live(at).filter(in_active_language())
        today = timezone.localdate(at)
        rows = chosen.apply(live)
        due = paginate_by_day(rows.filter(state="open"), chosen.due_after, today=today) if chosen.shows_due else None
        decided = _load_decided(rows, chosen.decided_before, today=today) if chosen.shows_decided else None
        open_days = [entry.row.due_on for entry in due.entries] if due else []
        next_day_in(open_days, dependencies or NoDependencies(at=at))
        speakers = _list_speakers(live, chosen.who)
        speaker, record = _load_record(live, chosen.who)
        has_more = len(speakers) > MAX_SPEAKERS
        return cls(chosen, due, decided, speakers[:MAX_SPEAKERS], has_more, speaker, record, at)

    @property
    def is_first(self) -> bool:
        """Whether this is the list from its beginning, without filters."""
        return self.chosen == ForecastFilter()

    @property
    def is_empty(self) -> bool:
        return not any(group and group.entries for group in (self.due, self.decided))

    @property
    def states(self) -> list[tuple[str, str, bool]]:
        """The states to choose from, each with its name and whether it is chosen."""
        names = {"open": STATES["open"], DECIDED: pgettext("state of a forecast", "Decided"), **STATES}
        return [(code, str(name), code == self.chosen.state) for code, name in names.items()]

    @property
    def entries(self) -> list[ForecastEntry]:
        """The forecasts on the page, in order."""
        return [entry for group in (self.due, self.decided) if group for entry in group.entries]


def newest_events(*, at: datetime, dependencies: PageDependencies | None = None) -> list[ForecastEvent]:
    """Return the newest events of the forecasts of live stories in the active language, newest first.

    This takes at most three queries, and two more if ``dependencies`` is given. The feed is valid until midnight, when
    the day of a forecast may have passed.
    """
    record_dependencies(dependencies, STORIES)
    today = timezone.localdate(at)
    live = EditionForecast.objects.live(at).filter(in_active_language())
    if dependencies:
        dependencies.limit_validity(start_of_next_day(at))
    overdue = live.filter(state="open", due_on__lt=today).order_by("-due_on", "-forecast").with_pages()[:MAX_IN_FEED]
    events = [
        ForecastEvent(ForecastEntry(row, today), "due", row.state, start_of_day(row.due_on + timedelta(days=1)))
        for row in overdue
        if row.due_on
    ]
    is_live = Exists(live.order_by().filter(forecast=OuterRef("forecast")))
    changes = list(
        EditionForecast.objects.list_changes(at=at).filter(is_live).order_by("-live_from", "-forecast")[:MAX_IN_FEED]
    )
    present = {row.forecast: row for row in live.filter(forecast__in={row.forecast for row in changes}).with_pages()}
    events += [
        ForecastEvent(
            ForecastEntry(present[row.forecast], today),
            "entered" if row.state == "open" and not row.state_before else "decided",
            row.state,
            row.live_from,
        )
        for row in changes
    ]
    return sorted(events, key=lambda event: (event.at, event.entry.row.forecast), reverse=True)[:MAX_IN_FEED]


def paginate_by_day(
    rows: ForecastQuerySet, after: DayCursor | None, *, today: date, size: int = PAGE_SIZE
) -> ForecastGroup:
    """Return the first ``size`` forecasts after a cursor in the order of their days, so that overdue ones are first."""
    rows = rows.filter(due_on__isnull=False)
    if after:
        rows = rows.filter(TupleGreaterThan(Tuple(F("due_on"), F("forecast")), (after.day, after.uid)))
    return _build_group(rows.order_by("due_on", "forecast"), "due_on", today, size=size)


def _load_decided(rows: ForecastQuerySet, before: DayCursor | None, *, today: date) -> ForecastGroup:
    """Return the decided forecasts, those decided last first."""
    rows = rows.decided()
    if before:
        rows = rows.filter(TupleLessThan(Tuple(F("decided_on"), F("forecast")), (before.day, before.uid)))
    return _build_group(rows.order_by("-decided_on", "-forecast"), "decided_on", today)


def _build_group(rows: ForecastQuerySet, day: str, today: date, *, size: int = PAGE_SIZE) -> ForecastGroup:
    found = list(rows.with_pages()[: size + 1])
    entries = [ForecastEntry(row, today) for row in found[:size]]
    last = entries[-1].row if len(found) > size else None
    return ForecastGroup(entries, DayCursor(getattr(last, day), last.forecast) if last else None)


def _list_speakers(live: ForecastQuerySet, chosen: str) -> list[tuple[str, bool]]:
    """Return the names of the first speakers in alphabetical order, one too many, and whether each is chosen."""
    by_name = live.exclude(speaker_folded="").order_by("speaker_folded").values("speaker_folded")
    rows = by_name.annotate(name=Min("speaker")).values_list("name", "speaker_folded")[: MAX_SPEAKERS + 1]
    return [(name, folded == fold(chosen)) for name, folded in rows]


def _load_record(live: ForecastQuerySet, speaker: str) -> tuple[str, SpeakerRecord | None]:
    """Return the stored name of a speaker, and how their forecasts turned out, or None with too few decided ones.

    The name is empty if there are no forecasts by ``speaker``.
    """
    if not speaker:
        return "", None
    groups = live.by_speaker(speaker).order_by().values_list("state", "chance", "has_range")
    rows = list(groups.annotate(number=Count("pk"), name=Min("speaker")))
    record = SpeakerRecord.from_groups([group for *group, _ in rows])
    # Of two spellings of one name, the list of speakers has the same.
    return min((name for *_, name in rows), default=""), record if record.counts.are_shown else None
