"""Documents as the HTML fragments that an edition keeps: everything a page needs, except what is live."""

from stories.documents import AnyDocument, Explainer
from stories.rendering.explainer import render_explainer
from stories.rendering.fragments import (
    AnswerFragment,
    ExplainerFragments,
    PassageFragment,
    QuestionFragments,
    QuestionLink,
    SectionFragment,
    ShownPicture,
    SourceFragment,
    TopicMention,
)
from stories.rendering.keeping import Kept, keep
from stories.rendering.question_page import render_question_page

__all__ = [
    "AnswerFragment",
    "ExplainerFragments",
    "Kept",
    "PassageFragment",
    "QuestionFragments",
    "QuestionLink",
    "SectionFragment",
    "ShownPicture",
    "SourceFragment",
    "TopicMention",
    "keep",
    "render",
    "render_explainer",
    "render_question_page",
]


def render(document: AnyDocument) -> ExplainerFragments | QuestionFragments:
    """Return the fragments of a document of either kind."""
    return render_explainer(document) if isinstance(document, Explainer) else render_question_page(document)
