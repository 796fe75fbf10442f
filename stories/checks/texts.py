"""The texts of a document for checks: Markdown texts and plain lines, each with the anchor of its field."""

from collections.abc import Iterator
from typing import NamedTuple

from stories.documents import AnyDocument, Explainer, PlacedPicture

# The labels at the desk of single fields, and of the rows of sets.
FIELD_LABELS = {
    "standfirst": "Standfirst",
    "introduction": "Introduction",
    "method_note": "How this page was made",
    "lead_alt": "Lead picture",
    "lead_caption": "Lead picture",
    "lead_credit": "Lead picture",
}
ROW_LABELS = {
    "passages": "Passage",
    "questions": "Question",
    "answers": "Answer",
    "topics": "Topic",
    "pictures": "Picture",
}


class PlacedText(NamedTuple):
    """Text with the anchor of its field."""

    words: str
    anchor: str


def list_narrative_texts(document: AnyDocument) -> Iterator[PlacedText]:
    """Yield the Markdown texts in whole sentences that readers read from top to bottom."""
    if isinstance(document, Explainer):
        yield PlacedText(document.standfirst, "standfirst")
        yield from (PlacedText(section.text, f"sections.{section.uid}.text") for section in document.sections)
        yield from (PlacedText(passage.text, f"passages.{passage.uid}.text") for passage in document.passages)
    else:
        yield PlacedText(document.introduction, "introduction")
        yield from (PlacedText(answer.text, f"answers.{answer.uid}.text") for answer in document.answers)


def list_texts(document: AnyDocument) -> Iterator[PlacedText]:
    """Yield every Markdown text of the document, including captions, teasers and notes."""
    yield from list_narrative_texts(document)
    if isinstance(document, Explainer):
        yield from (PlacedText(asked.teaser, f"questions.{asked.uid}.teaser") for asked in document.questions)
        yield PlacedText(document.method_note, "method_note")
    for picture, anchor in list_images(document):
        yield PlacedText(picture.caption, anchor.format("caption"))
    yield from (PlacedText(topic.description, f"topics.{topic.uid}.description") for topic in document.topics)


def list_lines(document: AnyDocument) -> Iterator[PlacedText]:
    """Yield every line without Markdown: headlines, headings, questions, and texts of images."""
    if isinstance(document, Explainer):
        yield PlacedText(document.headline, "headline")
        yield from (PlacedText(section.heading, f"sections.{section.uid}.heading") for section in document.sections)
        yield from (PlacedText(asked.question, f"questions.{asked.uid}.question") for asked in document.questions)
    else:
        yield PlacedText(document.question, "question")
        yield from (PlacedText(answer.question, f"answers.{answer.uid}.question") for answer in document.answers)
    for picture, anchor in list_images(document):
        yield PlacedText(picture.alt, anchor.format("alt"))
        yield PlacedText(picture.credit, anchor.format("credit"))


def list_images(document: AnyDocument) -> Iterator[tuple[PlacedPicture, str]]:
    """Yield every image with the pattern of its anchors, in which ``{}`` stands for the field."""
    if isinstance(document, Explainer) and document.lead_picture:
        yield document.lead_picture, "lead_{}"
    for picture in document.pictures:
        yield picture, f"pictures.{picture.uid}.{{}}"


def describe_place(document: AnyDocument, anchor: str) -> str:
    """Return the place of an anchor in words, or an empty string if the label of its field is enough."""
    kind, _, rest = anchor.partition(".")
    row = rest.partition(".")[0]
    if not row:
        return FIELD_LABELS.get(kind, "")
    if kind == "sections" and isinstance(document, Explainer):
        return next((section.heading for section in document.sections if str(section.uid) == row), "")
    if kind == "citations":
        return f"Source {row}"
    rows = [str(each.uid) for each in getattr(document, kind, ())]
    return f"{ROW_LABELS[kind]} {rows.index(row) + 1}" if row in rows and kind in ROW_LABELS else ""
