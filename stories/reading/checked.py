"""When a page was last looked at with its sources in hand: told once somebody should have looked again."""

from datetime import date, timedelta

from django.utils import timezone

from newsroom.http.clock import day_begins
from newsroom.page_cache.dependencies import Guard
from stories.editions.models import Edition


def last_checked(edition: Edition, *, guard: Guard) -> date | None:
    """Return the day of the last look at an edition of ``with_dates_of_looks``, if the next one is late, else None.

    Where nobody has written down a look since, it is the day on which the page was last updated. ``guard`` says when
    it is, and learns from when on it is late.
    """
    review_by, checked_on = (getattr(edition, name, None) for name in ("review_by", "checked_on"))
    if review_by is None:
        return None
    if review_by >= timezone.localdate(guard.at):
        guard.until(day_begins(review_by + timedelta(days=1)))
        return None
    updated: date = timezone.localdate(edition.updated_at)
    return max(checked_on, updated) if checked_on else updated
