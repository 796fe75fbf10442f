"""When a page was last looked at with its sources in hand: told once somebody should have looked again."""

from datetime import date, datetime

from django.utils import timezone

from stories.models.edition import Edition


def last_checked(edition: Edition, *, at: datetime) -> date | None:
    """Return the day of the last look at an edition of ``with_dates_of_looks``, if the next one is late at ``at``, else None.

    Where nobody has written down a look since, it is the day on which the page was last updated.
    """
    review_by, checked_on = (getattr(edition, name, None) for name in ("review_by", "checked_on"))
    if review_by is None or review_by >= timezone.localdate(at):
        return None
    updated: date = timezone.localdate(edition.updated_at)
    return max(checked_on, updated) if checked_on else updated
