"""Checks that a question is confirmed, worded as a question, answered, and asked only once."""

from datetime import date

from newsroom.text.markdown import citation_numbers
from newsroom.text.plain import word_count
from stories.checks.context import CONFIRM_TITLES, CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.similarity import MIN_SIMILARITY, get_stems, jaccard_index
from stories.documents import QuestionPage
from stories.documents.days import format_day

# The ASCII, Arabic, full-width, double, Armenian, Ethiopic and Greek marks. Greek also uses a semicolon.
QUESTION_MARKS = ("?", "؟", "？", "⁇", "՞", "፧", "\u037e")
GREEK_QUESTION_MARK = ";"
MIN_SHORT_ANSWER_WORDS = 25
MAX_SHORT_ANSWER_WORDS = 40
CLOSING_MARKS = "\"'”’»“)]"


def ends_as_question(words: str, language: str) -> bool:
    """Return whether ``words`` ends in one of ``QUESTION_MARKS`` or, in Greek, in a semicolon.

    Closing quotation marks and brackets may follow the mark.
    """
    marks = (*QUESTION_MARKS, GREEK_QUESTION_MARK) if language.split("-")[0].lower() == "el" else QUESTION_MARKS
    return words.strip().rstrip(CLOSING_MARKS).endswith(marks)


@check("question.given", level=Level.BLOCKER, kind="question", overridable=False)
def question_given(document: QuestionPage, context: CheckContext) -> RawFindings:
    """Every question page has a question."""
    if not document.question.strip():
        yield "Add the question.", "question"


@check("question.confirmed", level=Level.BLOCKER, kind="question", permission=CONFIRM_TITLES)
def question_confirmed(document: QuestionPage, context: CheckContext) -> RawFindings:
    """An editor has confirmed the wording."""
    if context.needs_confirmation(document.question, is_ticked=document.question_confirmed):
        if CONFIRM_TITLES in context.lacking:
            yield "An editor confirms the question when approving.", "question"
        else:
            yield "Confirm the question.", "question_confirmed"


@check("question.mark", level=Level.BLOCKER, kind="question")
def questions_end_in_question_mark(document: QuestionPage, context: CheckContext) -> RawFindings:
    """Every question ends in a question mark."""
    if document.question.strip() and not ends_as_question(document.question, document.language):
        yield "End the question with a question mark.", "question"
    for answer in document.answers:
        if answer.question.strip() and not ends_as_question(answer.question, document.language):
            yield f"End “{answer.question}” with a question mark.", f"answers.{answer.uid}.question"


@check("question.state", level=Level.BLOCKER, kind="question")
def answered_question_has_answers(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A question that is marked as answered has an answer."""
    if document.state == "answered" and not any(answer.text.strip() for answer in document.answers):
        yield "The question is marked as answered, but has no answer.", "state"


@check("question.answers", level=Level.BLOCKER, kind="question")
def question_has_answers(document: QuestionPage, context: CheckContext) -> RawFindings:
    """Every question has an answer, or is not known yet and the page says what would answer it."""
    if document.state == "open":
        if not (document.answers or document.missing.strip()):
            yield "Add an answer, or say what would answer the question.", "missing"
        if document.missing.strip():
            return
    elif not document.answers:
        yield "Add an answer.", "answers"
    for answer in document.answers:
        if not answer.text.strip():
            yield f"Add an answer to “{answer.question}”.", f"answers.{answer.uid}.text"


@check("question.short-answer", level=Level.WARNING, kind="question")
def question_has_short_answer(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A short answer has a source and a date, and every question without a state has a short answer."""
    if not document.short_answer.strip():
        if not document.state:
            yield "The short answer is missing.", "short_answer"
        return
    if not citation_numbers(document.short_answer):
        yield "Cite a source in the short answer.", "short_answer"
    if document.short_answer_as_of is None:
        yield "Add the day on which the short answer was true.", "short_answer_as_of"


@check("question.short-answer-given", level=Level.BLOCKER, kind="question")
def known_answer_is_given_in_short(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A question that is partly answered or answered has a short answer."""
    if document.state in {"partly", "answered"} and not document.short_answer.strip():
        yield "The short answer is missing.", "short_answer"


@check("question.short-answer-length", level=Level.HINT, kind="question")
def short_answer_length(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A short answer has 25 to 40 words."""
    words = word_count(document.short_answer)
    if words and not MIN_SHORT_ANSWER_WORDS <= words <= MAX_SHORT_ANSWER_WORDS:
        yield (
            f"The short answer has {words} {'word' if words == 1 else 'words'}."
            f" Use {MIN_SHORT_ANSWER_WORDS} to {MAX_SHORT_ANSWER_WORDS}.",
            "short_answer",
        )


@check("question.short-answer-day", level=Level.BLOCKER, kind="question")
def short_answer_not_before_sources(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A short answer is not dated before a source that it cites."""
    day = document.short_answer_as_of
    cited = set(citation_numbers(document.short_answer))
    later = [each for each in document.citations if each.number in cited and each.published_on]
    newest = max(later, key=lambda each: (each.published_on or date.min, -each.number), default=None)
    if day and newest and newest.published_on and newest.published_on > day:
        yield (
            f"The short answer is dated {format_day(day)}, but its source {newest.number} is of"
            f" {format_day(newest.published_on)}. Use that day or a later one.",
            "short_answer_as_of",
        )


@check("question.once", level=Level.BLOCKER, kind="question")
def question_unique(document: QuestionPage, context: CheckContext) -> RawFindings:
    """No other question is almost the same."""
    own = get_stems(document.question, document.language)
    similarities = {wording: jaccard_index(own, other) for wording, other in context.other_questions.items()}
    wording = max(similarities, key=lambda each: (similarities[each], each), default="")
    if own and similarities.get(wording, 0) >= MIN_SIMILARITY:
        yield f"“{wording}” is almost the same question. Answer it there, or reword this one.", "question"
