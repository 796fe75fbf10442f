"""Checks of the days of answers: those that may change have one, and none expires before it is published."""

from functools import cache

from django.utils import timezone

from newsroom.text.vocabulary import Phrases, load_vocabulary, tokenize
from stories.checks.context import CheckContext
from stories.checks.evidence import find_figure
from stories.checks.findings import Level
from stories.checks.prose import parse_blocks
from stories.checks.registry import RawFindings, check
from stories.documents import QuestionPage


@check("answers.expired", level=Level.BLOCKER, kind="question")
def answers_are_valid_when_published(document: QuestionPage, context: CheckContext) -> RawFindings:
    """No answer expires before it is published."""
    if context.at is None:
        return
    today = timezone.localdate(context.at)
    if document.short_answer_expires_on and document.short_answer_expires_on < today:
        yield "The short answer expires before it is published.", "short_answer_expires_on"
    for answer in document.answers:
        if answer.expires_on and answer.expires_on < today:
            yield (
                f"The answer to “{answer.question}” expires before it is published.",
                f"answers.{answer.uid}.expires_on",
            )


@check("answers.as-of", level=Level.WARNING, kind="question")
def answers_that_may_change_have_days(document: QuestionPage, context: CheckContext) -> RawFindings:
    """An answer has a date if it has a figure or a word such as “so far”."""
    for answer in document.answers:
        if answer.as_of is None and _may_change(answer.text, document.language):
            yield (
                f"The answer to “{answer.question}” has a figure or a word such as “so far”, but no date.",
                f"answers.{answer.uid}.as_of",
            )


def _may_change(text: str, language: str) -> bool:
    return any(find_figure(block.words) or _is_provisional(block.words, language) for block in parse_blocks(text))


def _is_provisional(words: str, language: str) -> bool:
    """Return whether ``words`` say that a statement holds for the time being; false for a language without a list."""
    if not (phrases := _load_provisional_phrases(language)):
        return False
    tokens = tokenize(words)
    return any(phrases.match(tokens, index) for index in range(len(tokens)))


@cache
def _load_provisional_phrases(language: str) -> Phrases[str] | None:
    vocabulary = load_vocabulary(language)
    return vocabulary.phrases("expiry", "provisional") if vocabulary else None
