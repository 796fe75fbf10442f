"""Refuse documents that match the schema but exceed a limit or contradict themselves."""

from collections.abc import Iterator
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from newsroom.text.fold import fold
from newsroom.text.size_limits import describe_excess
from stories.documents import MOST_ROWS, AnyDocument, Explainer
from stories.documents.parse.notes import UnreadableDocumentError

_HIGHEST_NUMBER = 100_000
_is_web_address = URLValidator(schemes=["http", "https"])


def validate_document(document: AnyDocument) -> None:
    """Raise UnreadableDocumentError, for line 1, with the first reason why the document cannot be stored."""
    _refuse_doubtful(document)
    _refuse_long(document)
    if excess := describe_excess(_texts(document)):
        raise UnreadableDocumentError(1, excess)
    _refuse_contradictions(document)


def _refuse_doubtful(document: AnyDocument) -> None:
    for name, uids in _uids(document):
        if len(uids) > MOST_ROWS[name]:
            raise UnreadableDocumentError(1, f"There are {len(uids)} {name}; at most {MOST_ROWS[name]} can be taken.")
        if len(set(uids)) != len(uids):
            raise UnreadableDocumentError(1, f"Two of the {name} have the same uid.")


def _refuse_long(document: AnyDocument) -> None:
    """Raise UnreadableDocumentError if a one-line text is longer than the desk's rows allow."""
    lines = [*(("name", topic.name, 200) for topic in document.topics)]
    lines += [("credit", picture.credit, 300) for picture in document.pictures]
    for cited in document.citations:
        lines += [("title", cited.title, 500), ("author", cited.author, 300), ("outlet", cited.outlet.name, 200)]
    if isinstance(document, Explainer):
        lines += [("headline", document.headline, 300)]
        lines += [("heading", section.heading, 300) for section in document.sections]
        lines += [("question", asked.question, 300) for asked in document.questions]
        lines += [("outlet", outlet.name, 200) for passage in document.passages for outlet in passage.outlets]
    else:
        lines += [("question", document.question, 300)]
        lines += [("question", answer.question, 300) for answer in document.answers]
    for what, text, most in lines:
        if len(text) > most:
            raise UnreadableDocumentError(1, f"A {what} is longer than {most} characters: “{text[:60]}…”.")


def _refuse_contradictions(document: AnyDocument) -> None:
    """Raise UnreadableDocumentError for what the desk's own forms would refuse."""
    outlets = [cited.outlet for cited in document.citations]
    pictures = list(document.pictures)
    if isinstance(document, Explainer):
        outlets += [outlet for passage in document.passages for outlet in passage.outlets]
        pictures += [document.lead_picture] if document.lead_picture else []
    else:
        questions = [fold(answer.question) for answer in document.answers]
        if len(set(questions)) != len(questions):
            raise UnreadableDocumentError(1, "A question is answered twice.")
    if not all(fold(outlet.name) for outlet in outlets):
        raise UnreadableDocumentError(1, "An outlet needs a name.")
    if not all(fold(topic.name) for topic in document.topics):
        raise UnreadableDocumentError(1, "A topic needs a name.")
    if any(picture.decorative and picture.alt for picture in pictures):
        raise UnreadableDocumentError(1, "A decorative picture has no alternative text.")
    for cited in document.citations:
        if cited.number > _HIGHEST_NUMBER:
            raise UnreadableDocumentError(
                1, f"Sources are numbered up to {_HIGHEST_NUMBER}; {cited.number} is too high."
            )
        try:
            _is_web_address(cited.url)
        except ValidationError as error:
            raise UnreadableDocumentError(1, f"“{cited.url[:80]}” is not an address on the web.") from error


def _texts(document: AnyDocument) -> Iterator[str]:
    yield from (topic.description for topic in document.topics)
    yield from (picture.caption for picture in document.pictures)
    if isinstance(document, Explainer):
        yield from (document.standfirst, document.method_note)
        yield from (section.text for section in document.sections)
        yield from (passage.text for passage in document.passages)
        yield from (asked.teaser for asked in document.questions)
    else:
        yield document.introduction
        yield from (answer.text for answer in document.answers)


def _uids(document: AnyDocument) -> Iterator[tuple[str, list[UUID]]]:
    yield "topics", [row.uid for row in document.topics]
    yield "pictures", [row.uid for row in document.pictures]
    if isinstance(document, Explainer):
        yield "sections", [row.uid for row in document.sections]
        yield "passages", [row.uid for row in document.passages]
        yield "questions", [row.uid for row in document.questions]
    else:
        yield "answers", [row.uid for row in document.answers]
