"""The size of a run, the parts to measure, and the kinds of databases to measure them on."""

from dataclasses import dataclass

PARTS = ("memory", "disk", "pages", "monitoring", "changes", "importing", "mixed", "backups", "retention")
# From this number of stories on, only parts that depend on the number are measured by default, and only on PostgreSQL.
# At most this many stories are published. The rest of a larger corpus are copies, because publishing them takes hours.
LARGE_CORPUS = 20_000


@dataclass(frozen=True, slots=True)
class RunSize:
    """The amount of work in each part of a run, and durations in seconds."""

    rounds: int
    min_rounds: int
    seconds: int
    memory_step: int
    memory_steps: int
    changes: int
    files: int
    fill_seconds: int
    mixed_seconds: int
    backup_seconds: int
    sessions: int


FULL = RunSize(
    rounds=5,
    min_rounds=3,
    seconds=4,
    memory_step=10_000,
    memory_steps=10,
    changes=200,
    files=1_000,
    fill_seconds=20,
    mixed_seconds=300,
    backup_seconds=90,
    sessions=1_000_000,
)
SHORT = RunSize(
    rounds=2,
    min_rounds=2,
    seconds=1,
    memory_step=200,
    memory_steps=4,
    changes=12,
    files=20,
    fill_seconds=3,
    mixed_seconds=8,
    backup_seconds=5,
    sessions=3_000,
)


def parts_for(stories: int) -> tuple[str, ...]:
    """Return the parts to measure with ``stories`` stories. Other parts would add no information, or take hours."""
    if stories < LARGE_CORPUS:
        return ("pages", "monitoring", "changes", "importing", "mixed", "backups", "retention")
    large = ("pages", "monitoring", "changes")
    return ("memory", "disk", *large) if stories == LARGE_CORPUS else large


def vendors_for(stories: int) -> tuple[str, ...]:
    """Return the kinds of databases to measure with ``stories`` stories."""
    return ("postgresql", "sqlite") if stories < LARGE_CORPUS else ("postgresql",)
