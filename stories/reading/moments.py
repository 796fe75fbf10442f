"""When time alone changes what readers see next."""

from datetime import datetime

from stories.editions.models import Edition


def next_change(*, at: datetime) -> datetime | None:
    """Return when the next edition begins after ``at``, a page or a notice; None where none waits. One query.

    Nothing else begins or ends by itself: where a page ends at a time, a notice waits for it.
    """
    waiting = Edition.objects.spanning().filter(live_from__gt=at).order_by("live_from")
    return waiting.values_list("live_from", flat=True).first()
