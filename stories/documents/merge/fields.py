"""Merge of two later states of one value, field by field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from stories.documents.fields import FrozenModel, JointRule, field_specs, identity
from stories.documents.merge.result import Conflict

type Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a value, or several (``names``) that mean nothing apart, as their ``FieldSpec`` declares it.

    ``place`` is the name in an anchor. ``is_text`` includes the field where a whole row is shown as text.
    """

    names: tuple[str, ...]
    label: str
    place: str
    show: Callable[..., str]
    comparison_key: Callable[..., object] = identity
    is_text: bool = True

    def of(self, value: FrozenModel) -> Values:
        """Return the content of this field in ``value``."""
        return tuple(getattr(value, name) for name in self.names)

    def text(self, value: FrozenModel | None) -> str:
        """Return the text of this field in ``value`` for people, or an empty string if there is no value."""
        return "" if value is None else self.show(*self.of(value))

    def is_alike(self, one: FrozenModel, other: FrozenModel) -> bool:
        """Return whether this field has the same content in both values."""
        return self.of(one) == self.of(other) or self.comparison_key(*self.of(one)) == self.comparison_key(
            *self.of(other)
        )

    def merge(self, base: FrozenModel | None, theirs: FrozenModel, mine: FrozenModel) -> Values | None:
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
class Shape:
    """The fields of a value, the rules between them, and the object outside it that it is about (``subject``).

    Where the subjects of two rows differ, one row is chosen whole: the caption of one image never gets under another.
    """

    fields: tuple[Field, ...]
    rules: tuple[tuple[Field, JointRule], ...] = ()
    subject: Field | None = None

    @classmethod
    def of(
        cls, model: type[FrozenModel], names: Iterable[str], *, prefix: str = "", is_row: bool = True, subject: str = ""
    ) -> Self:
        """Return the shape of these fields of a model.

        ``prefix`` stands before their names in anchors. ``subject`` is the anchor of a subject that is identified by
        its row's uid as well.
        """
        specs = {name: spec for name, spec in field_specs(model).items() if name in names}
        apart = set(specs)
        fields: list[Field] = []
        about = None
        for together in model.merged_together:
            if apart >= set(together.names):
                apart -= set(together.names)
                label = specs[together.anchor].row_name
                fields.append(Field(together.names, label, together.anchor, together.show, together.alike))
        for name, spec in specs.items():
            label = spec.row_name if is_row else spec.name
            if spec.is_subject and subject:
                about = Field((name, "uid"), label, subject, lambda value, uid: str(value))
            elif spec.is_subject:
                about = Field((name,), label, name, spec.show)
            elif name in apart:
                fields.append(Field((name,), label, f"{prefix}{name}", spec.show, spec.alike, spec.is_text))
        rules = tuple(
            (Field(rule.names, rule.label, f"{prefix}{rule.anchor}", rule.show), rule)
            for rule in model.merge_rules
            if set(specs) >= set(rule.names)
        )
        return cls(tuple(fields), rules, about)

    def is_alike(self, one: FrozenModel, other: FrozenModel) -> bool:
        """Return whether every field has the same content in both values."""
        fields = (*self.fields, self.subject) if self.subject else self.fields
        return all(field.is_alike(one, other) for field in fields)

    def text(self, value: FrozenModel | None) -> str:
        """Return the value as text for people, one line for each field."""
        return "\n".join(text for field in self.fields if field.is_text and (text := field.text(value)))

    def merge[V: FrozenModel](
        self, base: V | None, theirs: V, mine: V, told: Callable[[Field], Conflict]
    ) -> tuple[V, list[Conflict]]:
        """Return the value with the changes of both sides, and the conflicts, made by ``told``."""
        chosen: dict[str, object] = {}
        asked: list[Field] = []
        for field in (*self.fields, self.subject) if self.subject else self.fields:
            decided = field.merge(base, theirs, mine)
            if decided is None:
                asked.append(field)
            chosen |= zip(field.names, field.of(theirs) if decided is None else decided, strict=True)
        for both, rule in self.rules:
            together = tuple(chosen[name] for name in both.names)
            if rule.is_wrong(*together) and together not in (both.of(theirs), both.of(mine)):
                chosen |= zip(both.names, both.of(theirs), strict=True)
                if not any(set(field.names) & set(both.names) for field in asked):
                    asked.append(both)
        return theirs.model_copy(update=chosen), [told(field) for field in asked]
