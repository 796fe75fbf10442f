"""The plan of an import: the changes that each row makes, and a function that applies all of them or none."""

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
# Each changed row is validated and saved separately. Unchanged rows take almost no time.
MAX_CHANGES = 500


class Outcome(StrEnum):
    """The possible outcomes of importing a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """The value of one field before and after the import."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row with its outcome and its changes.

    ``form`` is the valid form of a new or changed row. ``reason`` says why a row is refused, or warns that the old name
    does not become an alias.
    """

    line: int
    name: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    reason: str = ""
    form: AliasedForm | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of a table with their outcomes, and the headings that are unknown or repeated."""

    rows: list[PlannedRow]
    unknown: list[str]

    def with_outcome(self, outcome: Outcome) -> list[PlannedRow]:
        """Return the rows with this outcome."""
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def digest(self) -> str:
        """The SHA-256 digest of the plan. It stays the same only if the same rows would make the same changes."""
        content = [
            [
                row.line,
                row.name,
                row.outcome,
                row.reason,
                [[change.heading, change.before, change.after] for change in row.changes],
            ]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


class PlanChangedError(Exception):
    """Raised if the import would differ from the plan that was shown. ``plan`` is the current plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("The list has changed in the meantime. Check the new preview, then import again.")


class NoKeyColumnError(Exception):
    """Raised for a table with neither a uid nor a name column."""

    def __init__(self) -> None:
        super().__init__("Add a “uid” or a “name” column.")


class TooManyChangesError(Exception):
    """Raised for a table with more than ``MAX_CHANGES`` new, changed or refused rows."""

    def __init__(self) -> None:
        super().__init__(f"More than {MAX_CHANGES:,} rows are new or changed. Split the spreadsheet.")


def build_plan(table: Table, sheet: Sheet, *, to_write: bool = False) -> Plan:
    """Return the plan of the changes. With ``to_write``, lock the entities that the rows refer to.

    Raise NoKeyColumnError if there is neither a uid nor a name column. Raise TooManyChangesError for more than
    ``MAX_CHANGES`` new, changed or refused rows.
    """
    positions: dict[str, int] = {}
    unknown_headings = []
    for position, heading in enumerate(table.headings):
        name = _get_field_name(heading, sheet)
        if name and name not in positions:
            positions[name] = position
        elif heading.strip():
            unknown_headings.append(heading.strip())
    if UID not in positions and NAME not in positions:
        raise NoKeyColumnError
    rows = [
        (
            line,
            {name: unescape_formula(cells[at]) if at < len(cells) else "" for name, at in positions.items()},
            len(cells),
        )
        for line, cells in table.rows
    ]
    entities = load_entities(sheet, [cells for _, cells, _ in rows], to_write=to_write)
    first_lines: dict[str, int] = {}
    planned = []
    changes = 0
    for line, cells, width in rows:
        row = _plan_row(line, cells, entities, sheet)
        if width > len(table.headings):
            row = PlannedRow(line, row.name, Outcome.REFUSED, reason="This row has more cells than headings.")
        planned.append(_refuse_duplicate(row, first_lines, sheet))
        changes += row.outcome != Outcome.SAME
        if changes > MAX_CHANGES:
            raise TooManyChangesError
    return Plan(planned, unknown_headings)


@invalidation()
def apply_plan(table: Table, sheet: Sheet, *, digest: str, by: AbstractUser) -> Plan:
    """Save the new and changed rows, write audit entries, and return the plan.

    ``digest`` is the digest of the plan that the user saw. Raise PlanChangedError, and write nothing, if the plan has
    changed since, or if saving earlier rows makes a later row invalid. Raise the same exceptions as ``build_plan``.
    """
    plan = build_plan(table, sheet, to_write=True)
    if plan.digest != digest:
        raise PlanChangedError(plan)
    for row in plan.rows:
        if row.form is None:
            continue
        form = sheet.form(row.form.data, instance=row.form.instance if row.outcome == Outcome.CHANGED else None)
        if not form.is_valid():
            raise PlanChangedError(plan)
        before = track_changes.stored_state(form.instance) if row.outcome == Outcome.CHANGED else None
        entity = form.save()
        if before is None:
            track_changes.record_added(entity, by=by)
        else:
            track_changes.record_changed(entity, before, by=by)
    return plan


def _get_field_name(heading: str, sheet: Sheet) -> str:
    if fold(heading) == UID:
        return UID
    return next((column.field for column in sheet.columns if column.matches(heading)), "")


def _plan_row(line: int, cells: dict[str, str], entities: EntityIndex, sheet: Sheet) -> PlannedRow:
    name = " ".join(cells.get(NAME, "").split())
    try:
        entity = entities.find(cells.get(UID, "").strip(), name)
        values = {
            column.field: column.parse_cell(cells[column.field], sheet.choices_of(column))
            for column in sheet.columns
            if column.field in cells and not (column.kind == ColumnKind.CHOICE and not cells[column.field].strip())
        }
    except (CellError, LookupError) as error:
        return PlannedRow(line, name, Outcome.REFUSED, reason=str(error.args[0]))
    values = {field: text for field, text in values.items() if text or field not in (NAME, "slug")}
    before = {column.field: column.format_cell(entity) for column in sheet.columns} if entity else {}
    name = name or before.get(NAME, "")
    if entity and all(before[field] == text for field, text in values.items()):
        return PlannedRow(line, name, Outcome.SAME)
    form = sheet.form(_make_form_data({**_get_defaults(sheet), **before, **values}, sheet), instance=entity)
    if not form.is_valid():
        return PlannedRow(line, name, Outcome.REFUSED, reason=_describe_errors(form, sheet))
    after = {column.field: _format_cleaned_value(column, form) for column in sheet.columns}
    changes = tuple(
        Change(column.heading, before.get(column.field, ""), after[column.field])
        for column in sheet.columns
        if before.get(column.field, "") != after[column.field]
    )
    if entity is not None and not changes:
        return PlannedRow(line, name, Outcome.SAME)
    outcome = Outcome.CHANGED if entity else Outcome.NEW
    return PlannedRow(line, name, outcome, changes, reason=form.replaced_name_warning, form=form)


def _refuse_duplicate(row: PlannedRow, first_lines: dict[str, int], sheet: Sheet) -> PlannedRow:
    """Return the row, or a refused row if its entity, a name, or a value of a ``LINES`` column is in an earlier row.

    ``first_lines`` maps each of these to the line number of the first row that contains it.
    """
    if row.outcome == Outcome.REFUSED:
        return row
    names = [row.name]
    key = ""
    if row.form is not None:
        names = [str(row.form.cleaned_data[NAME]), *row.form.cleaned_data["aliases"]]
        key = str(row.form.instance.pk or "")
    for identity in dict.fromkeys([*(fold(name) for name in names), *([f"#{key}"] if key else [])]):
        first = first_lines.setdefault(identity, row.line)
        if first != row.line:
            is_entity = identity.startswith("#")
            reason = f"Duplicate of line {first}." if is_entity else f"Line {first} has the same name."
            return PlannedRow(row.line, row.name, Outcome.REFUSED, reason=reason)
    for column in sheet.columns:
        if row.form is None or column.kind != ColumnKind.LINES:
            continue
        for value in _format_cleaned_value(column, row.form).splitlines():
            first = first_lines.setdefault(f"{column.field} {value}", row.line)
            if first != row.line:
                reason = f"Line {first} has “{value}” too."
                return PlannedRow(row.line, row.name, Outcome.REFUSED, reason=reason)
    return row


def _get_defaults(sheet: Sheet) -> dict[str, str]:
    choice_fields = [column.field for column in sheet.columns if column.kind == ColumnKind.CHOICE]
    defaults = {column.field: "no" if column.kind == ColumnKind.BOOLEAN else "" for column in sheet.columns}
    return defaults | {field: str(sheet.model._meta.get_field(field).default) for field in choice_fields}


def _make_form_data(values: dict[str, str], sheet: Sheet) -> dict[str, str]:
    return {column.field: column.form_value(values[column.field]) for column in sheet.columns}


def _format_cleaned_value(column: Column, form: AliasedForm) -> str:
    value = form.cleaned_data[column.field]
    if column.kind == ColumnKind.NAMES:
        return join_names(value)
    if column.kind == ColumnKind.BOOLEAN:
        return "yes" if value else "no"
    return str(value)


def _describe_errors(form: AliasedForm, sheet: Sheet) -> str:
    headings = {column.field: column.heading for column in sheet.columns}
    return " ".join(
        f"{headings[field]}: {message}" if field in headings else str(message)
        for field, messages in form.errors.items()
        for message in messages
    )
