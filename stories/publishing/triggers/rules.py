"""The rules for both databases: which change of which row is refused, with which message, and what permits it."""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import DateTimeField, Model, UniqueConstraint

from newsroom.audit.models import Erasure, Event
from stories.models import PROJECTIONS, Document, Edition, Override, Rerendering, Revision

type Change = Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"]
type Columns = Mapping[str, Set[str]]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A table with a row whose ``column`` is NULL while the rules that name this key are open."""

    table: str
    column: str

    @property
    def condition(self) -> str:
        """The SQL condition that there is such a row."""
        return f'EXISTS (SELECT 1 FROM "{self.table}" WHERE "{self.column}" IS NULL)'  # noqa: S608 -- names of our own


@dataclass(frozen=True, slots=True)
class Rule:
    """A refusal of ``change`` to rows of ``table``, with a sentence for an editor.

    ``when`` is an SQL condition over the rows OLD and NEW, or empty for every row. Each database fills in its
    placeholders: ``{differs}``, ``{now}``, and ``{instant[0]}`` … ``{instant[1]}`` around a time.
    """

    table: str
    change: Change
    name: str
    sentence: str
    when: str = ""
    keys: tuple[OpenRow, ...] = ()


# Increased with each change of a rule. While a new release is installed, the previous one runs on the same database.
# It accepts triggers of a higher version as its own.
VERSION = 1

ERASING = OpenRow(Erasure._meta.db_table, "closed_at")
RENDERING = OpenRow(Rerendering._meta.db_table, "finished_at")

RENDERED = frozenset({"fragments", "summary", "minutes"})  # what ``rerender`` writes
SPAN = frozenset({"live_until"})
REVIEW = frozenset({"reviewed_by_id", "reviewed_at", "review_note"})
WORDS = frozenset({"before", "after", "reason"})

# The messages when a row would be lost, and when it would be changed.
_NAMED = (
    "What an edition names is kept for ever: withdraw the page instead.",
    "What an edition names never changes: publish a new one.",
)
SENTENCES: Mapping[type[Model], tuple[str, str]] = {
    Revision: ("Revisions are kept for ever.", "A revision never changes: save the work again to make another one."),
    Document: ("Documents are kept for ever.", "A document never changes: save the work again to make another one."),
    Edition: (
        "Editions are kept for ever: withdraw the page instead.",
        "What an edition says never changes: publish a new one.",
    ),
    **dict.fromkeys(PROJECTIONS, _NAMED),
    Override: ("What was published against a check stays on record.", "What an override says never changes."),
    Event: ("The record is kept for ever.", "What is on record never changes."),
    Erasure: ("That something was erased stays on record.", "What an erasure says of itself never changes."),
}
ENDED = "This edition has ended: what readers saw until then stays as it was."
CANCELLED = "This schedule was cancelled: make a new one."
BACKWARDS = "An edition cannot end before it begins."
REVIEWED = "This override was reviewed already."
CLOSED = "This erasure is closed already."
# On PostgreSQL also the name of the constraint, which its error quotes: 63 bytes at most.
OVERLAP = "Two editions of a page cannot stand at the same time"


def build_rules(columns: Columns) -> list[Rule]:
    """Return the rules for the existing tables; ``columns`` holds the names of the columns of each table.

    Rules leave out tables, columns and keys that do not exist, which happens in the middle of migrations.
    """
    found = [
        rule for model in SENTENCES if (names := columns.get(model._meta.db_table)) for rule in _rules(model, names)
    ]
    return [replace(rule, keys=tuple(key for key in rule.keys if key.table in columns)) for rule in found]


def list_unique_columns(table: str, columns: Collection[str]) -> list[tuple[str, ...]]:
    """Return the existing sets of columns that are unique in a table with rules, without partial unique constraints."""
    meta = next(model._meta for model in SENTENCES if model._meta.db_table == table)
    column_of = {field.name: field.column for field in meta.concrete_fields if field.column}
    alone = [(field.column,) for field in meta.concrete_fields if field.unique and field.column]
    together = [
        tuple(column_of[name] for name in constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None
    ]
    return [key for key in [*alone, *together] if set(key) <= set(columns)]


def _rules(model: type[Model], names: Set[str]) -> Iterator[Rule]:
    table = model._meta.db_table
    lost, changed = SENTENCES[model]
    yield Rule(table, "DELETE", "kept", lost, keys=() if model in {Event, Erasure} else (ERASING,))
    yield Rule(table, "TRUNCATE", "emptied", lost)

    def fixed(names: Set[str], *keys: OpenRow, name: str = "fixed") -> Iterator[Rule]:
        if names:
            yield Rule(table, "UPDATE", name, changed, _differ(model, names), keys)

    if model in {Revision, Document}:
        yield from fixed(names, ERASING)
    elif model is Event:
        yield from fixed(names - WORDS)
        yield from fixed(names & WORDS, ERASING, name="words")
    elif model is Erasure:
        yield from fixed(names - {ERASING.column})
        yield Rule(
            table, "UPDATE", "closed", CLOSED, f'OLD."closed_at" IS NOT NULL AND {_differ(model, {ERASING.column})}'
        )
    elif model is Override:
        yield from fixed(names - REVIEW, ERASING)
        again = f'OLD."reviewed_at" IS NOT NULL AND ({_differ(model, REVIEW)})'
        yield Rule(table, "UPDATE", "reviewed", REVIEWED, again, (ERASING,))
    else:
        rendered = names & RENDERED if model is Edition else frozenset()
        yield from fixed(names - SPAN - rendered, ERASING)
        yield from fixed(rendered, ERASING, RENDERING, name="rendered")
        yield from _span(model)


def _span(model: type[Model]) -> Iterator[Rule]:
    """Yield the rules for the end of a span: it may change until it has passed, and is never before the beginning."""
    table, moved = model._meta.db_table, _differ(model, SPAN)
    ended = f'{moved} AND OLD."live_from" < OLD."live_until" AND OLD."live_until" <= {{now}}'
    yield Rule(table, "UPDATE", "ended", ENDED, ended, (ERASING,))
    cancelled = f'{moved} AND OLD."live_from" = OLD."live_until"'
    yield Rule(table, "UPDATE", "cancelled", CANCELLED, cancelled, (ERASING,))
    yield Rule(table, "UPDATE", "backwards", BACKWARDS, f'{moved} AND NEW."live_until" < NEW."live_from"')


def _differ(model: type[Model], names: Set[str]) -> str:
    """Return the SQL condition that one of these columns changes."""
    times = {field.column for field in model._meta.concrete_fields if isinstance(field, DateTimeField)}

    def value(row: str, name: str) -> str:
        return f'{{instant[0]}}{row}."{name}"{{instant[1]}}' if name in times else f'{row}."{name}"'

    return " OR ".join(f"{value('OLD', name)} {{differs}} {value('NEW', name)}" for name in sorted(names))
