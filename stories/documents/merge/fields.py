"""Three-way merge of a value, field by field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from stories.documents.fields import FrozenModel, JointRule, field_specs, identity
from stories.documents.merge.result import Conflict

type Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a value, or several fields (``names``) that are merged as one.

    ``place`` is the name of the field in anchors. With ``is_text``, the field is part of the text that represents a
    whole row.
    """

    names: tuple[str, ...]
    label: str
    place: str
    show: Callable[..., str]
    merge_key: Callable[..., object] = identity
    is_text: bool = True

    def of(self, value: FrozenModel) -> Values:
        """Return the content of this field in ``value``."""
        return tuple(getattr(value, name) for name in self.names)

    def text(self, value: FrozenModel | None) -> str:
        """Return the display text of this field in ``value``, or an empty string if there is no value."""
        return "" if value is None else self.show(*self.of(value))

    def is_alike(self, one: FrozenModel, other: FrozenModel) -> bool:
        """Return whether this field has the same content in both values, or content with the same ``merge_key``."""
        return self.of(one) == self.of(other) or self.merge_key(*self.of(one)) == self.merge_key(*self.of(other))

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
    """The fields of a value, the rules about them, and the field that identifies the object of a row (``subject``).

    If two versions of a row have different subjects, one version is chosen as a whole. If they were merged field by
    field, the caption of one image could appear under another.
    """

    fields: tuple[Field, ...]
    rules: tuple[tuple[Field, JointRule], ...] = ()
    subject: Field | None = None

    @classmethod
    def of(
        cls, model: type[FrozenModel], names: Iterable[str], *, prefix: str = "", is_row: bool = True, subject: str = ""
    ) -> Self:
        """Return the shape of these fields of a model.

        ``prefix`` precedes their names in anchors. If ``subject`` is given, it is the anchor of the subject, which is
        merged as one with the uid of its row.
        """
        specs = {name: spec for name, spec in field_specs(model).items() if name in names}
        ungrouped = set(specs)
        fields: list[Field] = []
        subject_field = None
        for group in model.field_groups:
            if ungrouped >= set(group.names):
                ungrouped -= set(group.names)
                label = specs[group.anchor].row_name
                fields.append(Field(group.names, label, group.anchor, group.show, group.merge_key))
        for name, spec in specs.items():
            label = spec.row_name if is_row else spec.name
            if spec.is_subject and subject:
                subject_field = Field((name, "uid"), label, subject, lambda value, uid: str(value))
            elif spec.is_subject:
                subject_field = Field((name,), label, name, spec.show)
            elif name in ungrouped:
                fields.append(Field((name,), label, f"{prefix}{name}", spec.show, spec.merge_key, spec.is_text))
        rules = tuple(
            (Field(rule.names, rule.label, f"{prefix}{rule.anchor}", rule.show), rule)
            for rule in model.merge_rules
            if set(specs) >= set(rule.names)
        )
        return cls(tuple(fields), rules, subject_field)

    def is_alike(self, one: FrozenModel, other: FrozenModel) -> bool:
        """Return whether every field, including ``subject``, is alike in both values."""
        fields = (*self.fields, self.subject) if self.subject else self.fields
        return all(field.is_alike(one, other) for field in fields)

    def text(self, value: FrozenModel | None) -> str:
        """Return the value as display text, one line for each text that is not empty."""
        return "\n".join(text for field in self.fields if field.is_text and (text := field.text(value)))

    def merge[V: FrozenModel](
        self, base: V | None, theirs: V, mine: V, make_conflict: Callable[[Field], Conflict]
    ) -> tuple[V, list[Conflict]]:
        """Return the value with the changes of both sides, and the conflicts that ``make_conflict`` creates.

        A field in conflict has the content of ``theirs``.
        """
        values: dict[str, object] = {}
        conflicting: list[Field] = []
        for field in (*self.fields, self.subject) if self.subject else self.fields:
            merged = field.merge(base, theirs, mine)
            if merged is None:
                conflicting.append(field)
            values |= zip(field.names, field.of(theirs) if merged is None else merged, strict=True)
        for joint_field, rule in self.rules:
            if rule.follows_anchor and any(field.place == joint_field.place for field in conflicting):
                values |= zip(joint_field.names, joint_field.of(theirs), strict=True)
                inner = [field for field in conflicting if set(field.names) <= set(joint_field.names)]
                conflicting[conflicting.index(inner[0])] = joint_field
                conflicting = [field for field in conflicting if field not in inner]
            joint_values = tuple(values[name] for name in joint_field.names)
            if rule.is_wrong(*joint_values) and joint_values not in (joint_field.of(theirs), joint_field.of(mine)):
                values |= zip(joint_field.names, joint_field.of(theirs), strict=True)
                if not any(set(field.names) & set(joint_field.names) for field in conflicting):
                    conflicting.append(joint_field)
        return theirs.model_copy(update=values), [make_conflict(field) for field in conflicting]
