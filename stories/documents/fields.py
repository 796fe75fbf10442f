"""Declarations of document fields: labels, comparison, merging, search and other properties besides name and type.

Each field of a document, except its kind and schema number, has a ``FieldSpec``, a ``RowsSpec`` or a ``NestedSpec`` in
its ``Annotated`` type. Comparison, merge, checks, search, comments and the desk's forms read these declarations.
``stories.documents.walk`` yields the values.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict

# How two values of a field are compared: as Markdown (``text``), as plain words (``line``), as a whole (``value``,
# ``day`` or ``flag``) or as citation ``numbers`` (one or several). For ``other`` and ``small`` fields, a comparison shows only
# the label. A change to a ``small`` field is invisible to readers, or another field shows it (``explained_by``).
type Comparator = Literal["text", "line", "value", "day", "flag", "numbers", "other", "small"]
type SearchRole = Literal["", "title", "summary", "heading", "text"]


def identity(*values: object) -> object:
    """Return the values unchanged, so that they match only if they are equal."""
    return values


def normalise_text(text: str) -> object:
    """Return the text with normalised line endings and without surrounding white space, for comparison."""
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """The declaration of a field of a document, a row or a nested value.

    ``label`` is its name in a comparison and is marked for translation. ``noun`` is its name in a conflict, if that is
    different. ``desk_name`` is a format string for its name in the desk's lists of texts, with the fields ``{row}``
    and ``{title}`` (the title of the row). ``position`` orders the fields of a value, lowest first.
    """

    label: str
    comparator: Comparator
    position: int = 0
    noun: str = ""
    desk_name: str = "{title}"
    # Formats the value for display.
    show: Callable[[Any], str] = str
    # Returns the key by which a merge compares two values. Entities are compared by uid, so a new name is not a change.
    merge_key: Callable[[Any], object] = identity
    # Whether it is a text that people read, by itself or as part of its row.
    is_text: bool = False
    # Whether it is the title of its document or row. The label of a row repeats its title.
    is_title: bool = False
    # Whether it identifies the object that the row is about, such as the image of a placed picture.
    is_subject: bool = False
    # The label for a change that the displayed text does not show, such as a different outlet with the same name.
    hidden_change_label: str = ""
    # The field whose change already explains a change to this one.
    explained_by: str = ""
    # For a field of the document itself: the part of a comparison that shows it, and the summary of a change to it.
    part: str = "head"
    summary: str = ""
    # Whether it belongs to the body, the text that is read from top to bottom.
    is_body: bool = False
    # Whether the wording checks read it.
    is_checked: bool = False
    # Whether it repeats the words of a source, in which the wording checks look for nothing but placeholders.
    is_verbatim: bool = False
    # Its role in reader search.
    search: SearchRole = ""
    # The words for its location in search results at the desk, if they are not “in the” followed by its label.
    search_location: str = ""
    # The maximum number of characters that can be stored, or 0 for no limit.
    max_length: int = 0
    # Whether the plain-text format can represent it. An import of plain text leaves a field unchanged if this is false.
    in_text: bool = False
    # Whether a page shows it. Programs read all fields.
    is_shown: bool = True
    # The number of the schema that added it. A document holds a field of a later schema only while it is in use.
    since: int = 1

    @property
    def name(self) -> str:
        """The name of the field in a conflict about the document itself."""
        return self.noun or self.label

    @property
    def row_name(self) -> str:
        """The name of the field in a conflict about a row."""
        return self.noun or self.label.lower()


def text_field(label: str, **options: Any) -> FieldSpec:
    """Return the declaration of a Markdown field."""
    return FieldSpec(label, "text", merge_key=normalise_text, is_text=True, is_checked=True, **options)


def line_field(label: str, *, is_text: bool = True, is_body: bool = False, **options: Any) -> FieldSpec:
    """Return the declaration of a one-line field. By default, the wording checks read it if it is part of the body."""
    options = {"is_checked": is_body, **options}
    return FieldSpec(label, "line", merge_key=normalise_text, is_text=is_text, is_body=is_body, **options)


def flag_field(label: str, yes: str, no: str, *, comparator: Comparator = "small", **options: Any) -> FieldSpec:
    """Return the declaration of a Boolean field that the desk displays as the text ``yes`` or ``no``."""
    return FieldSpec(label, comparator, show=lambda ticked: yes if ticked else no, **options)


def list_numbers(value: int | Sequence[int] | None) -> tuple[int, ...]:
    """Return the citation numbers in a field whose comparator is ``numbers``: one number, several, or None."""
    if value is None:
        return ()
    return (value,) if isinstance(value, int) else tuple(value)


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of a value that are merged as one, because none has a meaning without the others.

    A conflict about them has the anchor of the field ``anchor``.
    """

    names: tuple[str, ...]
    anchor: str
    show: Callable[..., str]
    merge_key: Callable[..., object] = identity


@dataclass(frozen=True, slots=True)
class JointRule:
    """A rule for fields that are merged one by one, but as one if ``is_wrong`` is true of the result.

    With ``follows_anchor``, they are also merged as one if the field ``anchor`` is in conflict.

    ``label`` and ``show`` describe the fields. A conflict about them has the anchor of the field ``anchor``.
    """

    names: tuple[str, ...]
    anchor: str
    label: str
    show: Callable[..., str]
    is_wrong: Callable[..., bool]
    follows_anchor: bool = False


class FrozenModel(BaseModel):
    """A frozen value that is compared by content and rejects unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)
    field_groups: ClassVar[tuple[FieldGroup, ...]] = ()
    merge_rules: ClassVar[tuple[JointRule, ...]] = ()


@dataclass(frozen=True, slots=True)
class RowsSpec:
    """The declaration of the rows of one kind in a document.

    With ``is_single``, there is at most one row, identified by the field name. ``noun`` and ``plural`` are the words
    for one row and for several, and ``key`` is the field that identifies a row. In a comparison, rows match by key, or
    else by the values that the functions in ``match_keys`` return (by default, by title).
    """

    noun: str
    plural: str
    position: int
    # Returns the name of a row at the desk, if it is not the noun followed by the title.
    title: Callable[[Any], str] | None = None
    # Returns its name in a comparison, in the active language, if it is not the title.
    label: Callable[[Any], str] | None = None
    key: str = "uid"
    match_keys: Sequence[Callable[[Any], Hashable]] = ()
    # Functions that return a value that must be unique among the rows, or None for a row without such a value.
    unique_by: Sequence[Callable[[Any], object]] = ()
    # The prefix of the keys of their texts and of the anchors of their fields, if it is not like ``passages.UID``.
    prefix: str = ""
    # The separator between their texts, if the texts of all rows, or of each row, are joined into one text.
    separator: str = ""
    # The maximum number of rows in a document, or 0 for no limit.
    max_rows: int = 0
    # Whether the plain-text format can represent them. An import of plain text leaves rows unchanged if this is false.
    in_text: bool = False
    is_single: bool = False
    # The number of the schema that added them, as for a field.
    since: int = 1

    def title_of(self, row: FrozenModel) -> str:
        """Return the name of a row at the desk."""
        return self.title(row) if self.title else f"{self.noun}: {_title(row)}"

    def label_of(self, row: FrozenModel) -> str:
        """Return the name of a row in a comparison, in the active language."""
        return self.label(row) if self.label else _title(row)

    def keys(self) -> Sequence[Callable[[Any], Hashable]]:
        """Return the functions by which rows of two documents match, the most reliable first."""
        return (attrgetter(self.key), *(self.match_keys or (_title,)))


def title_field(model: type[FrozenModel]) -> str:
    """Return the name of the field that is the title of a document or a row."""
    return next(name for name, spec in field_specs(model).items() if spec.is_title)


def _title(row: FrozenModel) -> str:
    return str(getattr(row, title_field(type(row))))


@dataclass(frozen=True, slots=True)
class NestedSpec:
    """The declaration of a nested value whose fields belong to the document."""

    position: int
    in_text: bool = False
    since: int = 1


type Spec = FieldSpec | RowsSpec | NestedSpec


@cache
def specs_of(model: type[FrozenModel]) -> dict[str, Spec]:
    """Return the declarations of a model's fields, keyed by name, in reading order."""
    specs = {
        name: spec
        for name, info in model.model_fields.items()
        for spec in info.metadata
        if isinstance(spec, FieldSpec | RowsSpec | NestedSpec)
    }
    return dict(sorted(specs.items(), key=lambda item: item[1].position))


@cache
def field_specs(model: type[FrozenModel]) -> dict[str, FieldSpec]:
    """Return the declarations of a model's own fields, keyed by name, in reading order.

    Rows and nested values are left out.
    """
    return {name: spec for name, spec in specs_of(model).items() if isinstance(spec, FieldSpec)}


@cache
def row_specs(model: type[FrozenModel]) -> dict[str, RowsSpec]:
    """Return the declarations of a document's rows, keyed by name, in reading order."""
    return {name: spec for name, spec in specs_of(model).items() if isinstance(spec, RowsSpec)}


def inner_model(document: type[FrozenModel], name: str) -> type[FrozenModel]:
    """Return the model of the rows or of the nested value in a field of a document."""
    annotation = document.model_fields[name].annotation
    types = get_args(annotation) or (annotation,)
    return next(each for each in types if isinstance(each, type) and issubclass(each, FrozenModel))
