"""The texts of a document for checks: Markdown texts and plain lines, each with the anchor of its field."""

from collections.abc import Iterator
from typing import NamedTuple

from stories.documents import AnyDocument, Explainer, PlacedPicture

# The labels at the desk of single fields, and of the rows of sets.
ALONE = {
    "standfirst": "Standfirst",
    "introduction": "Introduction",
    "method_note": "How this page was made",
    "lead_alt": "Lead picture",
    "lead_caption": "Lead picture",
    "lead_credit": "Lead picture",
}
ROWS = {"passages": "Passage", "questions": "Question", "answers": "Answer", "topics": "Topic", "pictures": "Picture"}


class Placed(NamedTuple):
    """Text with the anchor of its field."""

    words: str
    anchor: str


def told(document: AnyDocument) -> Iterator[Placed]:
    """Yield the Markdown texts in whole sentences that readers read from top to bottom."""
    if isinstance(document, Explainer):
        yield Placed(document.standfirst, "standfirst")
        yield from (Placed(section.text, f"sections.{section.uid}.text") for section in document.sections)
        yield from (Placed(passage.text, f"passages.{passage.uid}.text") for passage in document.passages)
    else:
        yield Placed(document.introduction, "introduction")
        yield from (Placed(answer.text, f"answers.{answer.uid}.text") for answer in document.answers)


def texts(document: AnyDocument) -> Iterator[Placed]:
    """Yield every Markdown text of the document, including captions, teasers and notes."""
    yield from told(document)
    if isinstance(document, Explainer):
        yield from (Placed(asked.teaser, f"questions.{asked.uid}.teaser") for asked in document.questions)
        yield Placed(document.method_note, "method_note")
    for picture, anchor in pictures(document):
        yield Placed(picture.caption, anchor.format("caption"))
    yield from (Placed(topic.description, f"topics.{topic.uid}.description") for topic in document.topics)


def lines(document: AnyDocument) -> Iterator[Placed]:
    """Yield every line without Markdown: headlines, headings, questions, and texts of images."""
    if isinstance(document, Explainer):
        yield Placed(document.headline, "headline")
        yield from (Placed(section.heading, f"sections.{section.uid}.heading") for section in document.sections)
        yield from (Placed(asked.question, f"questions.{asked.uid}.question") for asked in document.questions)
    else:
        yield Placed(document.question, "question")
        yield from (Placed(answer.question, f"answers.{answer.uid}.question") for answer in document.answers)
    for picture, anchor in pictures(document):
        yield Placed(picture.alt, anchor.format("alt"))
        yield Placed(picture.credit, anchor.format("credit"))


def pictures(document: AnyDocument) -> Iterator[tuple[PlacedPicture, str]]:
    """Yield every image with the pattern of its anchors, in which ``{}`` stands for the field."""
    if isinstance(document, Explainer) and document.lead_picture:
        yield document.lead_picture, "lead_{}"
    for picture in document.pictures:
        yield picture, f"pictures.{picture.uid}.{{}}"


def place_of(document: AnyDocument, anchor: str) -> str:
    """Return the place of an anchor in words, or an empty string if the label of its field is enough."""
    kind, _, rest = anchor.partition(".")
    row = rest.partition(".")[0]
    if not row:
        return ALONE.get(kind, "")
    if kind == "sections" and isinstance(document, Explainer):
        return next((section.heading for section in document.sections if str(section.uid) == row), "")
    if kind == "citations":
        return f"Source {row}"
    rows = [str(each.uid) for each in getattr(document, kind, ())]
    return f"{ROWS[kind]} {rows.index(row) + 1}" if row in rows and kind in ROWS else ""
