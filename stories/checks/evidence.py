"""Checks that the explanatory sections of a story cite sources for figures and quotations."""

import re
from collections.abc import Iterator
from itertools import groupby

from newsroom.text.markdown.tables import is_source
from newsroom.text.quotation_marks import parse_quotations
from newsroom.text.writing_systems import UNSPACED_SCRIPTS
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.prose import Block, parse_blocks
from stories.checks.registry import RawFindings, check
from stories.documents import Explainer
from stories.documents.schema import BACKGROUND, BEHIND

EXPLAINING_SECTIONS = {BEHIND.code, BACKGROUND.code}
MIN_QUOTED_WORDS = 3
MIN_QUOTED_UNSPACED_CHARACTERS = 8
_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED_SCRIPTS}]")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    "januar|februar|märz|mai|juni|juli|oktober|dezember|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    "janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|"
    "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
# Matches numbers in dates, times, ordinals and names, which are not quantities.
_NOT_QUANTITIES = re.compile(
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
# Matches numbered names within a sentence, such as “Apollo 11”, and common nouns with a number that only identifies
# them, such as “page 4”.
_NUMBERED_NAMES = re.compile(
    r"(?<![.!?:]\s)(?<=\s)(?!(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY|CNY|INR)\b)[A-ZÀ-ÖØ-Þ]\w*\s+\d+\b(?![.,]?\d|\s*%)"
    r"|\b(?i:no\.|number|page|article|section|chapter|part|paragraph|clause|pier|berth|gate|platform|line|route|room"
    r"|floor|level|phase|grade|day|week|year|table|figure|age|aged)\s+\d+\b(?![.,]?\d|\s*%)"
)
_QUANTITY = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|half)\b[\w -]{0,20}\b(?:per ?cent|million|billion|thousand|hundred)\b",
    re.IGNORECASE,
)


@check("evidence.cited", level=Level.WARNING, kind="story")
def figures_and_quotations_are_cited(document: Explainer, context: CheckContext) -> RawFindings:
    """Figures and quotations in the explanatory sections have a source."""
    for section in document.sections:
        if section.kind in EXPLAINING_SECTIONS:
            for block in _iter_uncited_blocks(parse_blocks(section.text)):
                if claim := _describe_claim(block, document.language):
                    yield f"Cite a source for {claim}.", f"sections.{section.uid}.text"


def _iter_uncited_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield the paragraphs, list items, tables and block quotations without a citation.

    A citation anywhere in a table or a block quotation is enough. For tables, block quotations and lists, a citation in
    the paragraph that introduces them is enough too, and for tables one in the caption line or the source line.
    """
    introduction: Block | None = None
    groups = [(container, list(group)) for container, group in groupby(blocks, key=_get_container)]
    for place, (container, group_blocks) in enumerate(groups):
        if container:
            is_cited = any(block.citations for block in group_blocks) or bool(introduction and introduction.citations)
            if container == "table" and place + 1 < len(groups):
                after = groups[place + 1][1][0]
                is_cited = is_cited or (is_source(after.words) and bool(after.citations))
            if not is_cited:
                yield Block(
                    container, " ".join(block.words for block in group_blocks), is_quoted=container == "quotation"
                )
            introduction = None
            continue
        for block in group_blocks:
            has_cited_introduction = block.kind == "item" and introduction is not None and bool(introduction.citations)
            if block.kind in {"paragraph", "item"} and not block.citations and not has_cited_introduction:
                yield block
            if block.kind != "item":
                introduction = block if block.introduces_list else None


def _get_container(block: Block) -> str:
    """Return the kind of container of a block: ``quotation``, ``table`` or, outside both, an empty string."""
    return "quotation" if block.is_quoted else "table" if block.kind == "cell" else ""


def _describe_claim(block: Block, language: str) -> str:
    """Return the quotation or the figure that needs a source, or an empty string."""
    if block.is_quoted and block.words:
        return f"the quotation “{shorten(block.words)}”"
    for start, end in parse_quotations(block.words, language).spans:
        quotation = block.words[start + 1 : end - 1]
        if (
            len(quotation.split()) >= MIN_QUOTED_WORDS
            or len(_UNSPACED_CHARACTER.findall(quotation)) >= MIN_QUOTED_UNSPACED_CHARACTERS
        ):
            return f"the quotation “{shorten(quotation)}”"
    if figure := find_figure(block.words):
        return f"the figure in “{figure}”"
    return ""


def find_figure(words: str) -> str:
    """Return the first figure in ``words`` with the words around it, or an empty string."""
    masked = words
    for pattern in (_NOT_QUANTITIES, _NUMBERED_NAMES):
        masked = pattern.sub(lambda match: "_" * len(match[0]), masked)
    match = _QUANTITY.search(masked)
    if match is None:
        return ""
    before, after = words[: match.start()].split(" "), words[match.start() :].split(" ")
    return shorten(" ".join([*before[-3:], *after[:3]]).replace("  ", " ").strip())


def shorten(words: str) -> str:
    """Return the beginning of a text, for a message."""
    return words if len(words) <= 60 else f"{words[:57].rstrip()} …"
