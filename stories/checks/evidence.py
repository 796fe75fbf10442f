"""Checks that the explaining sections of a story cite sources for figures and quotations."""

import re
from collections.abc import Iterator
from itertools import groupby

from newsroom.text.writing_systems import UNSPACED_SCRIPTS
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.prose import Block, parse_blocks
from stories.checks.quotations import parse_quotations
from stories.checks.registry import Found, check
from stories.documents import Explainer
from stories.documents.schema import BACKGROUND, BEHIND

SECTIONS = {BEHIND.code, BACKGROUND.code}
FEWEST_WORDS_QUOTED = 3
FEWEST_SIGNS_QUOTED = 8
_UNSPACED = re.compile(f"[{UNSPACED_SCRIPTS}]")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    "januar|februar|märz|mai|juni|juli|oktober|dezember|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    "janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|"
    "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
# Numbers that are dates, times, places or names, not quantities.
_NO_FIGURE = re.compile(
    rf"""
    \d{{4}}-\d{{2}}(?:-\d{{2}})?                                    # 2026-11-08
    | \b\d{{1,2}}(?:st|nd|rd|th|\.|º|er|ème)?\s+(?:(?:of|de)\s+)?(?:{_MONTHS})\b\.?(?:\s+(?:de\s+)?\d{{4}})?
    | \b(?:{_MONTHS})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?
    | \b\d{{1,2}}[:.]\d{{2}}(?:\s*(?:am|pm|a\.m\.|p\.m\.|uhr|h)\b)  # 18.30 Uhr
    | \b\d{{1,2}}:\d{{2}}\b                                         # 07:00
    | (?<![\d.,$€£¥])\b(?:1[5-9]|20|21)\d\d(?:s\b|er\b|[–/-]\d{{2,4}}\b|\b)(?![.,]?\d|\s*(?:%|per\ cent|percent))
    | \b\d+(?:st|nd|rd|th)\b                                        # 19th
    | \b[^\W\d_]+-?\d+\b                                            # M25, COVID-19
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A name with its number within a sentence: Berth 4, Apollo 11. Also common nouns that a number only identifies.
_NUMBERED = re.compile(
    r"(?<![.!?:]\s)(?<=\s)(?!(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY|CNY|INR)\b)[A-ZÀ-ÖØ-Þ]\w*\s+\d+\b(?![.,]?\d|\s*%)"
    r"|\b(?i:no\.|number|page|article|section|chapter|part|paragraph|clause|pier|berth|gate|platform|line|route|room"
    r"|floor|level|phase|grade|day|week|year|table|figure|age|aged)\s+\d+\b(?![.,]?\d|\s*%)"
)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|half)\b[\w -]{0,20}\b(?:per ?cent|million|billion|thousand|hundred)\b",
    re.IGNORECASE,
)


@check("evidence.cited", level=Level.WARNING, kind="story")
def figures_and_quotations_are_cited(document: Explainer, context: CheckContext) -> Found:
    """In what explains the story, a paragraph with a figure or a quotation says by a citation where it is from."""
    for section in document.sections:
        if section.kind in SECTIONS:
            for block in _uncited(parse_blocks(section.text)):
                if what := _claim(block, document.language):
                    yield f"{what} in “{section.heading}” has no citation.", f"sections.{section.uid}.text"


def _uncited(found: tuple[Block, ...]) -> Iterator[Block]:
    """Yield the blocks without a citation, in themselves or where they belong.

    For a table or a block quotation, a citation anywhere in it is enough. For these and for lists, a citation in the
    sentence that introduces them is enough.
    """
    lead: Block | None = None
    for together, run in groupby(found, key=_stands_in):
        members = list(run)
        if together:
            is_cited = any(block.citations for block in members) or bool(lead and lead.citations)
            if not is_cited:
                yield Block(together, " ".join(block.words for block in members), is_quoted=together == "quotation")
            lead = None
            continue
        for block in members:
            is_led = block.kind == "item" and lead is not None and bool(lead.citations)
            if block.kind in {"paragraph", "item"} and not block.citations and not is_led:
                yield block
            if block.kind != "item":
                lead = block if block.introduces_list else None


def _stands_in(block: Block) -> str:
    return "quotation" if block.is_quoted else "table" if block.kind == "cell" else ""


def _claim(block: Block, language: str) -> str:
    """Return what in a block needs a source, as the beginning of a sentence, or an empty string."""
    if block.is_quoted and block.words:
        return f"The quotation “{_shortened(block.words)}”"
    for start, end in parse_quotations(block.words, language).spans:
        quoted = block.words[start + 1 : end - 1]
        if len(quoted.split()) >= FEWEST_WORDS_QUOTED or len(_UNSPACED.findall(quoted)) >= FEWEST_SIGNS_QUOTED:
            return f"The quotation “{_shortened(quoted)}”"
    if figure := _figure(block.words):
        return f"The figure in “{figure}”"
    return ""


def _figure(words: str) -> str:
    """Return the first figure of ``words`` with the words around it, or an empty string."""
    hidden = words
    for pattern in (_NO_FIGURE, _NUMBERED):
        hidden = pattern.sub(lambda match: "_" * len(match[0]), hidden)
    match = _FIGURE.search(hidden)
    if match is None:
        return ""
    before, after = words[: match.start()].split(" "), words[match.start() :].split(" ")
    return _shortened(" ".join([*before[-3:], *after[:3]]).replace("  ", " ").strip())


def _shortened(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57].rstrip()} …"
