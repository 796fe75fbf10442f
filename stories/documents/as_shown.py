"""Documents as readers see them: without what the state of a question hides, and without what no page shows."""

from collections.abc import Iterable
from datetime import date

from stories.documents.schema import Explainer, QuestionPage
from stories.documents.upgrade import AnyDocument

_SHORT_ANSWER = frozenset({"short_answer", "short_answer_as_of", "short_answer_expires_on"})
_OPEN_POINTS = frozenset({"open_since", "missing", "could_answer"})


def as_shown[Shown: AnyDocument](document: Shown) -> Shown:
    """Return ``document`` without the values of fields that readers do not see, whatever is printed from it.

    An open question has no short answer, and only a question that is open or partly answered says since when it is open
    and what would answer it. The origins and the unexamined articles of a story are on no page.
    """
    if isinstance(document, Explainer):
        return document.model_copy(update={"origins": (), "unexamined": ()})
    hidden = frozenset[str]() if shows_open_points(document.state) else _OPEN_POINTS
    if not (shows_short_answer(document.state) and document.short_answer.strip()):
        hidden |= _SHORT_ANSWER
    return document.model_copy(update={name: QuestionPage.model_fields[name].default for name in hidden})


def shows_short_answer(state: str) -> bool:
    """Return whether readers see the short answer of a question in this state."""
    return state != "open"


def shows_open_points(state: str) -> bool:
    """Return whether readers see what would answer a question in this state."""
    return state in {"open", "partly"}


def find_last_valid_day(short_answer: date | None, answers: Iterable[date | None]) -> date | None:
    """Return the last day before a question may have changed, or None if it has no such day.

    ``short_answer`` is the day on which the short answer expires, and ``answers`` are those of the other answers. A
    question may have changed once the short answer or every answer that expires has expired.
    """
    last = max((day for day in answers if day), default=None)
    return min((day for day in (short_answer, last) if day), default=None)
