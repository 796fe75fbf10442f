"""Decides field by field between two later states of one value."""

from collections.abc import Callable
from dataclasses import dataclass

from stories.documents.merge.result import Conflict
from stories.documents.schema import Value

type Values = tuple[object, ...]


def as_it_is(*values: object) -> object:
    """Take two values as alike only when they are equal."""
    return values


def trimmed(text: str) -> object:
    """Take texts as alike when they differ in line endings and in the space around them only."""
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a value says, in one field or in several (``names``) that mean nothing apart.

    ``says`` returns its text for people, ``alike`` what two of them are compared by: a name printed anew is no change
    by anybody. ``anchor`` is the field's name unless it says otherwise. ``is_text`` says that it belongs to what a
    whole row is shown as.
    """

    names: tuple[str, ...]
    label: str
    says: Callable[..., str] = str
    alike: Callable[..., object] = as_it_is
    anchor: str = ""
    is_text: bool = True

    @property
    def place(self) -> str:
        """Return what the field is called in an anchor."""
        return self.anchor or self.names[0]

    def of(self, value: Value) -> Values:
        """Return what ``value`` says in this field."""
        return tuple(getattr(value, name) for name in self.names)

    def text(self, value: Value | None) -> str:
        """Return what ``value`` says in this field for people to read, nothing where there is no value."""
        return "" if value is None else self.says(*self.of(value))

    def is_alike(self, one: Value, other: Value) -> bool:
        """Say whether both say the same here."""
        return self.of(one) == self.of(other) or self.alike(*self.of(one)) == self.alike(*self.of(other))

    def decided(self, base: Value | None, theirs: Value, mine: Value) -> Values | None:
        """Return what stands when ``theirs`` and ``mine`` both come from ``base``, or None where that is a conflict."""
        if self.of(theirs) == self.of(mine) or (base is not None and self.of(mine) == self.of(base)):
            return self.of(theirs)
        if base is not None and self.of(theirs) == self.of(base):
            return self.of(mine)
        if self.is_alike(theirs, mine) or (base is not None and self.is_alike(mine, base)):
            return self.of(theirs)
        if base is not None and self.is_alike(theirs, base):
            return self.of(mine)
        return None


@dataclass(frozen=True, slots=True)
class Bond:
    """Fields that can be changed apart, but not be joined to something that ``is_wrong``."""

    field: Field
    is_wrong: Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value says: its fields, the bonds between them, and which thing outside it speaks of (``subject``).

    Words about one picture never come to stand under another: where the subject differs, a value is decided whole.
    """

    fields: tuple[Field, ...]
    bonds: tuple[Bond, ...] = ()
    subject: Field | None = None

    def is_alike(self, one: Value, other: Value) -> bool:
        """Say whether both say the same in every field."""
        fields = (*self.fields, self.subject) if self.subject else self.fields
        return all(field.is_alike(one, other) for field in fields)

    def text(self, value: Value | None) -> str:
        """Return all that a value says for people to read, a line for each field."""
        return "\n".join(text for field in self.fields if field.is_text and (text := field.text(value)))

    def joined[V: Value](
        self, base: V | None, theirs: V, mine: V, told: Callable[[Field], Conflict]
    ) -> tuple[V, list[Conflict]]:
        """Return the value that holds the changes of both, and what is in conflict, which ``told`` puts into words."""
        chosen: dict[str, object] = {}
        asked: list[Field] = []
        for field in (*self.fields, self.subject) if self.subject else self.fields:
            decided = field.decided(base, theirs, mine)
            if decided is None:
                asked.append(field)
            chosen |= zip(field.names, field.of(theirs) if decided is None else decided, strict=True)
        for bond in self.bonds:
            together = tuple(chosen[name] for name in bond.field.names)
            if bond.is_wrong(*together) and together not in (bond.field.of(theirs), bond.field.of(mine)):
                chosen |= zip(bond.field.names, bond.field.of(theirs), strict=True)
                if not any(set(field.names) & set(bond.field.names) for field in asked):
                    asked.append(bond.field)
        return theirs.model_copy(update=chosen), [told(field) for field in asked]
