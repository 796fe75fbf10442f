"""The plan of an import: what each row of a table would change; and its application, for all rows or none."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AbstractUser

from newsroom.audit import track_changes
from newsroom.desk.forms.aliases import AliasedForm
from newsroom.import_export.columns import UID, CellError, Column, ColumnKind, Sheet, join_names
from newsroom.import_export.match_rows import EntityIndex, load_entities
from newsroom.import_export.read import Table
from newsroom.import_export.write import unescape_formula
from newsroom.page_cache.invalidation import invalidation
from newsroom.text.fold import fold

NAME = "name"
# Each changed row is validated and saved on its own; unchanged rows cost almost nothing.
MOST_CHANGES = 500


class Outcome(StrEnum):
    """What an import would do with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """The value of one field before and after."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row with its outcome, its changes, and the reason why it is refused. ``form`` saves it."""

    line: int
    name: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    reason: str = ""
    form: AliasedForm | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of a table with their outcomes, and the headings that match no column."""

    rows: list[PlannedRow]
    unknown: list[str]

    def with_outcome(self, outcome: Outcome) -> list[PlannedRow]:
        """Return the rows with this outcome."""
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def digest(self) -> str:
        """The SHA-256 of the plan, equal only if the same rows would make the same changes."""
        told = [
            [
                row.line,
                row.name,
                row.outcome,
                row.reason,
                [[each.heading, each.before, each.after] for each in row.changes],
            ]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


class PlanChangedError(Exception):
    """Raised when the import would not do what was shown; ``plan`` is what it would do now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("Somebody changed these meanwhile. This is what the table would change now.")


class NoKeyColumnError(Exception):
    """Raised for a table with neither a uid nor a name column."""

    def __init__(self) -> None:
        super().__init__("There is no column “uid” and none “name”: nobody can tell what the rows are about.")


class TooManyChangesError(Exception):
    """Raised for a table with more than ``MOST_CHANGES`` new or changed rows."""

    def __init__(self) -> None:
        super().__init__(f"More than {MOST_CHANGES:,} rows are new or changed. Split the table.")


def build_plan(table: Table, sheet: Sheet, *, to_write: bool = False) -> Plan:
    """Return what the rows would change; with ``to_write`` lock the entities that they mean.

    Raise NoNameError. Raise TooManyChangesError for more than ``MOST_CHANGES`` new, changed or refused rows.
    """
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(table.headings):
        name = _field_of(heading, sheet)
        if name and name not in places:
            places[name] = place
        elif heading.strip():
            unknown.append(heading.strip())
    if UID not in places and NAME not in places:
        raise NoKeyColumnError
    rows = [
        (
            line,
            {name: unescape_formula(cells[at]) if at < len(cells) else "" for name, at in places.items()},
            len(cells),
        )
        for line, cells in table.rows
    ]
    known = load_entities(sheet, [said for _, said, _ in rows], to_write=to_write)
    taken: dict[str, int] = {}
    planned = []
    changes = 0
    for line, said, width in rows:
        row = _planned(line, said, known, sheet)
        if width > len(table.headings):
            row = PlannedRow(line, row.name, Outcome.REFUSED, reason="It has more cells than there are headings.")
        planned.append(_once(row, taken, sheet))
        changes += row.outcome != Outcome.SAME
        if changes > MOST_CHANGES:
            raise TooManyChangesError
    return Plan(planned, unknown)


@invalidation()
def apply_plan(table: Table, sheet: Sheet, *, shown: str, by: AbstractUser) -> Plan:
    """Save the rows that are new or changed, with their audit entries, and return the plan.

    ``shown`` is the mark of the plan that the user saw. Raise NotAsShownError, and write nothing, if the mark is
    another now or a row cannot be saved after those before it.
    """
    made = build_plan(table, sheet, to_write=True)
    if made.digest != shown:
        raise PlanChangedError(made)
    for row in made.rows:
        if row.form is None:
            continue
        form = sheet.form(row.form.data, instance=row.form.instance if row.outcome == Outcome.CHANGED else None)
        if not form.is_valid():
            raise PlanChangedError(made)
        before = track_changes.stored_state(form.instance) if row.outcome == Outcome.CHANGED else None
        thing = form.save()
        track_changes.record_added(thing, by=by) if before is None else track_changes.record_changed(
            thing, before, by=by
        )
    return made


def _field_of(heading: str, sheet: Sheet) -> str:
    if fold(heading) == UID:
        return UID
    return next((column.field for column in sheet.columns if column.is_called(heading)), "")


def _planned(line: int, said: dict[str, str], known: EntityIndex, sheet: Sheet) -> PlannedRow:
    name = " ".join(said.get(NAME, "").split())
    try:
        thing = known.find(said.get(UID, "").strip(), name)
        read = {
            column.field: column.parse_cell(said[column.field], sheet.choices_of(column))
            for column in sheet.columns
            if column.field in said and not (column.kind == ColumnKind.CHOICE and not said[column.field].strip())
        }
    except (CellError, LookupError) as refusal:
        return PlannedRow(line, name, Outcome.REFUSED, reason=str(refusal.args[0]))
    read = {field: text for field, text in read.items() if text or field not in (NAME, "slug")}
    before = {column.field: column.format_cell(thing) for column in sheet.columns} if thing else {}
    name = name or before.get(NAME, "")
    if thing and all(before[field] == text for field, text in read.items()):
        return PlannedRow(line, name, Outcome.SAME)
    form = sheet.form(_sent({**_blank(sheet), **before, **read}, sheet), instance=thing)
    if not form.is_valid():
        return PlannedRow(line, name, Outcome.REFUSED, reason=_reasons(form, sheet))
    after = {column.field: _cleaned(column, form) for column in sheet.columns}
    changes = tuple(
        Change(column.heading, before.get(column.field, ""), after[column.field])
        for column in sheet.columns
        if before.get(column.field, "") != after[column.field]
    )
    if thing is not None and not changes:
        return PlannedRow(line, name, Outcome.SAME)
    outcome = Outcome.CHANGED if thing else Outcome.NEW
    return PlannedRow(line, name, outcome, changes, reason=form.replaced_name_warning, form=form)


def _once(row: PlannedRow, taken: dict[str, int], sheet: Sheet) -> PlannedRow:
    """Refuse a row whose entity, names or lines belong to an earlier row of the same table."""
    if row.outcome == Outcome.REFUSED:
        return row
    names = [row.name]
    key = ""
    if row.form is not None:
        names = [str(row.form.cleaned_data[NAME]), *row.form.cleaned_data["aliases"]]
        key = str(row.form.instance.pk or "")
    for said in dict.fromkeys([*(fold(name) for name in names), *([f"#{key}"] if key else [])]):
        if taken.setdefault(said, row.line) != row.line:
            again = f"The same is said of in line {taken[said]}." if said.startswith("#") else ""
            reason = again or f"The name stands in line {taken[said]} too."
            return PlannedRow(row.line, row.name, Outcome.REFUSED, reason=reason)
    several = [column for column in sheet.columns if column.kind == ColumnKind.LINES]
    held = [(each, line) for each in several if row.form for line in _cleaned(each, row.form).splitlines()]
    for column, said in held:
        first = taken.setdefault(f"{column.field} {said}", row.line)
        if first != row.line:
            reason = f"“{said}” stands in line {first} too."
            return PlannedRow(row.line, row.name, Outcome.REFUSED, reason=reason)
    return row


def _blank(sheet: Sheet) -> dict[str, str]:
    fields = {column: sheet.model._meta for column in sheet.columns if column.kind == ColumnKind.CHOICE}
    blank = {column.field: "no" if column.kind == ColumnKind.TRUTH else "" for column in sheet.columns}
    return blank | {column.field: str(meta.get_field(column.field).default) for column, meta in fields.items()}


def _sent(said: dict[str, str], sheet: Sheet) -> dict[str, str]:
    return {column.field: column.form_value(said[column.field]) for column in sheet.columns}


def _cleaned(column: Column, form: AliasedForm) -> str:
    value = form.cleaned_data[column.field]
    if column.kind == ColumnKind.NAMES:
        return join_names(value)
    if column.kind == ColumnKind.TRUTH:
        return "yes" if value else "no"
    return str(value)


def _reasons(form: AliasedForm, sheet: Sheet) -> str:
    headings = {column.field: column.heading for column in sheet.columns}
    return " ".join(
        f"{headings[field]}: {message}" if field in headings else str(message)
        for field, messages in form.errors.items()
        for message in messages
    )
