"""A clock that a test moves for the processes of a site, and for itself."""

import mmap
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from newsroom.db.server_time import DatabaseTime


class MovedClock:
    """A clock that runs ahead of this machine's by a number of seconds, which all processes read from one file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._ahead = memoryview(mmap.mmap(file.fileno(), 8)).cast("d")

    def now(self) -> datetime:
        """Return the time that the clock shows."""
        return datetime.now(UTC) + self._offset

    def go(self, *, to: datetime) -> None:
        """Set the clock to a moment, from which it runs on."""
        self._ahead[0] = (to - datetime.now(UTC)).total_seconds()

    @property
    def replacements(self) -> list[tuple[object, str, object]]:
        """The functions that read a clock: objects, attributes and new values. The database's clock moves as well."""
        right = DatabaseTime.now

        def database_now(time: DatabaseTime) -> datetime | None:
            moment = right(time)
            return moment + self._offset if moment else None

        return [(timezone, "now", self.now), (DatabaseTime, "now", database_now)]

    @property
    def _offset(self) -> timedelta:
        return timedelta(seconds=self._ahead[0])
