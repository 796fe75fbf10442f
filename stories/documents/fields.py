"""Declarations of fields: what the consumers of documents know of a field besides its name and type.

Each field of a document carries a ``FieldSpec``, a ``RowsSpec`` or a ``NestedSpec`` in its ``Annotated`` type. Comparing,
merging, checks, search, comments and the forms of the desk read them. ``stories.documents.walk`` yields the values.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict

# How two values of a field are compared: as Markdown (``text``), as plain words (``line``), as a whole (``value``, a
# ``day``, a ``flag``) or as a list of citation ``numbers``. Of ``other`` and ``small`` fields only the label is shown;
# readers see no change of a ``small`` one.
type Comparator = Literal["text", "line", "value", "day", "flag", "numbers", "other", "small"]
type SearchRole = Literal["", "title", "summary", "heading", "text"]


def identity(*values: object) -> object:
    """Return the values themselves, so that only equal ones are alike."""
    return values


def normalise_text(text: str) -> object:
    """Return the text with normalised line endings and without space around it, for comparison."""
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a document, of a row or of a nested value.

    ``label`` names it in a comparison and is marked for translation. ``noun`` names it in a conflict, if that is
    another word. ``desk`` names it where the desk lists texts, with ``{row}`` and its ``{title}``. ``place`` orders the
    fields of a value, lowest first.
    """

    label: str
    how: Comparator
    place: int = 0
    noun: str = ""
    desk: str = "{title}"
    # The value as text for people.
    show: Callable[[Any], str] = str
    # What two values are compared by in a merge, so that a new name of the same entity counts as no change.
    alike: Callable[[Any], object] = identity
    # Whether it is a text that people read, alone or as a part of its row.
    is_text: bool = False
    # Whether it is the title of its document, or is repeated by the label of its row.
    is_title: bool = False
    # Whether it is the object outside the row that the row is about.
    is_subject: bool = False
    # The label of a change that its text does not show, such as another outlet of the same name.
    behind: str = ""
    # The field whose change explains a change of this one.
    otherwise: str = ""
    # The part of a comparison that shows a field of the document itself, and its change in the summary.
    part: str = "head"
    edited: str = ""
    # Whether it is part of what is read from top to bottom.
    is_body: bool = False
    # Whether checks of the wording read it.
    is_checked: bool = False
    # Its role in reader search.
    search: SearchRole = ""
    # The words for its place in the desk's search, if not “in the” and its label.
    found: str = ""
    # The longest line that can be stored.
    longest: int = 0
    # Whether plain text can express it; an import of text keeps everything else.
    in_text: bool = False

    @property
    def name(self) -> str:
        """Its name in a conflict about the document itself."""
        return self.noun or self.label

    @property
    def row_name(self) -> str:
        """Its name in a conflict about a row."""
        return self.noun or self.label.lower()


def text_field(label: str, **known: Any) -> FieldSpec:
    """Return a field of Markdown."""
    return FieldSpec(label, "text", alike=normalise_text, is_text=True, is_checked=True, **known)


def line_field(label: str, *, is_text: bool = True, is_body: bool = False, **known: Any) -> FieldSpec:
    """Return a field of one plain line; checks of the wording read it if it is part of the body."""
    known = {"is_checked": is_body, **known}
    return FieldSpec(label, "line", alike=normalise_text, is_text=is_text, is_body=is_body, **known)


def flag_field(label: str, yes: str, no: str, *, how: Comparator = "small", **known: Any) -> FieldSpec:
    """Return a Boolean field that the desk shows as the text ``yes`` or ``no``."""
    return FieldSpec(label, how, show=lambda ticked: yes if ticked else no, **known)


@dataclass(frozen=True, slots=True)
class Together:
    """Fields of a value that are merged as one, because they mean nothing apart; a conflict is about ``anchor``."""

    names: tuple[str, ...]
    anchor: str
    show: Callable[..., str]
    alike: Callable[..., object] = identity


@dataclass(frozen=True, slots=True)
class JointRule:
    """Fields that may be changed apart, unless the merged content ``is_wrong``; ``label`` and ``show`` describe them.

    A conflict about them is about the field ``anchor``.
    """

    names: tuple[str, ...]
    anchor: str
    label: str
    show: Callable[..., str]
    is_wrong: Callable[..., bool]


class FrozenModel(BaseModel):
    """A frozen value that is compared by content and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)
    merged_together: ClassVar[tuple[Together, ...]] = ()
    merge_rules: ClassVar[tuple[JointRule, ...]] = ()


@dataclass(frozen=True, slots=True)
class RowsSpec:
    """Rows of one kind in a document; with ``is_single`` there is at most one, identified by its field.

    ``noun`` and ``plural`` are their names, ``key`` is the field that identifies a row. In a comparison, rows match by
    their key, or else by what the functions in ``matches`` return.
    """

    noun: str
    plural: str
    place: int
    # The name of a row at the desk, if it is not the noun and the title.
    title: Callable[[Any], str] | None = None
    # Its name in a comparison, in the active language, if it is not the title.
    label: Callable[[Any], str] | None = None
    key: str = "uid"
    matches: Sequence[Callable[[Any], Hashable]] = ()
    # What must be unique among the rows, or None for a row without such a value.
    once: Sequence[Callable[[Any], object]] = ()
    # The first part of the keys of their texts and of the anchors of their fields, if it is not the field's name.
    prefix: str = ""
    # What separates their texts, if all of them, or all of one row, are one text.
    joined: str = ""
    # How many of them a document may have.
    most: int = 0
    # Whether plain text can express them; an import of text keeps everything else.
    in_text: bool = False
    is_single: bool = False

    def title_of(self, row: FrozenModel) -> str:
        """Return the name of a row at the desk."""
        return self.title(row) if self.title else f"{self.noun}: {_title(row)}"

    def label_of(self, row: FrozenModel) -> str:
        """Return the name of a row in a comparison, in the active language."""
        return self.label(row) if self.label else _title(row)

    def keys(self) -> Sequence[Callable[[Any], Hashable]]:
        """Return the functions by which rows of two documents match, the surest first."""
        return (attrgetter(self.key), *(self.matches or (_title,)))


def title_field(model: type[FrozenModel]) -> str:
    """Return the name of the field that is the title of a document or a row."""
    return next(name for name, spec in field_specs(model).items() if spec.is_title)


def _title(row: FrozenModel) -> str:
    return str(getattr(row, title_field(type(row))))


@dataclass(frozen=True, slots=True)
class NestedSpec:
    """A value with fields of its own that belong to the document."""

    place: int
    in_text: bool = False


type Spec = FieldSpec | RowsSpec | NestedSpec


@cache
def specs_of(model: type[FrozenModel]) -> dict[str, Spec]:
    """Return the declarations of a model's fields by name, in reading order."""
    found = {
        name: spec
        for name, info in model.model_fields.items()
        for spec in info.metadata
        if isinstance(spec, FieldSpec | RowsSpec | NestedSpec)
    }
    return dict(sorted(found.items(), key=lambda item: item[1].place))


@cache
def field_specs(model: type[FrozenModel]) -> dict[str, FieldSpec]:
    """Return the declarations of a model's own fields by name, in reading order, without rows and nested values."""
    return {name: spec for name, spec in specs_of(model).items() if isinstance(spec, FieldSpec)}


@cache
def row_specs(model: type[FrozenModel]) -> dict[str, RowsSpec]:
    """Return the declarations of a document's rows by name, in reading order."""
    return {name: spec for name, spec in specs_of(model).items() if isinstance(spec, RowsSpec)}


def inner_model(document: type[FrozenModel], name: str) -> type[FrozenModel]:
    """Return the model of the rows, or of the nested value, in a field of a document."""
    annotation = document.model_fields[name].annotation
    types = get_args(annotation) or (annotation,)
    return next(each for each in types if isinstance(each, type) and issubclass(each, FrozenModel))
