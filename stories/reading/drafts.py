"""The page of a draft: the same as readers would get, and over it what it is and who may see it."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.page_cache.dependencies import Unguarded
from stories.documents import AnyDocument, Explainer
from stories.documents.render import ExplainerFragments, QuestionFragments, keep
from stories.editions.models import Edition
from stories.reading.explainer import ExplainerPage
from stories.reading.links import DraftPlaces, QuestionNow
from stories.reading.question import QuestionPage


@dataclass(frozen=True, slots=True)
class DeskBanner:
    """What stands over a preview of the desk: the way back, and the number of the revision where one was chosen."""

    desk: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class DraftBanner:
    """What stands over a shared draft: until when its link lives, and the way ``back`` from one of its questions."""

    until: datetime
    back: str = ""


@dataclass(frozen=True, slots=True)
class UnsavedPage:
    """Says that the page is shown beside its form: nothing stands over it, and no script is in it, as none may run there."""

    is_beside_form: bool = True


UNSAVED = UnsavedPage()


def question_of_draft(document: AnyDocument, *, url: str, at: datetime) -> QuestionNow:
    """Return how the page of a draft names a question that has never been public, or has changed since."""
    answers = () if isinstance(document, Explainer) else document.answers
    days = [answer.as_of for answer in answers if answer.as_of]
    return QuestionNow(url, keep(document).summary, max(days, default=at.date()))


def draft_page(
    edition: Edition, *, at: datetime, drafts: DraftPlaces | None = None
) -> tuple[str, ExplainerPage | QuestionPage]:
    """Return the public template of an edition that was never stored, and what it shows at ``at``."""
    if edition.work_kind == "story":
        story = ExplainerFragments.model_validate(edition.fragments)
        return "stories/explainer.html", ExplainerPage.of(edition, story, guard=Unguarded(at=at), drafts=drafts)
    question = QuestionFragments.model_validate(edition.fragments)
    return "stories/question.html", QuestionPage.of(edition, question, guard=Unguarded(at=at), drafts=drafts)
