"""Texts of a work by place: of a document, and of a submitted form."""

from collections.abc import Iterable, Iterator

from django import forms
from django.utils import translation
from django.utils.translation import gettext

from newsroom.desk.forms.rows import RowForm, UidFormSet
from newsroom.text.plain import plain_text
from newsroom.text.quotations import Quotation, find_quotation
from stories.admin.drafts import finding_fields
from stories.documents import AnyDocument, Explainer, PlacedPicture, QuestionPage
from stories.documents.fields import FrozenModel, field_specs, inner_model, row_specs
from stories.documents.walk import DocumentText, list_texts
from stories.models import StoryQuestion

__all__ = ["LEAD", "DocumentText", "find_quoted_text", "list_texts", "read_form_texts"]


def find_quoted_text(sentence: str, document: AnyDocument | None) -> Quotation | None:
    """Return where a sentence that was copied from the page occurs in a document, or None."""
    if document is None or not sentence:
        return None
    with translation.override(document.language):
        citation = gettext("Source {number}")
    places = (find_quotation(sentence, plain_text(each.text), citation=citation) for each in list_texts(document))
    return next((place for place in places if place), None)


def _texts_of(model: type[FrozenModel]) -> list[str]:
    return [name for name, spec in field_specs(model).items() if spec.is_text]


_KINDS = (Explainer, QuestionPage)
_ROWS = {name: (spec, _texts_of(inner_model(kind, name))) for kind in _KINDS for name, spec in row_specs(kind).items()}
# The fields of the work's own form that are texts; the names of a byline are one text.
HEAD = (*(name for kind in _KINDS for name in _texts_of(kind)), "byline_names")
LEAD = {f"lead_{name}": f"lead.{name}" for name in _texts_of(PlacedPicture)}
# The fields of one line, of the document and of its rows.
LINES = frozenset(
    name
    for kind in _KINDS
    for model in (kind, *(inner_model(kind, rows) for rows in row_specs(kind)))
    for name, spec in field_specs(model).items()
    if spec.how == "line"
)
# For each formset, the first part of its keys, and the form field for each last part.
ROWS: dict[str, tuple[str, dict[str, str]]] = {
    finding_fields.ROWS.get(name, name): (name, {each: finding_fields.FIELDS.get(each, each) for each in texts})
    for name, (spec, texts) in _ROWS.items()
    if not spec.joined and not spec.is_single
}


def read_form_texts(form: forms.BaseForm, formsets: Iterable[UidFormSet]) -> dict[str, DocumentText]:
    """Return the texts of a submitted form by key, even if the form is invalid."""
    found = {name: DocumentText(name, str(form[name].label), _text(form, name)) for name in HEAD if name in form.fields}
    found |= {
        key: DocumentText(key, str(form[name].label), _text(form, name))
        for name, key in LEAD.items()
        if name in form.fields
    }
    for formset in formsets:
        for row in formset.forms:
            if formset.is_removed(row) or (row.is_new and not row.has_changed()):
                continue
            found |= {each.key: each for each in _of_row(str(formset.prefix), row)}
    return {key: each for key, each in found.items() if each.text}


def _of_row(prefix: str, row: RowForm) -> Iterator[DocumentText]:
    if prefix == "citations":
        parts = (_text(row, name) for name in ("title", "outlet_name", "published_on", "author", "url"))
        number = row.instance.number or f"new-{row.prefix}"
        yield DocumentText(
            f"citations.{number}", f"Source {row.instance.number or ''}".strip(), "\n".join(filter(None, parts))
        )
        return
    name, fields = ROWS[prefix]
    # A document names a question by the question's own uid, a form by the uid of its row.
    asked = row.instance.faq.uid if isinstance(row.instance, StoryQuestion) and row.instance.faq_id else None
    for end, field in fields.items():
        key = f"{name}.{asked or row.instance.uid}.{end}"
        yield DocumentText(key, str(row[field].label), _text(row, field) or _instead(row, field))


def _instead(row: RowForm, field: str) -> str:
    """Return the text that readers see if a field is left empty."""
    if field == "heading":
        return str(getattr(row, "usual_heading", ""))
    if field == "teaser" and not row.is_new:
        return str(row.instance.faq.introduction)
    return ""


def _text(form: forms.BaseForm, name: str) -> str:
    return str(form[name].value() or "").replace("\r\n", "\n").strip()
