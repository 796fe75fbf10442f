"""Limits on the text of a page. The time for parsing Markdown depends more on its lines and marks than on its words."""

import re
from collections.abc import Iterable
from itertools import chain, islice

MAX_TEXT_LENGTH = 200_000  # characters
# For all texts of a page together: about 100,000 words. Comparing two such pages word by word takes seconds.
MAX_CHARACTERS = 600_000
# For all texts of a page together: as many as in more than 200 printed pages of prose. Rendering one mark can take
# 0.1 milliseconds.
MAX_MARKS = 25_000
# The characters at which the parser ends a run of plain text, and the borders of table cells. An escape counts as one
# mark, and so does a line ending.
_MARK = re.compile(r"\\.|\r\n?|[\n$%&*+:<=>@[\\\]^_`{|}~-]")
_EXCERPT_LENGTH = 40


def describe_excess(texts: Iterable[str]) -> str:
    """Return a sentence explaining why the texts are too large for one page, or an empty string if they are not."""
    parts = list(texts)
    for text in parts:
        if len(text) > MAX_TEXT_LENGTH:
            return f"“{text[:_EXCERPT_LENGTH].strip()}…” is longer than {MAX_TEXT_LENGTH:,} characters: split it up."
    if sum(map(len, parts)) > MAX_CHARACTERS:
        return f"There are more than {MAX_CHARACTERS:,} characters: split it into several pages."
    marks = chain.from_iterable(map(_MARK.finditer, parts))
    if any(islice(marks, MAX_MARKS, None)):
        return f"There are more than {MAX_MARKS:,} lines, brackets, stars and such marks: split it into several pages."
    return ""
