"""Checks that a question is confirmed, worded as a question, answered, and asked only once."""

from stories.checks.context import CheckContext
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
    """The page says which question it answers. Lists, links and feeds show the question."""
    if not document.question.strip():
        yield "The page does not say which question it answers.", "question"


@check("question.confirmed", level=Level.BLOCKER, kind="question")
def question_confirmed(document: QuestionPage, context: CheckContext) -> RawFindings:
    """An editor has confirmed the wording."""
    if document.question.strip() and not document.question_confirmed:
        yield "The question is only proposed. An editor confirms it, or words it better.", "question_confirmed"


@check("question.mark", level=Level.BLOCKER, kind="question")
def questions_end_in_question_mark(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A question, and each narrower one below it, ends in a question mark."""
    if document.question.strip() and not ends_as_question(document.question, document.language):
        yield "The question does not end in a question mark.", "question"
    for answer in document.answers:
        if answer.question.strip() and not ends_as_question(answer.question, document.language):
            yield f"“{answer.question}” does not end in a question mark.", f"answers.{answer.uid}.question"


@check("question.answers", level=Level.BLOCKER, kind="question")
def question_has_answers(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A question is answered."""
    if not document.answers:
        yield "The question has no answers yet.", "answers"
    for answer in document.answers:
        if not answer.text.strip():
            yield f"“{answer.question}” has no answer.", f"answers.{answer.uid}.text"


@check("question.once", level=Level.BLOCKER, kind="question")
def question_unique(document: QuestionPage, context: CheckContext) -> RawFindings:
    """No other question asks nearly the same: four in five words, whatever their endings."""
    own = get_stems(document.question, document.language)
    similarities = {wording: jaccard_index(own, other) for wording, other in context.other_questions.items()}
    wording = max(similarities, key=lambda each: (similarities[each], each), default="")
    if own and similarities.get(wording, 0) >= MIN_SIMILARITY:
        yield f"“{wording}” asks nearly the same. Answer it there, or word this one apart.", "question"
