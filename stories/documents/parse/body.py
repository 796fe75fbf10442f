"""Build documents from untrusted plain values, and describe in words what makes them invalid."""

from collections.abc import Callable, Mapping
from uuid import UUID

from pydantic import ValidationError

from stories.documents import MOST_ROWS, UnknownSchemaError, upgrade
from stories.documents.parse.decode import refuse_control_characters, remove_direction_overrides
from stories.documents.parse.notes import Note, ParsedDocument, UnreadableDocumentError

_DEEPEST = 20
_MOST_ERRORS = 3
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a number",
    "int_parsing": "must be a number",
    "uuid_type": "must be a uid",
    "uuid_parsing": "is not a uid",
    "tuple_type": "must be a list",
    "dict_type": "must be a group of named values",
    "model_type": "must be a group of named values",
    "model_attributes_type": "must be a group of named values",
    "date_type": "must be a date such as 2026-11-25",
    "date_parsing": "must be a date such as 2026-11-25",
    "date_from_datetime_parsing": "must be a date such as 2026-11-25",
    "string_pattern_mismatch": "has a value that is not known here",
    "literal_error": "has a value that is not known here",
}


def build_document(body: Mapping[str, object], *, line: int, make_uid: Callable[[], UUID]) -> ParsedDocument:
    """Return the document in ``body``, with new uids where they are missing.

    Its notes say what was removed. Raise UnreadableDocumentError, with ``line``, if ``body`` is not one of our
    documents.
    """
    has_identity = bool(body.get("uid"))
    notes: list[Note] = []
    clean = _cleaned(dict(body), line, notes, 0)
    if not isinstance(clean, dict):
        raise UnreadableDocumentError(line, "This is not a document.")
    try:
        document = upgrade(_with_uids(clean, make_uid))
    except UnknownSchemaError as error:
        raise UnreadableDocumentError(line, str(error)) from error
    except ValidationError as error:
        raise UnreadableDocumentError(line, describe_errors(error)) from error
    return ParsedDocument(document, tuple(dict.fromkeys(notes)), has_identity)


def describe_errors(error: ValidationError) -> str:
    """Return what is wrong with a body, as sentences: the first three errors, and how many more there are."""
    found = error.errors(include_url=False, include_input=False)
    told = [_told(str(one["type"]), one["loc"], str(one["msg"]), one.get("ctx", {})) for one in found[:_MOST_ERRORS]]
    more = len(found) - len(told)
    return " ".join(told) + (f" And {more} more." if more else "")


def _told(kind: str, place: tuple[int | str, ...], message: str, context: Mapping[str, object]) -> str:
    if kind == "value_error":
        return str(context.get("error", message))
    where = (
        ", ".join(f"number {step + 1}" if isinstance(step, int) else f"“{step}”" for step in place) or "The document"
    )
    if kind == "string_too_long":
        return f"{where} is longer than {context.get('max_length')} characters."
    if kind == "string_pattern_mismatch" and place[-1:] == ("url",):
        return f"{where} is not an address on the web."
    return f"{where} {_WORDS.get(kind, 'is not valid')}."


def _cleaned(value: object, line: int, notes: list[Note], depth: int) -> object:
    """Return the value without invisible characters that change the direction of reading, and add a note for each.

    Raise UnreadableDocumentError for control characters and for more than 20 levels of nesting.
    """
    if depth > _DEEPEST:
        raise UnreadableDocumentError(line, "The document nests too deep.")
    if isinstance(value, str):
        refuse_control_characters(value.replace("\r", ""), line=line)
        text, found = remove_direction_overrides(value, line=line)
        notes += found
        return text
    if isinstance(value, dict):
        return {key: _cleaned(one, line, notes, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one, line, notes, depth + 1) for one in value]
    return value


def _with_uids(body: dict[str, object], make_uid: Callable[[], UUID]) -> dict[str, object]:
    if not body.get("uid"):
        body["uid"] = str(make_uid())
    body.setdefault("slug", "")
    for name in MOST_ROWS:
        rows = body.get(name)
        if isinstance(rows, list):
            body[name] = [{"uid": str(make_uid()), **row} if isinstance(row, dict) else row for row in rows]
    return body
