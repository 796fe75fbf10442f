"""Calendar by week, by month and as a list, each with its own query string."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date as format_date
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
# The length of a list. The next list starts where this one ends.
LIST_LENGTH = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``begin`` up to, but not including, ``end``.

    ``day`` is the first day of the requested week, month or list. A month also includes the rest of its first and last
    weeks.
    """

    view: str
    begin: date
    end: date
    title: str
    day: date

    @property
    def previous_address(self) -> str:
        """The address of the previous span, or an empty string near the limit of the calendar."""
        return calendar_address(self.view, self._shift(-1)) if self.begin > FIRST + LIST_LENGTH * 2 else ""

    @property
    def next_address(self) -> str:
        """The address of the next span, or an empty string near the limit of the calendar."""
        return calendar_address(self.view, self._shift(1)) if self.end < LAST - LIST_LENGTH * 2 else ""

    def _shift(self, by: int) -> date:
        if self.view == MONTH:
            return (self.day.replace(day=15) + timedelta(days=30 * by)).replace(day=1)
        return self.begin + by * (self.end - self.begin)


def viewable_kinds(user: User) -> set[str]:
    """Return the kinds of works that the user may view at the desk."""
    return {str(kind) for kind, right in VIEW_RIGHTS.items() if user.has_perm(right)}


class CalendarScreen(DeskView):
    """Base class for screens whose users must be allowed to view works of at least one kind."""

    kinds: set[str]

    def prepare(self) -> None:
        self.kinds = viewable_kinds(signed_in_user(self.request))
        self.require(bool(self.kinds))


class CalendarView(CalendarScreen):
    """Show a week (``?week=2026-W47``), a month (``?month=2026-11``), or a list from a day (``?list=2026-11-16``)."""

    template_name = "admin/calendar/calendar.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user, today = request.user, timezone.localdate(self.at)
        span = parse_span(request.GET.dict(), today=today)
        days = load_days(span.begin, span.end, at=self.at, kinds=self.kinds)
        return self.render(
            {
                "title": span.title,
                "span": span,
                "days": days,
                "weeks": [days[first : first + 7] for first in range(0, len(days), 7)],
                "days_with_entries": [day for day in days if day.entries],
                "views": _list_views(span, today),
                "current_path": request.get_full_path(),
                "today_address": calendar_address(span.view, today),
                "may_move": user.has_perm(PUBLISH_PERMISSION),
                "movable_review_kinds": {
                    kind for kind in self.kinds if user.has_perm(f"stories.change_{WorkKind(kind).model}")
                },
                "zone": timezone.get_current_timezone_name(),
            }
        )


def parse_span(query: dict[str, str], *, today: date) -> Span:
    """Return the span that the query string asks for; a missing, invalid or unsupported date counts as ``today``."""
    if LIST in query:
        begin = _parse_day(query[LIST]) or today
        return Span(LIST, begin, begin + LIST_LENGTH, f"From {format_date(begin, 'j F Y')}", begin)
    if MONTH in query:
        first = (_parse_day(f"{query[MONTH]}-01") or today).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return Span(MONTH, week_bounds(first)[0], week_bounds(last)[1], format_date(first, "F Y"), first)
    begin, end = week_bounds(_parse_day(f"{query.get(WEEK, '')}-1") or today)
    last = end - timedelta(days=1)
    first_format = "j" if begin.month == last.month else "j F"
    return Span(WEEK, begin, end, f"{format_date(begin, first_format)} to {format_date(last, 'j F Y')}", begin)


def week_bounds(day: date) -> tuple[date, date]:
    """Return the Monday of the week that contains ``day``, and the following Monday."""
    begin = day - timedelta(days=day.weekday())
    return begin, begin + timedelta(days=7)


def calendar_address(view: str, day: date) -> str:
    """Return the address of the week or the month that contains ``day``, or of the list that starts on ``day``."""
    year, week, _ = day.isocalendar()
    values = {WEEK: f"{year:04}-W{week:02}", MONTH: f"{day.year:04}-{day.month:02}", LIST: day.isoformat()}
    return f"{reverse('admin:calendar')}?{view}={values[view]}"


def _list_views(span: Span, today: date) -> list[tuple[str, str, bool]]:
    """Return the name and the address of each view, and whether it is the current one."""
    day = today if span.begin <= today < span.end else span.day
    return [
        (name, calendar_address(view, day), view == span.view)
        for view, name in ((WEEK, "Week"), (MONTH, "Month"), (LIST, "List"))
    ]


def _parse_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST + LIST_LENGTH < day < LAST - LIST_LENGTH else None
