"""The answers of a question that readers see, with their days; the short answer is one of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stories.documents.as_shown import as_shown
from stories.documents.schema import QuestionPage
from stories.documents.upgrade import AnyDocument


@dataclass(frozen=True, slots=True)
class DatedAnswer:
    """An answer; the short answer has the uid of its page, and no question of its own."""

    uid: UUID
    question: str
    text: str
    state: str
    as_of: date | None
    expires_on: date | None

    def says_the_same(self, other: "DatedAnswer") -> bool:
        """Return whether the two are equal except for their days."""
        return (self.uid, self.question, self.text, self.state) == (other.uid, other.question, other.text, other.state)


def list_dated_answers(document: AnyDocument) -> list[DatedAnswer]:
    """Return the answers that readers see, the short answer first; none of a story."""
    if not isinstance(document, QuestionPage):
        return []
    shown = as_shown(document)
    answers = [
        DatedAnswer(each.uid, each.question, each.text, each.state, each.as_of, each.expires_on)
        for each in document.answers
    ]
    if shown.short_answer.strip():
        days = (shown.short_answer_as_of, shown.short_answer_expires_on)
        answers.insert(0, DatedAnswer(document.uid, "", shown.short_answer, shown.state, *days))
    return answers


def without_days(document: AnyDocument) -> AnyDocument:
    """Return a document without the days of its answers."""
    if not isinstance(document, QuestionPage):
        return document
    answers = tuple(each.model_copy(update={"as_of": None, "expires_on": None}) for each in document.answers)
    days = {"short_answer_as_of": None, "short_answer_expires_on": None}
    return document.model_copy(update={"answers": answers, **days})
