"""The timeline of a work: its editions in chronological order, the place of a new one, and the ends of earlier ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import IntegrityError
from django.db.models import Model
from django.utils import timezone

from newsroom.db.statements import PreparedChange, PreparedQuery, build_update, execute_together
from newsroom.http.clock import FOREVER
from newsroom.search import index
from stories.drafts import status_index
from stories.models import PROJECTIONS, Edition, EditionKind, Work
from stories.publishing.editions.invalidation import invalidate_pages_of
from stories.publishing.editions.projections import write_withdrawn_forecasts
from stories.publishing.errors import TimeError

_MIN_SPAN = timedelta(microseconds=1)


_EDITIONS = PreparedQuery(
    lambda works: Edition.objects.filter(work__id__in=works).defer("fragments").order_by("live_from", "pk")
)

_END_EDITIONS = PreparedChange(lambda keys, at: build_update(Edition.objects.filter(pk__in=keys), live_until=at))


def _prepare_end(projection: type[Model]) -> PreparedChange:
    rows = projection._default_manager.all()
    return PreparedChange(lambda editions, at: build_update(rows.filter(edition__id__in=editions), live_until=at))


_END_PROJECTIONS = [_prepare_end(projection) for projection in PROJECTIONS]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the timeline for a new edition, with its neighbours.

    ``ordinal`` is the number of a page at this place for readers. ``previous`` is the edition that the new one ends.
    ``previous_page`` and ``first_page`` are the last and the first page before the new edition. ``until`` is the
    beginning of the next pending schedule, or ``FOREVER``.
    """

    number: int
    ordinal: int
    begin: datetime
    until: datetime
    previous: Edition | None
    previous_page: Edition | None
    first_page: Edition | None

    @property
    def follows_notice(self) -> bool:
        """Whether a notice is in force immediately before this place."""
        return self.previous is not None and self.previous.kind == EditionKind.NOTICE


@dataclass(frozen=True, slots=True)
class Timeline:
    """The editions of a work in chronological order, without cancelled ones, as read at ``now``.

    ``highest_number`` is the highest edition number of the work, including cancelled editions.
    """

    work: Work
    now: datetime
    editions: tuple[Edition, ...]
    highest_number: int = 0

    @classmethod
    def load(cls, work: Work, *, now: datetime) -> Self:
        """Load the editions of a work. A caller that writes editions depending on them must lock the work first."""
        return cls.load_many([work], now=now)[work.pk]

    @classmethod
    def load_many(cls, works: Iterable[Work], *, now: datetime) -> dict[int, Self]:
        """Return the timeline of each work, keyed by the primary key of the work."""
        works_by_key = {work.pk: work for work in works}
        editions: dict[int, list[Edition]] = {key: [] for key in works_by_key}
        for edition in _EDITIONS(works=list(works_by_key)) if works_by_key else ():
            before = editions[edition.work_id]
            edition.ordinal = 1 + sum(each.kind == EditionKind.PAGE and not each.is_cancelled for each in before)
            before.append(edition)
        return {
            key: cls(
                work,
                now,
                tuple(edition for edition in editions[key] if not edition.is_cancelled),
                max((edition.number for edition in editions[key]), default=0),
            )
            for key, work in works_by_key.items()
        }

    @property
    def in_force(self) -> Edition | None:
        """The edition that readers see: the last one that has begun, or None.

        An edition that was published immediately counts as begun, even if the clock has been set back since.
        """
        begun_editions = [
            edition for edition in self.editions if edition.live_from <= self.now or not edition.is_scheduled
        ]
        return begun_editions[-1] if begun_editions else None

    @property
    def pending(self) -> list[Edition]:
        """The pending schedules, in chronological order."""
        in_force = self.in_force
        return [each for each in self.editions if in_force is None or each.live_from > in_force.live_from]

    def find_place(self, at: datetime | None = None) -> Place:
        """Return the place for an edition that begins at ``at``, or as soon as possible if ``at`` is None.

        Raise TimeError if ``at`` has passed or is not before ``FOREVER``, or if a pending schedule is in the way.
        """
        if at is not None and at >= FOREVER:
            raise TimeError(f"Choose a time before the year {FOREVER.year}: nothing can be scheduled for later.")
        if at is not None and at <= self.now:
            raise TimeError(f"{_format_time(at)} is in the past. Choose a future time.")
        in_force = self.in_force
        soonest = max(self.now, in_force.live_from + _MIN_SPAN) if in_force else self.now
        begin = at or soonest
        clashing = [each for each in self.pending if each.live_from == begin or (at is None and each.live_from < begin)]
        if clashing:
            raise TimeError(
                f"Edition {clashing[0].label} is scheduled for the same time ({_format_time(clashing[0].live_from)}). "
                "Choose another time, or cancel it."
            )
        earlier = [edition for edition in self.editions if edition.live_from < begin]
        later = [edition for edition in self.editions if edition.live_from > begin]
        pages = [edition for edition in earlier if edition.kind == EditionKind.PAGE]
        return Place(
            number=self.highest_number + 1,
            ordinal=len(pages) + 1,
            begin=begin,
            until=later[0].live_from if later else FOREVER,
            previous=earlier[-1] if earlier else None,
            previous_page=pages[-1] if pages else None,
            first_page=pages[0] if pages else None,
        )

    def list_pending_pages_after(self, moment: datetime) -> list[Edition]:
        """Return the pending pages that begin after ``moment``, in chronological order."""
        return [each for each in self.pending if each.kind == EditionKind.PAGE and each.live_from > moment]


def end_previous(places: Iterable[Place]) -> None:
    """End the edition before each place at the beginning of that place. Raise the same error as ``_end_rows``."""
    for at, editions in end_previous_rows(places).items():
        _end_entries(editions, at=at)


def end_previous_rows(places: Iterable[Place]) -> dict[datetime, list[Edition]]:
    """End the edition before each place, with its projections; return the ended editions, keyed by their end.

    The caller must then end or replace their search entries, and invalidate their pages. Raise the same error as
    ``_end_rows``.
    """
    ends: dict[datetime, list[Edition]] = {}
    for place in places:
        if place.previous is not None:
            ends.setdefault(place.begin, []).append(place.previous)
    for at, editions in sorted(ends.items()):
        _end_rows(editions, at=at)
    return ends


def empty_span(edition: Edition) -> None:
    """Cancel a pending schedule: empty its span, and extend the edition before it to the former end of the span.

    A notice that now replaces that edition says what is withdrawn of its forecasts.
    Raise the same error as ``_end_rows``.
    """
    previous = Edition.objects.filter(work=edition.work_id, live_until=edition.live_from).without_cancelled().first()
    until = Edition.objects.values_list("live_until", flat=True).get(pk=edition.pk)
    _end([edition], at=edition.live_from)
    if previous is not None:
        _end([previous], at=until)
        write_withdrawn_forecasts(previous, until=until)
    status_index.update_statuses([edition.work_id])


def _end(editions: Sequence[Edition], *, at: datetime) -> None:
    """End editions at ``at``, with everything that depends on their span. The span excludes this time."""
    _end_rows(editions, at=at)
    _end_entries(editions, at=at)


def _end_rows(editions: Sequence[Edition], *, at: datetime) -> None:
    """End editions and their projections at ``at``.

    Raise TimeError if one has already ended according to the database's clock, which may be ahead of the verb's.
    """
    keys = [edition.pk for edition in editions]
    try:
        execute_together(
            [
                _END_EDITIONS.bind(keys=keys, at=at),
                *(end_projection.bind(editions=keys, at=at) for end_projection in _END_PROJECTIONS),
            ]
        )
    except IntegrityError as error:
        # The transaction is broken, so the numbers of the editions cannot be counted.
        titles = ", ".join(f"“{edition.title}”" for edition in editions)
        raise TimeError(f"An edition of {titles} was replaced a moment ago. Try again.") from error


def _end_entries(editions: Sequence[Edition], *, at: datetime) -> None:
    """End the search entries of editions, and invalidate their pages."""
    index.end_editions({edition.pk: at for edition in editions})
    invalidate_pages_of(editions)


def _format_time(moment: datetime) -> str:
    """Return a time in the newsroom's time zone, with the names of the weekday and the month."""
    local = timezone.localtime(moment)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({local:%Z})"
