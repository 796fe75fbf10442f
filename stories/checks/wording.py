"""Is anything left that was never meant for readers?"""

import re

from stories.checks.context import Context
from stories.checks.finding import Level
from stories.checks.registry import Found, check
from stories.checks.texts import texts
from stories.documents import AnyDocument

PLACEHOLDER = re.compile(r"\b(?:TK|TKTK|TODO|XXX)\b|(?i:lorem ipsum)|\[\.\.\.\]|\[…\]")


@check("text.placeholder", level=Level.BLOCKER)
def no_placeholders(document: AnyDocument, context: Context) -> Found:
    """Texts without the marks that writers leave for themselves."""
    for text, anchor in texts(document):
        if found := PLACEHOLDER.search(text):
            yield f"“{found[0]}” stands in the text as if something were still to come.", anchor
