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
from stories.documents.as_shown import as_shown


@check("answers.expired", level=Level.BLOCKER, kind="question")
def answers_are_valid_when_published(document: QuestionPage, context: CheckContext) -> RawFindings:
    """No answer expires before it is published, or before the day on which it was true."""
    shown = as_shown(document)
    answers = [("short answer", shown.short_answer_as_of, shown.short_answer_expires_on, "short_answer_expires_on")]
    answers += [
        (f"answer to “{each.question}”", each.as_of, each.expires_on, f"answers.{each.uid}.expires_on")
        for each in document.answers
    ]
    for name, as_of, expires_on, anchor in answers:
        if expires_on is None:
            continue
        if as_of and expires_on < as_of:
            yield f"The {name} expires before the day on which it was true.", anchor
        elif context.at and expires_on < timezone.localdate(context.at):
            yield f"The {name} expires before it is published.", anchor


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
