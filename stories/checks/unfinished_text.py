"""Checks for placeholders, relative days such as “today”, and forecasts."""

import re

from newsroom.text.quotation_marks import parse_quotations
from stories.checks.context import CheckContext
from stories.checks.findings import Level, NewSection
from stories.checks.prose import parse_blocks
from stories.checks.registry import RawFindings, check
from stories.checks.texts import PlacedText, list_lines, list_texts, list_verbatim_lines
from stories.documents import AnyDocument, Explainer
from stories.documents.schema import HAPPENED, NEXT

PLACEHOLDERS = re.compile(
    r"\b(?:TK|TKTK|TKK|XXX+|FIXME|TBC|TBA)\b|(?i:\blorem\s+ipsum\b)|[\[(]\s*(?:\.\s?\.\s?\.|…|tk|todo|xxx)\s*[\])]"
)
TODO = re.compile(r"\bTODO\b")
LANGUAGES_WITH_TODO = {"es", "gl", "pt"}  # languages in which “todo” is a word

RELATIVE_DAYS = {
    "en": re.compile(
        r"\b(?:today|tonight|yesterday|tomorrow|(?<!the )(?<!his )(?<!her )(?<!their )(?<!our )(?<!its )(?<![’']s )last night|this (?:morning|afternoon|evening))\b"
    ),
    "de": re.compile(r"\b(?:heute|gestern|vorgestern|morgen|übermorgen)\b"),
    "es": re.compile(r"\b(?:hoy|ayer|anteayer|anoche|pasado mañana)\b"),
    "fr": re.compile(r"\b(?:aujourd[’']hui|hier|avant-hier|demain|après-demain)\b"),
    "ar": re.compile(r"(?<!\w)(?:أمس|غدًا|غداً|البارحة)(?!\w)"),
}
FORECASTS = {
    "en": re.compile(
        r"(?<!\bthe )(?<!\ba )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bits )(?<!\bour )(?<!\bmy )(?<!\bof )(?<!\bat )"
        r"(?<!free )(?<!good )(?<!ill )(?<!political )\bwill\b(?! and testament| [A-Z])|\bwon[’']t\b|(?<=\w)[’']ll\b"
        r"|\b(?:un)?likely\b|\bprobably\b|\b(?:is|are|was|were) (?:expected|set|due|bound|poised|forecast) to\b"
    ),
    "de": re.compile(r"\b(?:voraussichtlich|wahrscheinlich|vermutlich)\b"),
    "es": re.compile(r"\b(?:probablemente|se espera que|se prevé)\b"),
    "fr": re.compile(r"\b(?:probablement|vraisemblablement|devrait|devraient)\b"),
}
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s+|[—–]\s*)(\w)")


def _get_language(document: AnyDocument) -> str:
    return document.language.split("-")[0].lower()


def _list_plain_words(document: AnyDocument) -> list[PlacedText]:
    """Return the plain text of every line and of every block that is checked."""
    from_texts = [
        PlacedText(block.words, anchor) for source, anchor in list_texts(document) for block in parse_blocks(source)
    ]
    return [*list_lines(document), *list_verbatim_lines(document), *from_texts]


def _remove_quotations(words: str, language: str) -> str:
    """Return ``words`` with quotations blanked out and with the first letter of each sentence in lower case.

    Names within sentences keep their capitals, so that they do not match as ordinary words.
    """
    outside = parse_quotations(words, language).blank_out(words)
    return _SENTENCE_START.sub(lambda match: match[0].lower(), outside)


@check("text.placeholder", level=Level.BLOCKER)
def no_placeholders(document: AnyDocument, context: CheckContext) -> RawFindings:
    """No placeholder is left in the text: TK, TODO, XXX, lorem ipsum, “[...]”."""
    for words, anchor in _list_plain_words(document):
        match = PLACEHOLDERS.search(words) or (
            _get_language(document) not in LANGUAGES_WITH_TODO and TODO.search(words)
        )
        if match:
            yield f"Remove the placeholder “{match[0]}”.", anchor


@check("text.day", level=Level.WARNING)
def days_have_dates(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Days are given as dates."""
    language = _get_language(document)
    if language not in RELATIVE_DAYS:
        return
    for source, anchor in list_texts(document):
        for block in parse_blocks(source):
            if not block.is_quoted and block.kind != "code":
                yield from _iter_relative_days(block.words, anchor, language)
    for words, anchor in list_lines(document):
        yield from _iter_relative_days(words, anchor, language)


def _iter_relative_days(words: str, anchor: str, language: str) -> RawFindings:
    for day in dict.fromkeys(RELATIVE_DAYS[language].findall(_remove_quotations(words, language))):
        yield f"Replace “{day}” with the date.", anchor


@check("happened.forecast", level=Level.WARNING, kind="story")
def what_happened_has_no_forecasts(document: Explainer, context: CheckContext) -> RawFindings:
    """“What’s happened” contains no forecasts."""
    language = _get_language(document)
    if language not in FORECASTS:
        return
    has_next = any(section.kind == NEXT.code for section in document.sections)
    advice = "Move it to “What happens next”." if has_next else "Add “What happens next” and move it there."
    adds = () if has_next else (NewSection(NEXT.code, NEXT.heading),)
    for section in document.sections:
        if section.kind == HAPPENED.code:
            for block in parse_blocks(section.text):
                if not block.is_quoted and block.kind != "code":
                    for word in dict.fromkeys(FORECASTS[language].findall(_remove_quotations(block.words, language))):
                        yield f"“{word}” is about the future. {advice}", f"sections.{section.uid}.text", *adds
