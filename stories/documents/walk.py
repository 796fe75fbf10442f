"""Iteration over the fields and texts of a document, and comparison of documents regardless of names."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from stories.documents.fields import FieldSpec, FrozenModel, NestedSpec, RowsSpec, field_specs, row_specs, specs_of
from stories.documents.schema import Explainer, NamedOutlet
from stories.documents.upgrade import AnyDocument


# A tuple is faster to create than a dataclass, and many checks walk the document.
class FieldValue(NamedTuple):
    """A field of a document with its value.

    ``key`` is its place in comments, and ``anchor`` is its place in findings and conflicts. ``owner`` is the document,
    row or nested value that has the field. ``rows`` is the declaration of the rows to which the field belongs, or
    None outside a row.
    """

    name: str
    key: str
    anchor: str
    spec: FieldSpec
    value: Any
    owner: FrozenModel
    rows: RowsSpec | None = None

    @property
    def text(self) -> str:
        """The value as display text."""
        return self.spec.show(self.value)

    @property
    def label(self) -> str:
        """The name of the field in the desk's lists of texts."""
        if self.rows is None:
            return self.spec.name
        return self.spec.desk_name.format(row=self.owner, title=self.rows.title_of(self.owner)) or self.rows.noun


type Choice = Callable[[FieldSpec], object]
_IS_TEXT: Choice = attrgetter("is_text")


def _choose_all(spec: FieldSpec) -> bool:
    return True


def walk(document: AnyDocument, where: Choice = _choose_all) -> Iterator[FieldValue]:
    """Yield the declared fields of a document, its rows and its nested values, in the order of the page.

    ``where`` chooses fields by their declarations. Its results are cached, so pass a function that is defined once in a
    module.
    """
    for name, spec in specs_of(type(document)).items():
        match spec:
            case FieldSpec():
                if where(spec):
                    yield FieldValue(name, name, name, spec, getattr(document, name), document)
            case NestedSpec():
                nested: FrozenModel = getattr(document, name)
                for inner, inner_spec in _choose_fields(type(nested), where):
                    yield FieldValue(
                        inner, f"{name}.{inner}", f"{name}.{inner}", inner_spec, getattr(nested, inner), nested
                    )
            case RowsSpec():
                for row in rows_in(document, name, spec):
                    yield from _walk_row(name, spec, row, where)


@cache
def _choose_fields(model: type[FrozenModel], where: Choice) -> list[tuple[str, FieldSpec]]:
    return [(name, spec) for name, spec in field_specs(model).items() if where(spec)]


def rows_in(value: FrozenModel, name: str, spec: RowsSpec) -> tuple[FrozenModel, ...]:
    """Return the rows in a field of a document or of a row."""
    rows = getattr(value, name)
    if spec.is_single:
        return () if rows is None else (rows,)
    return tuple(rows)


def _walk_row(name: str, spec: RowsSpec, row: FrozenModel, where: Choice) -> Iterator[FieldValue]:
    place = spec.prefix or f"{name}.{getattr(row, spec.key)}"
    for inner, inner_spec in _choose_fields(type(row), where):
        anchor = f"{place}_{inner}" if spec.is_single else f"{place}.{inner}"
        key = place if spec.separator else f"{place}.{inner}"
        yield FieldValue(inner, key, anchor, inner_spec, getattr(row, inner), row, spec)
    for inner, rows in row_specs(type(row)).items():
        for each in rows_in(row, inner, rows):
            yield from _walk_row(f"{place}.{inner}", rows, each, where)


def replace_values(document: AnyDocument, new: Callable[[str, FieldSpec, Any], object]) -> AnyDocument:
    """Return an unvalidated copy of a document, in which each value is replaced by ``new(name, spec, value)``."""

    def copy_with_new_values[Value: FrozenModel](value: Value) -> Value:
        changes: dict[str, object] = {}
        for name, spec in specs_of(type(value)).items():
            old = getattr(value, name)
            match spec:
                case FieldSpec():
                    changes[name] = new(name, spec, old)
                case NestedSpec():
                    changes[name] = copy_with_new_values(old)
                case RowsSpec() if spec.is_single:
                    changes[name] = old and copy_with_new_values(old)
                case RowsSpec():
                    changes[name] = tuple(map(copy_with_new_values, old))
        return value.model_copy(update=changes)

    return copy_with_new_values(document)


def replace_at(document: AnyDocument, values: Mapping[str, object]) -> AnyDocument:
    """Return an unvalidated copy of a document with other values; ``values`` are keyed by the anchors of fields."""

    def copy_row[Value: FrozenModel](row: Value, place: str, separator: str = ".") -> Value:
        changes: dict[str, object] = {}
        for name, spec in specs_of(type(row)).items():
            anchor = f"{place}{separator}{name}" if place else name
            match spec:
                case FieldSpec() if anchor in values:
                    changes[name] = values[anchor]
                case NestedSpec():
                    changes[name] = copy_row(getattr(row, name), anchor)
                case RowsSpec():
                    begin = f"{place}{separator}{name}" if place else spec.prefix or name
                    if spec.is_single:
                        changes[name] = (single := getattr(row, name)) and copy_row(single, begin, "_")
                    else:
                        changes[name] = tuple(
                            copy_row(each, f"{begin}.{getattr(each, spec.key)}") for each in rows_in(row, name, spec)
                        )
        return row.model_copy(update=changes)

    return copy_row(document, "")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text of a document with its label; ``key`` is its place, which also identifies it in forms."""

    key: str
    label: str
    text: str
    is_markdown: bool = False

    @property
    def is_read(self) -> bool:
        """Whether the text is displayed on its own. Headings and outlets are part of the labels of other texts."""
        return not self.key.endswith((".heading", ".outlets"))


def title_of(document: AnyDocument) -> str:
    """Return the headline of a story, or the wording of a question."""
    return document.headline if isinstance(document, Explainer) else document.question


def list_texts(document: AnyDocument) -> list[DocumentText]:
    """Return the texts of a document that are not blank, in the order of the page."""
    texts = []
    for key, group in groupby(walk(document, _IS_TEXT), key=attrgetter("key")):
        first, *others = group
        separator = first.rows.separator if first.rows else ""
        text = separator.join(part for field in (first, *others) if (part := field.text))
        if text.strip():
            texts.append(DocumentText(key, first.label, text, first.spec.comparator == "text"))
    return texts


def list_outlets(document: AnyDocument) -> list[NamedOutlet]:
    """Return the outlets named in passages, then those of claims, forecasts and origins, then those of citations."""
    named: list[NamedOutlet | None] = []
    if isinstance(document, Explainer):
        named += [outlet for passage in document.passages for outlet in passage.outlets]
        named += [cell.outlet for claim in document.claims for cell in claim.cells]
        named += [forecast.outlet for forecast in document.forecasts]
        named += [origin.outlet for origin in document.origins]
    named += [cited.outlet for cited in document.citations]
    return [outlet for outlet in named if outlet]


def replace_outlets(document: AnyDocument, new: Callable[[NamedOutlet], NamedOutlet]) -> AnyDocument:
    """Return an unvalidated copy of a document with ``new(outlet)`` in place of each outlet, except in passages."""

    def replace_outlet(name: str, spec: FieldSpec, value: Any) -> object:
        return new(value) if isinstance(value, NamedOutlet) else value

    return replace_values(document, replace_outlet)


def equal_except_names(a: AnyDocument, b: AnyDocument) -> bool:
    """Return whether two documents are equal except for the names of topics, outlets and contributors.

    A name may differ if both names have the same uid. A proposed name has no uid and is compared as text.
    """
    return type(a) is type(b) and _without_names(a) == _without_names(b)


def _without_names(document: AnyDocument) -> AnyDocument:
    changes: dict[str, object] = {
        "topics": tuple(topic.model_copy(update={"name": ""}) if topic.topic else topic for topic in document.topics),
    }
    if isinstance(document, Explainer):
        changes["byline"] = tuple(person.model_copy(update={"name": ""}) for person in document.byline)
        changes["passages"] = tuple(
            # Outlets are sorted by name, so a new name can change their order.
            passage.model_copy(update={"outlets": tuple(sorted(map(_without_name, passage.outlets), key=str))})
            for passage in document.passages
        )
    return replace_outlets(document.model_copy(update=changes), _without_name)


def _without_name(outlet: NamedOutlet) -> NamedOutlet:
    return outlet.model_copy(update={"name": ""}) if outlet.uid else outlet
