"""Audit entries for display: a sentence, the words that changed, and whether the change can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass

from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.subjects import attach_subjects, label_kind, label_of
from newsroom.audit.undo import can_be_undone
from newsroom.text.diff.words import Run, compare_source

# Verbs whose entries contain fields of an object. In other entries, the values are part of the sentence.
VERBS_WITH_FIELDS = frozenset({"changed", "put back", "deleted"})


@dataclass(frozen=True, slots=True)
class Difference:
    """The change to one field, as runs of equal, added and removed words."""

    label: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An audit entry as it is shown in a list."""

    event: Event
    sentence: str
    kind: str
    differences: list[Difference]
    can_be_undone: bool


def build_entries(events: Iterable[Event]) -> list[LogEntry]:
    """Return the entries as they are shown in a list, in the given order, each with its object."""
    event_list = list(events)
    attach_subjects(event_list)
    return [
        LogEntry(event, format_entry(event), label_kind(event.kind), differences_of(event), can_be_undone(event))
        for event in event_list
    ]


def differences_of(event: Event) -> list[Difference]:
    """Return the difference in each field. The list is empty for verbs whose entries contain no fields."""
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
    """Return a stored value as text.

    List items are separated by semicolons, a foreign key is a name, a boolean is “yes” or “no”, and None is "".
    """
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
