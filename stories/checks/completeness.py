"""Checks on the headline, the standfirst and the required sections of a story, and on incomplete imports."""

import unicodedata

from newsroom.text.fold import fold
from newsroom.text.plain import word_count
from stories.checks.context import CONFIRM_TITLES, CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.documents import STARTING_KINDS, AnyDocument, Explainer
from stories.documents.schema import PAPERS

MIN_HEADLINE_LENGTH = 20
MAX_HEADLINE_LENGTH = 110
MAX_SUMMARY_WORDS = 60


@check("headline.given", level=Level.BLOCKER, kind="story", overridable=False)
def headline_given(document: Explainer, context: CheckContext) -> RawFindings:
    """Every story has a headline."""
    if not document.headline.strip():
        yield "Add a headline.", "headline"


@check("headline.confirmed", level=Level.BLOCKER, kind="story", permission=CONFIRM_TITLES)
def headline_confirmed(document: Explainer, context: CheckContext) -> RawFindings:
    """An editor has confirmed the headline."""
    if context.needs_confirmation(document.headline, is_ticked=document.headline_confirmed):
        if CONFIRM_TITLES in context.lacking:
            yield "An editor confirms the headline when approving.", "headline"
        else:
            yield "Confirm the headline.", "headline_confirmed"


@check("headline.length", level=Level.BLOCKER, kind="story")
def headline_length(document: Explainer, context: CheckContext) -> RawFindings:
    """A headline has 20 to 110 characters."""
    length = measure_width(document.headline.strip())
    if length and not MIN_HEADLINE_LENGTH <= length <= MAX_HEADLINE_LENGTH:
        yield (
            f"The headline has {length} characters. Use {MIN_HEADLINE_LENGTH} to {MAX_HEADLINE_LENGTH}.",
            "headline",
        )


def measure_width(line: str) -> int:
    """Return the width of a line in characters. Wide and full-width characters count as two (Unicode Annex #11)."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in unicodedata.normalize("NFC", line)
    )


@check("headline.once", level=Level.BLOCKER, kind="story")
def headline_unique(document: Explainer, context: CheckContext) -> RawFindings:
    """No other live story has the same headline."""
    if fold(document.headline) in context.live_headlines:
        yield f"Another live story has the headline “{document.headline.strip()}”. Reword this one.", "headline"


@check("summary.length", level=Level.BLOCKER, kind="story")
def summary_length(document: Explainer, context: CheckContext) -> RawFindings:
    """The standfirst has at most 60 words."""
    words = word_count(document.standfirst)
    if words > MAX_SUMMARY_WORDS:
        yield f"The standfirst has {words} words. Use at most {MAX_SUMMARY_WORDS}.", "standfirst"


@check("sections.present", level=Level.BLOCKER, kind="story")
def required_sections(document: Explainer, context: CheckContext) -> RawFindings:
    """The four standard sections have text."""
    sections = {section.kind: section for section in document.sections}
    for kind in STARTING_KINDS:
        section = sections.get(kind.code)
        if section is None:
            yield f"Add the section “{kind.heading}”.", f"sections.{kind.code}"
        elif kind is PAPERS and not document.passages:
            yield f"Add a passage to “{section.heading}”.", "passages"
        elif kind is not PAPERS and not section.text.strip():
            yield f"Add text to “{section.heading}”.", f"sections.{section.uid}.text"


@check("text.half", level=Level.BLOCKER)
def import_complete(document: AnyDocument, context: CheckContext) -> RawFindings:
    """An imported text is complete."""
    if document.cut_off:
        yield "The imported text is incomplete. Finish it, then untick “Text is incomplete”.", "cut_off"
