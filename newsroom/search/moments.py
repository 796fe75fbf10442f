"""The keys of pages are moments, so that their order is that of time."""

from datetime import UTC, datetime

from newsroom.search.asking import FIRST_OF_PAGES

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = 1_000_000


def key_at(moment: datetime) -> int:
    """Return the key of what was updated at ``moment``: microseconds since 1970."""
    since = moment - BEGINNING
    return (since.days * 86_400 + since.seconds) * MICROSECOND + since.microseconds


def moment_of(key: int) -> datetime | None:
    """Return when what has this key was updated, None for names."""
    return datetime.fromtimestamp(key // MICROSECOND, UTC) if key >= FIRST_OF_PAGES else None
