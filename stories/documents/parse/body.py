"""Build documents from untrusted plain values, and describe validation errors in plain language."""

from collections.abc import Callable, Mapping
from uuid import UUID

from pydantic import ValidationError

from stories.documents import MAX_ROWS, UnknownSchemaError, upgrade
from stories.documents.parse.decode import refuse_control_characters, remove_direction_overrides
from stories.documents.parse.notes import Note, ParsedDocument, UnreadableDocumentError

_MAX_DEPTH = 20
_MAX_ERRORS = 3
_ERROR_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
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
    "string_pattern_mismatch": "has an unknown value",
    "literal_error": "has an unknown value",
}


def build_document(body: Mapping[str, object], *, line: int, make_uid: Callable[[], UUID]) -> ParsedDocument:
    """Return the document in ``body`` with new uids in place of missing ones, and notes on removed characters.

    Raise UnreadableDocumentError, with ``line``, if ``body`` is not a valid document.
    """
    has_own_uid = bool(body.get("uid"))
    notes: list[Note] = []
    clean = _clean(dict(body), line, notes, 0)
    if not isinstance(clean, dict):
        raise UnreadableDocumentError(line, "This is not a story or a question.")
    try:
        document = upgrade(_with_uids(clean, make_uid))
    except UnknownSchemaError as error:
        raise UnreadableDocumentError(line, str(error)) from error
    except ValidationError as error:
        raise UnreadableDocumentError(line, describe_errors(error)) from error
    return ParsedDocument(document, tuple(dict.fromkeys(notes)), has_own_uid)


def describe_errors(error: ValidationError) -> str:
    """Return sentences that describe the first few errors and give the number of the others."""
    errors = error.errors(include_url=False, include_input=False)
    sentences = [
        _describe_error(str(each["type"]), each["loc"], str(each["msg"]), each.get("ctx", {}))
        for each in errors[:_MAX_ERRORS]
    ]
    more = len(errors) - len(sentences)
    return " ".join(sentences) + (f" And {more} more." if more else "")


def _describe_error(kind: str, path: tuple[int | str, ...], message: str, context: Mapping[str, object]) -> str:
    if kind == "value_error":
        return str(context.get("error", message))
    field = ", ".join(f"number {step + 1}" if isinstance(step, int) else f"“{step}”" for step in path) or "The document"
    if kind == "string_too_long":
        return f"{field} is longer than {context.get('max_length')} characters."
    if kind == "string_pattern_mismatch" and path[-1:] == ("url",):
        return f"{field} is not a web address."
    return f"{field} {_ERROR_MESSAGES.get(kind, 'is not valid')}."


def _clean(value: object, line: int, notes: list[Note], depth: int) -> object:
    """Return the value without characters that override the text direction, and add a note for each changed text.

    Raise UnreadableDocumentError for control characters, for surrogates and for nesting deeper than ``_MAX_DEPTH``.
    """
    if depth > _MAX_DEPTH:
        raise UnreadableDocumentError(line, "The document is nested too deeply.")
    if isinstance(value, str):
        refuse_control_characters(value.replace("\r", ""), line=line)
        text, direction_notes = remove_direction_overrides(value, line=line)
        notes += direction_notes
        return text
    if isinstance(value, dict):
        return {key: _clean(each, line, notes, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each, line, notes, depth + 1) for each in value]
    return value


def _with_uids(body: dict[str, object], make_uid: Callable[[], UUID]) -> dict[str, object]:
    if not body.get("uid"):
        body["uid"] = str(make_uid())
    body.setdefault("slug", "")
    for name in MAX_ROWS:
        _add_uids(body, name, make_uid)
    claims = body.get("claims")
    for claim in claims if isinstance(claims, list) else ():
        if isinstance(claim, dict):
            _add_uids(claim, "cells", make_uid)
    return body


def _add_uids(body: dict[str, object], name: str, make_uid: Callable[[], UUID]) -> None:
    """Give a uid to each row without one."""
    rows = body.get(name)
    if isinstance(rows, list):
        body[name] = [{"uid": str(make_uid()), **row} if isinstance(row, dict) else row for row in rows]
