"""Reject documents that match the schema but exceed a limit or are inconsistent."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from newsroom.text.fold import fold
from newsroom.text.size_limits import describe_excess
from stories.documents import AnyDocument, Explainer
from stories.documents.fields import FrozenModel, row_specs
from stories.documents.parse.notes import UnreadableDocumentError
from stories.documents.walk import list_outlets, rows_in, walk

MAX_OUTLET_NAME = 200

_MAX_SOURCE_NUMBER = 100_000
_validate_web_address = URLValidator(schemes=["http", "https"])


def validate_document(document: AnyDocument) -> None:
    """Raise UnreadableDocumentError, with line 1 and the first reason, if the document cannot be stored."""
    _refuse_bad_rows(document)
    _refuse_bad_cells(document)
    _refuse_long_lines(document)
    if excess := describe_excess(field.text for field in walk(document) if field.spec.comparator == "text"):
        raise UnreadableDocumentError(1, excess)
    _refuse_contradictions(document)


def _refuse_bad_cells(document: AnyDocument) -> None:
    claims = document.claims if isinstance(document, Explainer) else ()
    for claim in claims:
        _refuse_bad_rows(claim)
    uids = [cell.uid for claim in claims for cell in claim.cells]
    if len(set(uids)) != len(uids):
        raise UnreadableDocumentError(1, "Two outlets of the points have the same uid.")


def _refuse_bad_rows(value: FrozenModel) -> None:
    for name, spec in row_specs(type(value)).items():
        if spec.max_rows:
            uids = [getattr(row, spec.key) for row in rows_in(value, name, spec)]
            if len(uids) > spec.max_rows:
                raise UnreadableDocumentError(1, f"There are {len(uids)} {spec.plural}. Use at most {spec.max_rows}.")
            if len(set(uids)) != len(uids):
                raise UnreadableDocumentError(1, f"Two of the {spec.plural} have the same uid.")


def _refuse_long_lines(document: AnyDocument) -> None:
    """Raise UnreadableDocumentError if a one-line text is longer than the desk can store."""
    lines = [
        (field.spec.row_name, field.text, field.spec.max_length) for field in walk(document) if field.spec.max_length
    ]
    lines += [("outlet", outlet.name, MAX_OUTLET_NAME) for outlet in list_outlets(document)]
    for name, text, max_length in lines:
        if len(text) > max_length:
            raise UnreadableDocumentError(1, f"“{text[:60]}…” ({name}) is longer than {max_length} characters.")


def _refuse_contradictions(document: AnyDocument) -> None:
    """Raise UnreadableDocumentError for content that the desk's forms would reject."""
    pictures = list(document.pictures)
    if isinstance(document, Explainer):
        pictures += [document.lead_picture] if document.lead_picture else []
    else:
        questions = [fold(answer.question) for answer in document.answers]
        if len(set(questions)) != len(questions):
            raise UnreadableDocumentError(1, "The same question is answered twice.")
    if not all(fold(outlet.name) for outlet in list_outlets(document)):
        raise UnreadableDocumentError(1, "An outlet needs a name.")
    if not all(fold(topic.name) for topic in document.topics):
        raise UnreadableDocumentError(1, "A topic needs a name.")
    if any(picture.decorative and picture.alt for picture in pictures):
        raise UnreadableDocumentError(1, "A decorative picture has no alternative text.")
    for cited in document.citations:
        if cited.number > _MAX_SOURCE_NUMBER:
            raise UnreadableDocumentError(
                1, f"Sources are numbered up to {_MAX_SOURCE_NUMBER}; {cited.number} is too high."
            )
        try:
            _validate_web_address(cited.url)
        except ValidationError as error:
            raise UnreadableDocumentError(1, f"“{cited.url[:80]}” is not a web address.") from error
