"""The retention rules for autosaves, bulk runs, presence, previews and imports."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from newsroom.accounts.models import Contributor
from newsroom.operations import retention
from newsroom.page_cache import unused_keys
from stories.models import (
    AutosaveSlot,
    BulkItem,
    BulkRun,
    Edition,
    Import,
    Outlet,
    Presence,
    SharedPreview,
    Work,
    WorkKind,
)
from stories.models.imports import ImportQuerySet

type Rows = Callable[[datetime, timedelta], Iterable[QuerySet[Any]]]

# An empty slot remains this long, so that a message that arrives late does not restore its text.
EMPTY_SLOT_LIFETIME = timedelta(days=7)


def find_autosaves(at: datetime, age: timedelta) -> Iterable[QuerySet[AutosaveSlot]]:
    """Yield the slots that have been empty for a week or for ``age``, whichever is shorter.

    Then yield the slots whose text was last typed more than ``age`` ago.
    """
    yield AutosaveSlot.objects.emptied_before(at - min(age, EMPTY_SLOT_LIFETIME))
    yield AutosaveSlot.objects.saved_before(at - age)


def find_bulk_runs(at: datetime, age: timedelta) -> Iterable[QuerySet[Any]]:
    """Yield the items of the bulk runs that ended more than ``age`` ago, and then these runs."""
    runs = BulkRun.objects.ended_before(at - age)
    yield BulkItem.objects.filter(run__in=runs)
    yield runs


RULES: dict[str, tuple[int, Rows]] = {
    "autosaves": (30, find_autosaves),
    "bulk_runs": (90, find_bulk_runs),
    "presence": (1, lambda at, age: [Presence.objects.seen_before(at - age)]),
    "previews": (30, lambda at, age: [SharedPreview.objects.ended_before(at - age)]),
}


def register_rules() -> None:
    """Register the retention rules, and the objects to which page keys belong."""
    for name, (days, rows) in RULES.items():
        retention.register(retention.RowRule(name, days, rows))
    retention.register(
        retention.RowRule(
            "imports", 90, lambda at, age: [Import.objects.finished_before(at - age)], remove=ImportQuerySet.tidy
        )
    )
    for kind in WorkKind.values:
        unused_keys.register_objects(kind, Work.objects.all)
        unused_keys.register_objects(kind, Edition.objects.all)
    unused_keys.register_objects("outlet", Outlet.objects.all)
    unused_keys.register_objects("author", Contributor.objects.all)
