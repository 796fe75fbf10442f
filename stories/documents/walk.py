"""The fields of a document with their places and declarations, its texts, and comparison regardless of names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from stories.documents.fields import FieldSpec, FrozenModel, NestedSpec, RowsSpec, field_specs, specs_of
from stories.documents.schema import Explainer, NamedOutlet
from stories.documents.upgrade import AnyDocument


# A tuple is made faster than a dataclass, and every check walks the document.
class FieldValue(NamedTuple):
    """A field of a document with its value.

    ``key`` is its place as comments name it, ``anchor`` as findings and conflicts do. ``owner`` is the document, row or
    nested value that has the field, ``rows`` the declaration of the row.
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
        """The value as text for people."""
        return self.spec.show(self.value)

    @property
    def label(self) -> str:
        """Its name where the desk lists texts."""
        if self.rows is None:
            return self.spec.name
        return self.spec.desk.format(row=self.owner, title=self.rows.title_of(self.owner)) or self.rows.noun


def walk(document: AnyDocument) -> Iterator[FieldValue]:
    """Yield every declared field of a document, its rows and its nested values, in the order of the page."""
    for name, spec in specs_of(type(document)).items():
        match spec:
            case FieldSpec():
                yield FieldValue(name, name, name, spec, getattr(document, name), document)
            case NestedSpec():
                nested: FrozenModel = getattr(document, name)
                for inner, its in field_specs(type(nested)).items():
                    yield FieldValue(inner, f"{name}.{inner}", f"{name}.{inner}", its, getattr(nested, inner), nested)
            case RowsSpec():
                for row in rows_in(document, name, spec):
                    yield from _of_row(name, spec, row)


def rows_in(document: AnyDocument, name: str, spec: RowsSpec) -> tuple[FrozenModel, ...]:
    """Return the rows in a field of a document."""
    rows = getattr(document, name)
    if spec.is_single:
        return () if rows is None else (rows,)
    return tuple(rows)


def _of_row(name: str, spec: RowsSpec, row: FrozenModel) -> Iterator[FieldValue]:
    place = spec.prefix or f"{name}.{getattr(row, spec.key)}"
    for inner, its in field_specs(type(row)).items():
        anchor = f"{place}_{inner}" if spec.is_single else f"{place}.{inner}"
        key = place if spec.joined else f"{place}.{inner}"
        yield FieldValue(inner, key, anchor, its, getattr(row, inner), row, spec)


def replace_values(document: AnyDocument, new: Callable[[str, FieldSpec, Any], object]) -> AnyDocument:
    """Return an unvalidated copy of a document in which ``new`` replaced each value, by name and declaration."""

    def copied[Value: FrozenModel](value: Value) -> Value:
        changes: dict[str, object] = {}
        for name, spec in specs_of(type(value)).items():
            old = getattr(value, name)
            match spec:
                case FieldSpec():
                    changes[name] = new(name, spec, old)
                case NestedSpec():
                    changes[name] = copied(old)
                case RowsSpec() if spec.is_single:
                    changes[name] = old and copied(old)
                case RowsSpec():
                    changes[name] = tuple(map(copied, old))
        return value.model_copy(update=changes)

    return copied(document)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text of a document with its label; ``key`` is its place, the same in a document and on a form."""

    key: str
    label: str
    text: str
    is_markdown: bool = False

    @property
    def is_read(self) -> bool:
        """Whether a reading page shows it as a text: headings and outlets are in the labels of other texts."""
        return not self.key.endswith((".heading", ".outlets"))


def list_texts(document: AnyDocument) -> list[DocumentText]:
    """Return the texts of a document that are not blank, in the order of the page."""
    found = []
    for key, group in groupby((field for field in walk(document) if field.spec.is_text), key=attrgetter("key")):
        first, *others = group
        between = first.rows.joined if first.rows else ""
        text = between.join(part for field in (first, *others) if (part := field.text))
        if text.strip():
            found.append(DocumentText(key, first.label, text, first.spec.how == "text"))
    return found


def list_outlets(document: AnyDocument) -> list[NamedOutlet]:
    """Return the outlets that the passages of a document name, then those that it cites."""
    passages = document.passages if isinstance(document, Explainer) else ()
    return [outlet for passage in passages for outlet in passage.outlets] + [each.outlet for each in document.citations]


def equal_except_names(a: AnyDocument, b: AnyDocument) -> bool:
    """Return whether two documents are equal but for the names of the same topics, outlets and contributors.

    Those are the same if their uids are equal. A proposed name has no uid and is compared as text.
    """
    return type(a) is type(b) and _nameless(a) == _nameless(b)


def _nameless(document: AnyDocument) -> AnyDocument:
    shared: dict[str, object] = {
        "topics": tuple(topic.model_copy(update={"name": ""}) if topic.topic else topic for topic in document.topics),
        "citations": tuple(cited.model_copy(update={"outlet": _unnamed(cited.outlet)}) for cited in document.citations),
    }
    if isinstance(document, Explainer):
        shared["byline"] = tuple(person.model_copy(update={"name": ""}) for person in document.byline)
        shared["passages"] = tuple(
            # Outlets are ordered by name, so a new name can change their order.
            passage.model_copy(update={"outlets": tuple(sorted(map(_unnamed, passage.outlets), key=str))})
            for passage in document.passages
        )
    return document.model_copy(update=shared)


def _unnamed(outlet: NamedOutlet) -> NamedOutlet:
    return outlet.model_copy(update={"name": ""}) if outlet.uid else outlet
