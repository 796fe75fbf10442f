"""Checks that sentences are complete and quotations closed."""

from newsroom.text.markdown.tables import is_caption, is_source
from newsroom.text.quotation_marks import parse_quotations
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.prose import Block, parse_blocks
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_lines, list_narrative_texts, list_texts
from stories.documents import AnyDocument
from stories.documents.parse.words.sentences import has_end_mark

# Characters that may follow the mark at the end of a sentence, such as closing quotation marks and brackets.
CLOSING_MARKS = "\"'”’»«“‘›‹)]}」』》〉】〟*_ "
# Marks that end a sentence, in addition to the marks in the import parser: Armenian, Ethiopic, Mongolian, Tibetan and
# Devanagari marks, and variants of other marks.
MORE_END_MARKS = ("։", "՜", "՞", "።", "፧", "᠃", "།", "॥", "‥", "．", "｡", "⁇", "‽")
ATTRIBUTION_DASHES = ("—", "–", "― ", "- ")
EXCERPT_WORDS = 6
MAX_EXCERPT_LENGTH = 60  # characters


@check("text.cut-off", level=Level.BLOCKER)
def sentences_are_complete(document: AnyDocument, context: CheckContext) -> RawFindings:
    """No paragraph stops in the middle of a sentence."""
    for words, anchor in list_narrative_texts(document):
        blocks = parse_blocks(words)
        for position, block in enumerate(blocks):
            if _is_prose(block) and not _is_complete(block, is_last=position == len(blocks) - 1):
                yield f"This sentence is unfinished: “… {_last_words(block.words, len(block.words))}”.", anchor


def _is_prose(block: Block) -> bool:
    """Return whether a block should consist of whole sentences.

    This is expected of paragraphs, except block quotations, labels, attributions, links on their own,
    and the caption and source lines of tables.
    """
    return (
        block.kind == "paragraph"
        and bool(block.words)
        and not block.is_quoted
        and not block.is_label
        and not block.words.startswith(ATTRIBUTION_DASHES)
        and not (block.introduces_list and is_caption(block.words))
        and not is_source(block.words)
        and not (len(block.links) == 1 and block.links[0].words == block.words)
    )


def _is_complete(block: Block, *, is_last: bool) -> bool:
    end = block.words.rstrip(CLOSING_MARKS)
    if end.endswith((":", "：")):
        return block.introduces_list or not is_last
    return has_end_mark(end) or end.endswith(MORE_END_MARKS)


@check("text.quotation-marks", level=Level.BLOCKER)
def quotation_marks_match(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every quotation is opened and closed."""
    for words, anchor in list_texts(document):
        blocks = [block for block in parse_blocks(words) if block.kind != "code"]
        for position, block in enumerate(blocks, start=1):
            following = blocks[position].words if position < len(blocks) else ""
            yield from _iter_unmatched(block.words, anchor, document.language, following)
    for words, anchor in list_lines(document):
        yield from _iter_unmatched(words, anchor, document.language)


def _iter_unmatched(words: str, anchor: str, language: str, following: str = "") -> RawFindings:
    quotations = parse_quotations(words, language, following=following)
    for position in quotations.unclosed:
        yield f"Close the quotation that begins “{_first_words(words, position + 1)}”.", anchor
    for position in quotations.unopened:
        yield f"Open the quotation that ends “{_last_words(words, position)}”.", anchor


def _first_words(words: str, start: int) -> str:
    return " ".join(words[start : start + 2 * MAX_EXCERPT_LENGTH].split()[:EXCERPT_WORDS])[:MAX_EXCERPT_LENGTH]


def _last_words(words: str, end: int) -> str:
    return " ".join(words[max(0, end - 2 * MAX_EXCERPT_LENGTH) : end].split()[-EXCERPT_WORDS:])[-MAX_EXCERPT_LENGTH:]
