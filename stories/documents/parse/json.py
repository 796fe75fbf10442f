"""Parse JSON into a document with notes."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Never
from uuid import UUID, uuid4

from stories.documents.parse.body import build_document
from stories.documents.parse.notes import ParsedDocument, UnreadableDocumentError


def parse_json(text: str, *, make_uid: Callable[[], UUID] = uuid4) -> ParsedDocument:
    """Return the document in ``text``, JSON that follows the schema of a document.

    Raise UnreadableDocumentError, with the line and the reason, if ``text`` is not JSON (RFC 8259), repeats a
    name within an object, or is not a document.
    """
    try:
        body = json.loads(text, object_pairs_hook=_refuse_duplicate_names, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise UnreadableDocumentError(error.lineno, f"This is not JSON: {error.msg} (column {error.colno}).") from error
    except RecursionError as error:
        raise UnreadableDocumentError(1, "The document is nested too deeply.") from error
    except ValueError as error:
        raise UnreadableDocumentError(1, f"This JSON can’t be imported: {error}") from error
    if not isinstance(body, dict):
        raise UnreadableDocumentError(1, "The file must be a JSON object with “kind”, “uid” and the other fields.")
    return build_document(body, line=1, make_uid=make_uid)


def _refuse_duplicate_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names_to_values = dict(pairs)
    if len(names_to_values) != len(pairs):
        duplicate, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise UnreadableDocumentError(1, f"“{duplicate[:80]}” is given twice.")
    return names_to_values


def _refuse_constant(name: str) -> Never:
    raise UnreadableDocumentError(1, f"{name} is not a JSON number.")
