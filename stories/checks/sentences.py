"""Checks that sentences are complete and quotations closed."""

from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.prose import Block, parse_blocks
from stories.checks.quotations import parse_quotations
from stories.checks.registry import Found, check
from stories.checks.texts import list_lines, list_narrative_texts, list_texts
from stories.documents import AnyDocument
from stories.documents.parse.words.sentences import has_end_mark

# What may follow the last mark of a sentence: closing quotation marks and brackets of any script.
CLOSERS = "\"'”’»«“‘›‹)]}」』》〉】〟*_ "
# Marks that end a sentence, besides those that the import parser knows: Armenian, Ethiopic, Mongolian, Tibetan,
# Urdu, Devanagari.
MORE_MARKS = ("։", "՜", "՞", "።", "፧", "᠃", "།", "॥", "‥", "．", "｡", "⁇", "‽")
ATTRIBUTION = ("—", "–", "― ", "- ")
SHOWN_WORDS = 6
SHOWN = 60  # characters


@check("text.cut-off", level=Level.BLOCKER)
def no_sentence_stops_half_way(document: AnyDocument, context: CheckContext) -> Found:
    """No paragraph stops in the middle of a sentence."""
    for words, anchor in list_narrative_texts(document):
        found = parse_blocks(words)
        for place, block in enumerate(found):
            if _is_prose(block) and not _ends(block, is_last=place == len(found) - 1):
                yield (
                    f"The text stops in the middle of a sentence: “… {_last_words(block.words, len(block.words))}”.",
                    anchor,
                )


def _is_prose(block: Block) -> bool:
    """Return whether a block is a paragraph of sentences.

    Lists, headings, quotations, labels, signatures and lone links are not.
    """
    return (
        block.kind == "paragraph"
        and bool(block.words)
        and not block.is_quoted
        and not block.is_label
        and not block.words.startswith(ATTRIBUTION)
        and not (len(block.links) == 1 and block.links[0].words == block.words)
    )


def _ends(block: Block, *, is_last: bool) -> bool:
    end = block.words.rstrip(CLOSERS)
    if end.endswith((":", "：")):
        return block.introduces_list or not is_last
    return has_end_mark(end) or end.endswith(MORE_MARKS)


@check("text.quotation-marks", level=Level.BLOCKER)
def quotation_marks_pair(document: AnyDocument, context: CheckContext) -> Found:
    """Every quotation that opens is closed, so that readers know whose words they read."""
    for words, anchor in list_texts(document):
        found = [block for block in parse_blocks(words) if block.kind != "code"]
        for place, block in enumerate(found, start=1):
            following = found[place].words if place < len(found) else ""
            yield from _unpaired(block.words, anchor, document.language, following)
    for words, anchor in list_lines(document):
        yield from _unpaired(words, anchor, document.language)


def _unpaired(words: str, anchor: str, language: str, following: str = "") -> Found:
    found = parse_quotations(words, language, following=following)
    for place in found.unclosed:
        yield f"The quotation that begins “{_first_words(words, place + 1)}” is never closed.", anchor
    for place in found.unopened:
        yield f"The quotation that ends “{_last_words(words, place)}” was never opened.", anchor


def _first_words(words: str, start: int) -> str:
    return " ".join(words[start : start + 2 * SHOWN].split()[:SHOWN_WORDS])[:SHOWN]


def _last_words(words: str, end: int) -> str:
    return " ".join(words[max(0, end - 2 * SHOWN) : end].split()[-SHOWN_WORDS:])[-SHOWN:]
