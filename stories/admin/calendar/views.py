"""Calendar by week, by month and as a list, each at its own address."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date as written
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.views import DeskView
from stories.drafts.calendar import FIRST, LAST, load_days
from stories.models import WorkKind
from stories.publishing.pipeline import PUBLISH_PERMISSION

WEEK, MONTH, LIST = "week", "month", "list"
VIEW_RIGHTS = {WorkKind.STORY: "stories.view_story", WorkKind.QUESTION: "stories.view_faq"}
# Length of a list, and the distance to the next one.
LIST_LENGTH = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``begin`` until just before ``end``, under ``title``; ``about`` is the day or month asked for."""

    view: str
    begin: date
    end: date
    title: str
    about: date

    @property
    def before(self) -> str:
        """Address of the previous span, empty at the limit of the calendar."""
        return calendar_address(self.view, self._moved(-1)) if self.begin > FIRST + LIST_LENGTH * 2 else ""

    @property
    def after(self) -> str:
        """Address of the next span, empty at the limit of the calendar."""
        return calendar_address(self.view, self._moved(1)) if self.end < LAST - LIST_LENGTH * 2 else ""

    def _moved(self, by: int) -> date:
        if self.view == MONTH:
            return (self.about.replace(day=15) + timedelta(days=30 * by)).replace(day=1)
        return self.begin + by * (self.end - self.begin)


def viewable_kinds(user: User) -> set[str]:
    """Return the kinds of works that the user may view at the desk."""
    return {str(kind) for kind, right in VIEW_RIGHTS.items() if user.has_perm(right)}


class CalendarScreen(DeskView):
    """A screen for users who may view works of some kind at the desk."""

    kinds: set[str]

    def prepare(self) -> None:
        self.kinds = viewable_kinds(signed_in_user(self.request))
        self.require(bool(self.kinds))


class CalendarView(CalendarScreen):
    """Show a week (``?week=2026-W47``), a month (``?month=2026-11``) or a list from a day on (``?list=2026-11-16``)."""

    template_name = "admin/calendar/calendar.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user, today = request.user, timezone.localdate(self.at)
        span = parse_span(request.GET.dict(), today=today)
        shown = load_days(span.begin, span.end, at=self.at, kinds=self.kinds)
        return self.render(
            {
                "title": span.title,
                "span": span,
                "days": shown,
                "weeks": [shown[first : first + 7] for first in range(0, len(shown), 7)],
                "days_with_entries": [day for day in shown if day.entries],
                "views": _views(span, today),
                "current_path": request.get_full_path(),
                "today_address": calendar_address(span.view, today),
                "may_move": user.has_perm(PUBLISH_PERMISSION),
                "movable_review_kinds": {
                    kind for kind in self.kinds if user.has_perm(f"stories.change_{WorkKind(kind).model}")
                },
                "zone": timezone.get_current_timezone_name(),
            }
        )


def parse_span(asked: dict[str, str], *, today: date) -> Span:
    """Return the span that the query string asks for; an invalid or unsupported date means ``today``."""
    if LIST in asked:
        begin = _day(asked[LIST]) or today
        return Span(LIST, begin, begin + LIST_LENGTH, f"From {written(begin, 'j F Y')}", begin)
    if MONTH in asked:
        first = (_day(f"{asked[MONTH]}-01") or today).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return Span(MONTH, week_bounds(first)[0], week_bounds(last)[1], written(first, "F Y"), first)
    begin, end = week_bounds(_day(f"{asked.get(WEEK, '')}-1") or today)
    last = end - timedelta(days=1)
    shape = "j" if begin.month == last.month else "j F"
    return Span(WEEK, begin, end, f"{written(begin, shape)} to {written(last, 'j F Y')}", begin)


def week_bounds(day: date) -> tuple[date, date]:
    """Return the Monday of the week of ``day`` and the following Monday."""
    begin = day - timedelta(days=day.weekday())
    return begin, begin + timedelta(days=7)


def calendar_address(view: str, about: date) -> str:
    """Return the address of the week or the month that holds the day ``about``, or of the list from that day on."""
    year, week, _ = about.isocalendar()
    told = {WEEK: f"{year:04}-W{week:02}", MONTH: f"{about.year:04}-{about.month:02}", LIST: about.isoformat()}
    return f"{reverse('admin:calendar')}?{view}={told[view]}"


def _views(span: Span, today: date) -> list[tuple[str, str, bool]]:
    """Return the name and the address of each view, and whether it is the one shown."""
    about = today if span.begin <= today < span.end else span.about
    return [
        (name, calendar_address(view, about), view == span.view)
        for view, name in ((WEEK, "Week"), (MONTH, "Month"), (LIST, "List"))
    ]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST + LIST_LENGTH < day < LAST - LIST_LENGTH else None
