"""Export a document as plain text, as Markdown with front matter, or as JSON, using only the document itself."""

import json
from collections.abc import Callable

from stories.documents import AnyDocument
from stories.documents.export.markdown import to_markdown
from stories.documents.export.text import to_text

__all__ = ["EXPORTERS", "to_json", "to_markdown", "to_text"]


def to_json(document: AnyDocument) -> str:
    """Return the document as indented JSON that follows its schema, with non-ASCII characters unescaped."""
    return json.dumps(document.body(), ensure_ascii=False, indent=2) + "\n"


EXPORTERS: dict[str, Callable[[AnyDocument], str]] = {"text": to_text, "markdown": to_markdown, "json": to_json}
