"""Merge of two later states of one value, field by field."""

from collections.abc import Callable
from dataclasses import dataclass

from stories.documents.merge.result import Conflict
from stories.documents.schema import FrozenModel

type Values = tuple[object, ...]


def identity(*values: object) -> object:
    """Return the values themselves, so that only equal ones are alike."""
    return values


def normalise_text(text: str) -> object:
    """Return the text with normalised line endings and without space around it, for comparison."""
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a value, or several (``names``) that mean nothing apart.

    ``says`` returns its text for people. ``alike`` returns what two of them are compared by, so that a new name of the
    same entity counts as no change. ``anchor`` is the name in an anchor, if it is not that of the field. ``is_text``
    includes the field where a whole row is shown as text.
    """

    names: tuple[str, ...]
    label: str
    says: Callable[..., str] = str
    alike: Callable[..., object] = identity
    anchor: str = ""
    is_text: bool = True

    @property
    def place(self) -> str:
        """The name of the field in an anchor."""
        return self.anchor or self.names[0]

    def of(self, value: FrozenModel) -> Values:
        """Return the content of this field in ``value``."""
        return tuple(getattr(value, name) for name in self.names)

    def text(self, value: FrozenModel | None) -> str:
        """Return the text of this field in ``value`` for people, or an empty string if there is no value."""
        return "" if value is None else self.says(*self.of(value))

    def is_alike(self, one: FrozenModel, other: FrozenModel) -> bool:
        """Return whether this field has the same content in both values."""
        return self.of(one) == self.of(other) or self.alike(*self.of(one)) == self.alike(*self.of(other))

    def decided(self, base: FrozenModel | None, theirs: FrozenModel, mine: FrozenModel) -> Values | None:
        """Return the merged content of this field, or None if ``theirs`` and ``mine`` are in conflict."""
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
class JointRule:
    """Fields that may be changed apart, unless the merged content ``is_wrong``."""

    field: Field
    is_wrong: Callable[..., bool]


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """The fields of a value, the bonds between them, and the object outside it that it is about (``subject``).

    Where the subjects of two rows differ, one row is chosen whole: the caption of one image never gets under another.
    """

    fields: tuple[Field, ...]
    bonds: tuple[JointRule, ...] = ()
    subject: Field | None = None

    def is_alike(self, one: FrozenModel, other: FrozenModel) -> bool:
        """Return whether every field has the same content in both values."""
        fields = (*self.fields, self.subject) if self.subject else self.fields
        return all(field.is_alike(one, other) for field in fields)

    def text(self, value: FrozenModel | None) -> str:
        """Return the value as text for people, one line for each field."""
        return "\n".join(text for field in self.fields if field.is_text and (text := field.text(value)))

    def joined[V: FrozenModel](
        self, base: V | None, theirs: V, mine: V, told: Callable[[Field], Conflict]
    ) -> tuple[V, list[Conflict]]:
        """Return the value with the changes of both sides, and the conflicts, made by ``told``."""
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
