"""What a work says, field by field: of a document, and of a form that was sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms
from django.utils import translation
from django.utils.translation import gettext

from newsroom.editing.rows import RowForm, UidFormSet
from newsroom.text.plain import words_of
from newsroom.text.quoting import Quoted, find
from stories.documents import AnyDocument, CitedArticle, Explainer, PlacedPicture
from stories.models import StoryQuestion


@dataclass(frozen=True, slots=True)
class Said:
    """One text with what it is; ``key`` is the same for the same place in a document and on a form."""

    key: str
    label: str
    text: str

    @property
    def is_read(self) -> bool:
        """Say whether a page to read shows it: headings and outlets stand in the labels of their texts."""
        return not self.key.endswith((".heading", ".outlets"))


def said(document: AnyDocument) -> list[Said]:
    """Return every text of a document that is not empty, in the order of the page."""
    return [each for each in _of_document(document) if each.text.strip()]


def _of_document(document: AnyDocument) -> Iterator[Said]:
    if isinstance(document, Explainer):
        yield Said("headline", "Headline", document.headline)
        yield Said("standfirst", "Standfirst", document.standfirst)
        yield Said("byline_names", "Byline", "; ".join(name.name for name in document.byline))
        if document.lead_picture:
            yield from _of_picture("lead", "Lead picture", document.lead_picture)
        for section in document.sections:
            yield Said(f"sections.{section.uid}.heading", "Heading", section.heading)
            yield Said(f"sections.{section.uid}.text", section.heading or "Section", section.text)
        for passage in document.passages:
            names = "; ".join(outlet.name for outlet in passage.outlets)
            yield Said(f"passages.{passage.uid}.outlets", "Outlets of a passage", names)
            yield Said(f"passages.{passage.uid}.text", f"Passage: {names or 'our comparison'}", passage.text)
            sources = ", ".join(map(str, passage.sources))
            yield Said(f"passages.{passage.uid}.sources", "Sources of a passage", sources)
        for asked in document.questions:
            yield Said(f"questions.{asked.uid}.question", "Question", asked.question)
            yield Said(f"questions.{asked.uid}.teaser", f"Teaser: {asked.question}", asked.teaser)
    else:
        yield Said("question", "Question", document.question)
        yield Said("introduction", "Introduction", document.introduction)
        for answer in document.answers:
            yield Said(f"answers.{answer.uid}.question", "Question of an answer", answer.question)
            yield Said(f"answers.{answer.uid}.text", f"Answer: {answer.question}", answer.text)
            yield Said(f"answers.{answer.uid}.as_of", "As of", answer.as_of.isoformat() if answer.as_of else "")
    for topic in document.topics:
        yield Said(f"topics.{topic.uid}.name", "Topic", topic.name)
        yield Said(f"topics.{topic.uid}.description", f"Topic: {topic.name}", topic.description)
    for picture in document.pictures:
        yield from _of_picture(f"pictures.{picture.uid}", "Picture in the text", picture)
    if isinstance(document, Explainer):
        yield Said("method_note", "How this page was made", document.method_note)
    for cited in document.citations:
        yield Said(f"citations.{cited.number}", f"Source {cited.number}", _of_source(cited))


def _of_picture(key: str, label: str, picture: PlacedPicture) -> Iterator[Said]:
    yield Said(f"{key}.alt", f"{label}: alternative text", picture.alt)
    yield Said(f"{key}.caption", f"{label}: caption", picture.caption)
    yield Said(f"{key}.credit", f"{label}: credit", picture.credit)


def _of_source(cited: CitedArticle) -> str:
    day = cited.published_on.isoformat() if cited.published_on else ""
    return "\n".join(part for part in (cited.title, cited.outlet.name, day, cited.author, cited.url) if part)


def quoted(sentence: str, document: AnyDocument | None) -> Quoted | None:
    """Return where a sentence that somebody copied from the page stands in a document, or None where it does not."""
    if document is None or not sentence:
        return None
    with translation.override(document.language):
        citation = gettext("Source {number}")
    places = (find(sentence, words_of(each.text), citation=citation) for each in said(document))
    return next((place for place in places if place), None)


HEAD = ("headline", "standfirst", "byline_names", "question", "introduction", "method_note")
LEAD = {"lead_alt": "lead.alt", "lead_caption": "lead.caption", "lead_credit": "lead.credit"}
# The sets of rows: what their keys begin with, and the field of the form for each end of a key.
ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "sections": ("sections", {"heading": "heading", "text": "text"}),
    "passages": ("passages", {"outlets": "outlet_names", "text": "text", "sources": "source_numbers"}),
    "story_questions": ("questions", {"question": "question", "teaser": "teaser"}),
    "answers": ("answers", {"question": "question", "text": "text", "as_of": "as_of"}),
    "work_topics": ("topics", {"name": "name", "description": "description"}),
    "pictures": ("pictures", {"alt": "alt", "caption": "caption", "credit": "credit"}),
}


def sent(form: forms.BaseForm, formsets: Iterable[UidFormSet]) -> dict[str, Said]:
    """Return every text of a form as it was sent, by key, also where it could not be saved."""
    found = {name: Said(name, str(form[name].label), _text(form, name)) for name in HEAD if name in form.fields}
    found |= {
        key: Said(key, str(form[name].label), _text(form, name)) for name, key in LEAD.items() if name in form.fields
    }
    for formset in formsets:
        for row in formset.forms:
            if formset.is_removed(row) or (row.is_new and not row.has_changed()):
                continue
            found |= {each.key: each for each in _of_row(str(formset.prefix), row)}
    return {key: each for key, each in found.items() if each.text}


def _of_row(prefix: str, row: RowForm) -> Iterator[Said]:
    if prefix == "citations":
        parts = (_text(row, name) for name in ("title", "outlet_name", "published_on", "author", "url"))
        number = row.instance.number or f"new-{row.prefix}"
        yield Said(f"citations.{number}", f"Source {row.instance.number or ''}".strip(), "\n".join(filter(None, parts)))
        return
    name, fields = ROWS[prefix]
    # A document names a question by the question's own uid, a form by the uid of its row.
    asked = row.instance.faq.uid if isinstance(row.instance, StoryQuestion) and row.instance.faq_id else None
    for end, field in fields.items():
        key = f"{name}.{asked or row.instance.uid}.{end}"
        yield Said(key, str(row[field].label), _text(row, field) or _instead(row, field))


def _instead(row: RowForm, field: str) -> str:
    """Return what readers get where a field is left empty."""
    if field == "heading":
        return str(getattr(row, "usual_heading", ""))
    if field == "teaser" and not row.is_new:
        return str(row.instance.faq.introduction)
    return ""


def _text(form: forms.BaseForm, name: str) -> str:
    return str(form[name].value() or "").replace("\r\n", "\n").strip()
