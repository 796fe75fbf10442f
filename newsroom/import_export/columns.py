"""What the columns of a table are, and how their cells are read and written."""

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


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    CHOICE = "choice"
    TRUTH = "truth"
    NAMES = "names"
    LINES = "lines"  # several, one a line, of which each is said of one thing only


class CellError(Exception):
    """A cell says nothing that its column knows; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the ``field`` of the form, its heading, and what else people call it."""

    field: str
    heading: str
    kind: Kind = Kind.TEXT
    also: tuple[str, ...] = ()

    def is_called(self, heading: str) -> bool:
        """Say whether a heading, however it is written, means this column."""
        return fold(heading) in {fold(name) for name in (self.field, self.heading, *self.also)}

    def said(self, thing: Any) -> str:
        """Return what the table says of a thing."""
        if self.kind == Kind.NAMES:
            return in_order(alias.name for alias in thing.aliases.all())
        value = getattr(thing, self.field)
        if self.kind == Kind.TRUTH:
            return "yes" if value else "no"
        return lines(str(value))

    def read(self, cell: str, choices: Sequence[tuple[Any, Any]]) -> str:
        """Return what a cell says, as ``said`` writes it; raise CellError where it says nothing that is known."""
        text = lines(cell)
        if self.kind == Kind.NAMES:
            return in_order(NamesField(offered="").to_python(text))
        if self.kind == Kind.TRUTH:
            if fold(text) not in YES | NO:
                raise CellError(f"{self.heading}: “{text}” is neither yes nor no.")
            return "yes" if fold(text) in YES else "no"
        if self.kind == Kind.CHOICE:
            known = {fold(str(name)): str(value) for value, label in choices for name in (value, label)}
            if fold(text) not in known:
                offered = ", ".join(str(value) for value, _ in choices)
                raise CellError(f"{self.heading}: “{text}” is not known. It is one of {offered}.")
            return known[fold(text)]
        return text

    def sent(self, said: str) -> str:
        """Return what a browser would send for it: nothing for a box that is not ticked."""
        return {"yes": "on", "no": ""}[said] if self.kind == Kind.TRUTH else said


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of one model: its columns after the uid, and the form through which a row is saved."""

    form: type[AliasedForm]
    columns: tuple[Column, ...]

    @property
    def model(self) -> Any:
        """The model whose rows these are."""
        return self.form._meta.model

    @property
    def thing(self) -> str:
        """What one of them is called."""
        return str(self.model._meta.verbose_name)

    def choices_of(self, column: Column) -> Sequence[tuple[Any, Any]]:
        """Return the values of a column of choices, with their words."""
        return self.model._meta.get_field(column.field).flatchoices if column.kind == Kind.CHOICE else ()


def in_order(names: Iterable[str]) -> str:
    """Return names in one line, always in the same order: theirs means nothing."""
    return "; ".join(sorted(names))


def lines(text: str) -> str:
    """Return a text with one kind of line ends and no space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
