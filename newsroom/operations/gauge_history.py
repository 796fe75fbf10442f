"""The history of gauges, recorded once a minute, for the screen *Health*."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.operations import metrics
from newsroom.operations.models import GaugeRecord

SPAN = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Series:
    """A gauge whose history is shown.

    ``worst`` says which of several values counts: ``max`` or ``min``.
    """

    name: str
    title: str
    unit: str = ""
    worst: str = "max"

    def choose(self, values: metrics.Values) -> float | None:
        """Return the value to record, or None if there is none."""
        numbers = values.values() if isinstance(values, Mapping) else [values]
        found = [float(each) for each in numbers if each is not None]
        return (min if self.worst == "min" else max)(found, default=None)


_series: list[Series] = []


def register(*series: Series) -> None:
    """Register gauges to be recorded, in the order in which they are shown."""
    _series.extend(series)


def record(at: datetime) -> bool:
    """Record the gauges of this minute unless they are recorded already. Return whether this call recorded them."""
    minute = at.replace(second=0, microsecond=0)
    if GaugeRecord.objects.filter(minute=minute).exists():
        return False
    values = metrics.read_gauges([each.name for each in _series])
    chosen = {each.name: each.choose(values[each.name]) for each in _series if each.name in values}
    GaugeRecord.objects.bulk_create(
        [GaugeRecord(minute=minute, values={name: value for name, value in chosen.items() if value is not None})],
        ignore_conflicts=True,
    )
    return True


@dataclass(frozen=True, slots=True)
class History:
    """A gauge with its values: one for each of several equal parts of ``SPAN``, or None where nothing was recorded."""

    series: Series
    values: Sequence[float | None]

    @property
    def last(self) -> float | None:
        """The value of the last part in which something was recorded, or None."""
        return next((value for value in reversed(self.values) if value is not None), None)


def read_history(at: datetime, *, parts: int) -> Iterator[History]:
    """Yield each registered gauge with its worst value in each of ``parts`` equal parts of the last 24 hours."""
    begin = at - SPAN
    rows = list(GaugeRecord.objects.filter(minute__gt=begin, minute__lte=at).order_by("minute"))
    for series in _series:
        slots: list[list[float]] = [[] for _ in range(parts)]
        for row in rows:
            if (value := row.values.get(series.name)) is not None:
                slots[min(int((row.minute - begin) / SPAN * parts), parts - 1)].append(value)
        worst = min if series.worst == "min" else max
        yield History(series, [worst(slot) if slot else None for slot in slots])
