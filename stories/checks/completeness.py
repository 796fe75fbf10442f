"""Checks on the headline, the standfirst and the required sections of a story, and on incomplete imports."""

import unicodedata

from newsroom.text.fold import fold
from newsroom.text.plain import word_count
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.documents import STARTING_KINDS, AnyDocument, Explainer
from stories.documents.schema import PAPERS

MIN_HEADLINE_LENGTH = 20
MAX_HEADLINE_LENGTH = 110
MAX_SUMMARY_WORDS = 60


@check("headline.given", level=Level.BLOCKER, kind="story", overridable=False)
def headline_given(document: Explainer, context: CheckContext) -> RawFindings:
    """A story has a headline, which lists, links and feeds show."""
    if not document.headline.strip():
        yield "The story has no headline.", "headline"


@check("headline.confirmed", level=Level.BLOCKER, kind="story")
def headline_confirmed(document: Explainer, context: CheckContext) -> RawFindings:
    """An editor has confirmed the headline."""
    if document.headline.strip() and not document.headline_confirmed:
        yield "The headline is only proposed. An editor confirms it, or writes a better one.", "headline_confirmed"


@check("headline.length", level=Level.BLOCKER, kind="story")
def headline_length(document: Explainer, context: CheckContext) -> RawFindings:
    """A headline has 20 to 110 characters, so that it fits on every page and says enough."""
    length = measure_width(document.headline.strip())
    if length and not MIN_HEADLINE_LENGTH <= length <= MAX_HEADLINE_LENGTH:
        yield (
            f"The headline has {length} characters; it needs {MIN_HEADLINE_LENGTH} to {MAX_HEADLINE_LENGTH}.",
            "headline",
        )


def measure_width(line: str) -> int:
    """Return the width of a line in characters. Wide and full-width characters count as two (Unicode Annex #11)."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in unicodedata.normalize("NFC", line)
    )


@check("headline.once", level=Level.BLOCKER, kind="story")
def headline_unique(document: Explainer, context: CheckContext) -> RawFindings:
    """No other live story has the same headline; readers could not tell the two apart."""
    if fold(document.headline) in context.live_headlines:
        yield f"Another story is live under the headline “{document.headline.strip()}”.", "headline"


@check("summary.length", level=Level.BLOCKER, kind="story")
def summary_length(document: Explainer, context: CheckContext) -> RawFindings:
    """The standfirst is read in one breath: at most 60 words."""
    words = word_count(document.standfirst)
    if words > MAX_SUMMARY_WORDS:
        yield f"The standfirst has {words} words; it holds at most {MAX_SUMMARY_WORDS}.", "standfirst"


@check("sections.present", level=Level.BLOCKER, kind="story")
def required_sections(document: Explainer, context: CheckContext) -> RawFindings:
    """The four sections that readers expect are there, and none of them is empty."""
    sections = {section.kind: section for section in document.sections}
    for kind in STARTING_KINDS:
        section = sections.get(kind.code)
        if section is None:
            yield f"“{kind.heading}” is missing.", f"sections.{kind.code}"
        elif kind is PAPERS and not document.passages:
            yield f"“{section.heading}” has no passage yet.", "passages"
        elif kind is not PAPERS and not section.text.strip():
            yield f"“{section.heading}” is empty.", f"sections.{section.uid}.text"


@check("text.half", level=Level.BLOCKER)
def import_complete(document: AnyDocument, context: CheckContext) -> RawFindings:
    """A text that was imported incomplete has been completed."""
    if document.cut_off:
        yield "The text that came in stops half-way. Complete it, then clear “stops half-way”.", "cut_off"
