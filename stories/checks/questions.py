"""Checks that a question is confirmed, worded as a question, answered, and asked only once."""

from stories.checks.context import CONFIRM_TITLES, CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.similarity import MIN_SIMILARITY, get_stems, jaccard_index
from stories.documents import QuestionPage

# The ASCII, Arabic, full-width, double, Armenian, Ethiopic and Greek marks. Greek also uses a semicolon.
QUESTION_MARKS = ("?", "؟", "？", "⁇", "՞", "፧", "\u037e")
GREEK_QUESTION_MARK = ";"
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
            yield "This question is a suggestion. Confirm or rewrite it.", "question_confirmed"


@check("question.mark", level=Level.BLOCKER, kind="question")
def questions_end_in_question_mark(document: QuestionPage, context: CheckContext) -> RawFindings:
    """Every question ends in a question mark."""
    if document.question.strip() and not ends_as_question(document.question, document.language):
        yield "End the question with a question mark.", "question"
    for answer in document.answers:
        if answer.question.strip() and not ends_as_question(answer.question, document.language):
            yield f"End “{answer.question}” with a question mark.", f"answers.{answer.uid}.question"


@check("question.answers", level=Level.BLOCKER, kind="question")
def question_has_answers(document: QuestionPage, context: CheckContext) -> RawFindings:
    """Every question has an answer."""
    if not document.answers:
        yield "Add an answer.", "answers"
    for answer in document.answers:
        if not answer.text.strip():
            yield f"Add an answer to “{answer.question}”.", f"answers.{answer.uid}.text"


@check("question.once", level=Level.BLOCKER, kind="question")
def question_unique(document: QuestionPage, context: CheckContext) -> RawFindings:
    """No other question is almost the same."""
    own = get_stems(document.question, document.language)
    similarities = {wording: jaccard_index(own, other) for wording, other in context.other_questions.items()}
    wording = max(similarities, key=lambda each: (similarities[each], each), default="")
    if own and similarities.get(wording, 0) >= MIN_SIMILARITY:
        yield f"“{wording}” is almost the same question. Answer it there, or reword this one.", "question"
