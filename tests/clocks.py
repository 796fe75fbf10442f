"""A clock that tests set, for requests and for verbs."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.http import clock

MONDAY = datetime(2031, 3, 3, 9, tzinfo=UTC)


class SetClock:
    """A clock that stands still until it is set again."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def go(self, *, to: datetime | None = None, **by: float) -> datetime:
        """Set the clock to a moment, or move it forward by hours, days and so on; return the new moment."""
        self.moment = to or self.moment + timedelta(**by)
        return self.moment


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime = MONDAY) -> SetClock:
    """Replace the real clock with one that is set to ``moment``."""
    replacement = SetClock(moment)
    monkeypatch.setattr(clock, "now", replacement)
    return replacement
