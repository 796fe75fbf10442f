"""How much Markdown one page may hold: each line and each mark takes its parser a step, plain words between them none."""

import re
from collections.abc import Iterable
from itertools import chain, islice

LONGEST_TEXT = 200_000  # characters
# Of all texts of a page together: 100,000 words. Two such pages are compared word by word in seconds.
MOST_CHARACTERS = 600_000
# Of all texts of a page together: over 200 pages of prose. Each may cost a tenth of a millisecond until it is shown.
MOST_MARKS = 25_000
# Where words end for the parser, and the borders of table cells. What is escaped is one mark, as is a line's end.
_MARK = re.compile(r"\\.|\r\n?|[\n$%&*+:<=>@[\\\]^_`{|}~-]")
_SHOWN = 40


def excess_in(texts: Iterable[str]) -> str:
    """Return in a sentence what is too much for one page, empty where nothing is."""
    parts = list(texts)
    for text in parts:
        if len(text) > LONGEST_TEXT:
            return f"“{text[:_SHOWN].strip()}…” is longer than {LONGEST_TEXT:,} characters: split it up."
    if sum(map(len, parts)) > MOST_CHARACTERS:
        return f"There are more than {MOST_CHARACTERS:,} characters: split it into several pages."
    marks = chain.from_iterable(map(_MARK.finditer, parts))
    if any(islice(marks, MOST_MARKS, None)):
        return f"There are more than {MOST_MARKS:,} lines, brackets, stars and such marks: split it into several pages."
    return ""
