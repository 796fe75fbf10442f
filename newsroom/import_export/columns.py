"""The columns of a table. Each column parses and formats its cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from newsroom.desk.forms.aliases import AliasedForm
from newsroom.desk.forms.name_fields import NamesField
from newsroom.text.fold import fold

UID = "uid"
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"", "no", "n", "false", "0"})


class ColumnKind(StrEnum):
    """The type of a column, which determines how its cells are parsed."""

    TEXT = "text"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    NAMES = "names"
    LINES = "lines"  # one value per line; each value belongs to one entity only


class CellError(Exception):
    """Raised for a cell with an invalid value. The message lists the possible values."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, alternative headings, and the ``field`` of the form that it fills."""

    field: str
    heading: str
    kind: ColumnKind = ColumnKind.TEXT
    other_headings: tuple[str, ...] = ()

    def matches(self, heading: str) -> bool:
        """Return whether a heading refers to this column, ignoring case and accents."""
        return fold(heading) in {fold(name) for name in (self.field, self.heading, *self.other_headings)}

    def format_cell(self, entity: Any) -> str:
        """Return the text of this column's cell for an entity."""
        if self.kind == ColumnKind.NAMES:
            return join_names(alias.name for alias in entity.aliases.all())
        value = getattr(entity, self.field)
        if self.kind == ColumnKind.BOOLEAN:
            return "yes" if value else "no"
        return normalise_lines(str(value))

    def parse_cell(self, cell: str, choices: Sequence[tuple[Any, Any]]) -> str:
        """Return the value of a cell in the format of ``format_cell``.

        Raise CellError if the value is invalid.
        """
        text = normalise_lines(cell)
        if self.kind == ColumnKind.NAMES:
            return join_names(NamesField(list_id="").to_python(text))
        if self.kind == ColumnKind.BOOLEAN:
            if fold(text) not in YES | NO:
                raise CellError(f"{self.heading}: “{text}” is neither yes nor no.")
            return "yes" if fold(text) in YES else "no"
        if self.kind == ColumnKind.CHOICE:
            values = {fold(str(name)): str(value) for value, label in choices for name in (value, label)}
            if fold(text) not in values:
                possible = ", ".join(str(value) for value, _ in choices)
                raise CellError(f"{self.heading}: “{text}” is not a known value. Use one of {possible}.")
            return values[fold(text)]
        return text

    def form_value(self, text: str) -> str:
        """Return the value for the form: "on" or "" for a checkbox, otherwise the text."""
        return {"yes": "on", "no": ""}[text] if self.kind == ColumnKind.BOOLEAN else text


@dataclass(frozen=True, slots=True)
class Sheet:
    """The definition of a model's spreadsheet: its columns after the uid, and the form that checks and saves rows."""

    form: type[AliasedForm]
    columns: tuple[Column, ...]

    @property
    def model(self) -> Any:
        """The model of the rows."""
        return self.form._meta.model

    @property
    def entity_name(self) -> str:
        """The name of the model in the singular."""
        return str(self.model._meta.verbose_name)

    def choices_of(self, column: Column) -> Sequence[tuple[Any, Any]]:
        """Return the values and labels of a column with choices, or () for any other column."""
        return self.model._meta.get_field(column.field).flatchoices if column.kind == ColumnKind.CHOICE else ()


def join_names(names: Iterable[str]) -> str:
    """Return the names, separated by semicolons. They are sorted, because their order has no meaning."""
    return "; ".join(sorted(names))


def normalise_lines(text: str) -> str:
    """Return the text with LF line endings and without surrounding whitespace."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
