"""Checks on the headline, the standfirst and the required sections of a story, and on incomplete imports."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from newsroom.text.fold import fold
from newsroom.text.markdown.dates import parse_partial_date
from newsroom.text.plain import word_count
from stories.checks.context import CONFIRM_TITLES, CheckContext
from stories.checks.findings import Level, NewSection
from stories.checks.prose import parse_blocks
from stories.checks.registry import RawFindings, check
from stories.documents import STARTING_KINDS, AnyDocument, Explainer
from stories.documents.schema import PAPERS, TIMELINE, UNKNOWNS

MIN_HEADLINE_LENGTH = 20
MAX_HEADLINE_LENGTH = 110
MAX_SUMMARY_WORDS = 60
# The dates at the start of the entries of a timeline: “2026-11-08 18:00 — words” and “**8 November 2026:** words”.
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BEFORE_ENTRY = re.compile(r"[^—–:：]{1,40}")


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
            # The form cannot add the section of the passages, which is there as soon as it has a passage.
            adds = () if kind is PAPERS else (NewSection(kind.code, kind.heading),)
            yield f"Add the section “{kind.heading}”.", f"sections.{kind.code}", *adds
        elif kind is PAPERS and not document.passages:
            yield f"Add a passage to “{section.heading}”.", "passages"
        elif kind is not PAPERS and not section.text.strip():
            yield f"Add text to “{section.heading}”.", f"sections.{section.uid}.text"


@check("sections.unknowns", level=Level.HINT, kind="story")
def unknowns_are_given(document: Explainer, context: CheckContext) -> RawFindings:
    """A story whose timeline goes on into the future says what isn’t known yet."""
    if context.at is None or any(section.kind == UNKNOWNS.code for section in document.sections):
        return
    for section in document.sections:
        if section.kind == TIMELINE.code and any(day > context.at.date() for day in _iter_days(section.text)):
            yield (
                "The timeline has a date in the future. Say what isn’t known yet.",
                f"sections.{UNKNOWNS.code}",
                NewSection(UNKNOWNS.code, UNKNOWNS.heading),
            )


def _iter_days(timeline: str) -> Iterator[date]:
    """Yield the days of the entries of a timeline that are written out with their year."""
    for block in parse_blocks(timeline):
        if block.kind == "item":
            written = _ISO_DAY.match(block.words) or _BEFORE_ENTRY.match(block.words)
            moment = parse_partial_date(written[0].strip()) if written else None
            if moment and moment.day:
                yield moment.day


@check("text.half", level=Level.BLOCKER)
def import_complete(document: AnyDocument, context: CheckContext) -> RawFindings:
    """An imported text is complete."""
    if document.cut_off:
        yield "The imported text is incomplete. Finish it, then untick “Text is incomplete”.", "cut_off"
