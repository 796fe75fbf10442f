"""Audit entries as people read them: a sentence, the words that changed, and whether the change can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass

from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.subjects import attach_subjects, label_of
from newsroom.audit.undo import can_be_undone
from newsroom.text.diff.words import Run, compare_source

# Verbs whose entries hold the fields of an object. The values of other verbs are part of their sentence.
VERBS_WITH_FIELDS = frozenset({"changed", "put back", "deleted"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after, as runs of equal, added and removed words."""

    label: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One audit entry as a list shows it."""

    event: Event
    sentence: str
    differences: list[Difference]
    can_be_undone: bool


def build_entries(events: Iterable[Event]) -> list[LogEntry]:
    """Return the entries of the log as lists show them, in their order, each with its object."""
    listed = list(events)
    attach_subjects(listed)
    return [LogEntry(event, format_entry(event), differences_of(event), can_be_undone(event)) for event in listed]


def differences_of(event: Event) -> list[Difference]:
    """Return what the entry changed, field by field; an empty list for verbs that hold no fields."""
    if event.verb not in VERBS_WITH_FIELDS:
        return []
    names = dict.fromkeys([*event.before, *event.after])
    return [
        Difference(
            label_of(event.kind, name).capitalize(),
            compare_source(format_value(event.before.get(name)), format_value(event.after.get(name))),
        )
        for name in names
    ]


def format_value(value: object) -> str:
    """Return a stored value as text: names separated by semicolons, “yes” and “no”, and "" for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(map(str, value))
        case dict():
            return str(value.get("name", ""))
        case _:
            return str(value)
