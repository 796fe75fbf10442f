"""Length of a run, and the parts that it measures."""

from dataclasses import dataclass

PARTS = ("memory", "disk", "pages", "changes", "importing", "mixed")
MANY = 20_000  # stories; from here on only parts that depend on their number are measured, and only on PostgreSQL


@dataclass(frozen=True, slots=True)
class Length:
    """Number and duration of the measurements, in counts and seconds."""

    rounds: int
    fewest_rounds: int
    seconds: int
    memory_step: int
    memory_steps: int
    changes: int
    files: int
    filling_seconds: int
    mixed_seconds: int


FULL = Length(
    rounds=5,
    fewest_rounds=3,
    seconds=4,
    memory_step=10_000,
    memory_steps=10,
    changes=200,
    files=1_000,
    filling_seconds=20,
    mixed_seconds=300,
)
SHORT = Length(
    rounds=2,
    fewest_rounds=2,
    seconds=1,
    memory_step=200,
    memory_steps=4,
    changes=12,
    files=20,
    filling_seconds=3,
    mixed_seconds=8,
)


def parts_for(stories: int) -> tuple[str, ...]:
    """Return the parts to measure over ``stories`` stories; the others would add nothing, or take hours."""
    if stories < MANY:
        return ("pages", "changes", "importing", "mixed")
    return ("memory", "disk", "pages", "changes") if stories == MANY else ("pages", "changes")


def vendors_for(stories: int) -> tuple[str, ...]:
    """Return the kinds of databases to measure over ``stories`` stories."""
    return ("postgresql", "sqlite") if stories < MANY else ("postgresql",)
