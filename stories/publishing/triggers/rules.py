"""The rules for both databases: the changes that are refused, with their messages and their exceptions."""

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
    """An exception to a rule: changes are allowed while a row of ``table`` has NULL in ``column``."""

    table: str
    column: str

    @property
    def condition(self) -> str:
        """The SQL condition for the existence of such a row."""
        return f'EXISTS (SELECT 1 FROM "{self.table}" WHERE "{self.column}" IS NULL)'  # noqa: S608 -- no user input


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of change that the database refuses for rows of ``table``, with a sentence that tells an editor why.

    ``when`` is an SQL condition on the rows OLD and NEW; an empty one matches every row. Each database fills in the
    placeholders: ``{differs}``, ``{now}``, and ``{instant[0]}`` … ``{instant[1]}`` around a time. The change is allowed
    while one of the rows in ``keys`` is open.
    """

    table: str
    change: Change
    name: str
    sentence: str
    when: str = ""
    keys: tuple[OpenRow, ...] = ()


# Increase this with each change to a rule. During an upgrade, the previous release runs on the same database, and it
# accepts triggers of a higher version in place of its own.
VERSION = 3

ERASING = OpenRow(Erasure._meta.db_table, "closed_at")
RENDERING = OpenRow(Rerendering._meta.db_table, "finished_at")

RENDERED = frozenset({"fragments", "summary", "minutes"})  # the columns that ``rerender`` writes
SPAN = frozenset({"live_until"})
ERASED = frozenset({"closed_at", "document", "files"})  # the columns that are written when an erasure is closed
REVIEW = frozenset({"reviewed_by_id", "reviewed_at", "review_note"})
WORDS = frozenset({"before", "after", "reason", "by_name"})
NAME = frozenset({"by_name"})

# Each pair is the message if a row would be lost, and the message if it would be changed.
_PROJECTION_SENTENCES = (
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
    **dict.fromkeys(PROJECTIONS, _PROJECTION_SENTENCES),
    Override: ("What was published against a check stays on record.", "What an override says never changes."),
    Event: ("The record is kept for ever.", "What is on record never changes."),
    Erasure: ("That something was erased stays on record.", "What an erasure says of itself never changes."),
}
# All tables whose columns the rules depend on.
TABLES = sorted({model._meta.db_table for model in SENTENCES} | {ERASING.table, RENDERING.table})
ENDED = "This edition has ended: what readers saw until then stays as it was."
CANCELLED = "This schedule was cancelled: make a new one."
BACKWARDS = "An edition cannot end before it begins."
REVIEWED = "This override was reviewed already."
CLOSED = "This erasure is closed already."
# Also the name of the constraint on PostgreSQL, where error messages quote it: at most 63 bytes.
OVERLAP = "Two editions of a page cannot stand at the same time"


def build_rules(columns: Columns) -> list[Rule]:
    """Return the rules for the existing tables; ``columns`` contains the column names of each table.

    Tables, columns and exceptions that do not exist are left out, because a database may be only partly migrated.
    """
    rules = [
        rule
        for model in SENTENCES
        if (names := columns.get(model._meta.db_table))
        for rule in _iter_rules(model, names)
    ]
    return [replace(rule, keys=tuple(key for key in rule.keys if key.table in columns)) for rule in rules]


def list_unique_columns(table: str, columns: Collection[str]) -> list[tuple[str, ...]]:
    """Return the sets of columns that are unique in a table with rules, except those of partial unique constraints.

    Sets with a column that does not exist are left out.
    """
    meta = next(model._meta for model in SENTENCES if model._meta.db_table == table)
    columns_by_field = {field.name: field.column for field in meta.concrete_fields if field.column}
    single_columns = [(field.column,) for field in meta.concrete_fields if field.unique and field.column]
    column_sets = [
        tuple(columns_by_field[name] for name in constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None
    ]
    return [key for key in [*single_columns, *column_sets] if set(key) <= set(columns)]


def _iter_rules(model: type[Model], names: Set[str]) -> Iterator[Rule]:
    table = model._meta.db_table
    lost_sentence, changed_sentence = SENTENCES[model]
    yield Rule(table, "DELETE", "kept", lost_sentence, keys=() if model in {Event, Erasure} else (ERASING,))
    yield Rule(table, "TRUNCATE", "emptied", lost_sentence)

    def refuse_changes(names: Set[str], *keys: OpenRow, name: str = "fixed") -> Iterator[Rule]:
        if names:
            yield Rule(table, "UPDATE", name, changed_sentence, _differs_sql(model, names), keys)

    if model in {Revision, Document}:
        yield from refuse_changes(names, ERASING)
    elif model is Event:
        yield from refuse_changes(names - WORDS)
        yield from refuse_changes(names & WORDS, ERASING, name="words")
    elif model is Erasure:
        yield from refuse_changes(names - ERASED - NAME)
        yield from refuse_changes(names & NAME, ERASING, name="words")
        is_second_change = f'OLD."closed_at" IS NOT NULL AND ({_differs_sql(model, names & ERASED)})'
        yield Rule(table, "UPDATE", "closed", CLOSED, is_second_change)
    elif model is Override:
        yield from refuse_changes(names - REVIEW, ERASING)
        is_second_review = f'OLD."reviewed_at" IS NOT NULL AND ({_differs_sql(model, REVIEW)})'
        yield Rule(table, "UPDATE", "reviewed", REVIEWED, is_second_review, (ERASING,))
    else:
        rendered = names & RENDERED if model is Edition else frozenset()
        yield from refuse_changes(names - SPAN - rendered, ERASING)
        yield from refuse_changes(rendered, ERASING, RENDERING, name="rendered")
        yield from _iter_span_rules(model)


def _iter_span_rules(model: type[Model]) -> Iterator[Rule]:
    """Yield the rules for the end of a span.

    The end may change until it has passed or the schedule is cancelled; it is never before the beginning.
    """
    table, moved = model._meta.db_table, _differs_sql(model, SPAN)
    ended = f'{moved} AND OLD."live_from" < OLD."live_until" AND OLD."live_until" <= {{now}}'
    yield Rule(table, "UPDATE", "ended", ENDED, ended, (ERASING,))
    cancelled = f'{moved} AND OLD."live_from" = OLD."live_until"'
    yield Rule(table, "UPDATE", "cancelled", CANCELLED, cancelled, (ERASING,))
    yield Rule(table, "UPDATE", "backwards", BACKWARDS, f'{moved} AND NEW."live_until" < NEW."live_from"')


def _differs_sql(model: type[Model], names: Set[str]) -> str:
    """Return the SQL condition for a change to any of these columns."""
    times = {field.column for field in model._meta.concrete_fields if isinstance(field, DateTimeField)}

    def column_sql(row: str, name: str) -> str:
        return f'{{instant[0]}}{row}."{name}"{{instant[1]}}' if name in times else f'{row}."{name}"'

    return " OR ".join(f"{column_sql('OLD', name)} {{differs}} {column_sql('NEW', name)}" for name in sorted(names))
