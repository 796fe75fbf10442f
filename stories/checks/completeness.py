"""Is everything there that a page needs?"""

from stories.checks.context import Context
from stories.checks.finding import Level
from stories.checks.registry import Found, check
from stories.documents import STARTING_KINDS, AnyDocument, Explainer, QuestionPage

SHORTEST_HEADLINE = 20
LONGEST_HEADLINE = 110
LONGEST_SUMMARY = 60


@check("headline.confirmed", level=Level.BLOCKER, kind="story")
def headline_confirmed(document: Explainer, context: Context) -> Found:
    """A headline that an editor stands by."""
    if not document.headline.strip():
        yield "The story has no headline.", "headline"
    elif not document.headline_confirmed:
        yield "The headline is only proposed. Confirm it, or write a better one.", "headline_confirmed"


@check("headline.length", level=Level.WARNING, kind="story")
def headline_length(document: Explainer, context: Context) -> Found:
    """A headline that fits on every page."""
    length = len(document.headline.strip())
    if length and not SHORTEST_HEADLINE <= length <= LONGEST_HEADLINE:
        yield (
            f"The headline has {length} characters; readers are served best by {SHORTEST_HEADLINE} to {LONGEST_HEADLINE}.",
            "headline",
        )


@check("text.cut-off", level=Level.BLOCKER)
def not_cut_off(document: AnyDocument, context: Context) -> Found:
    """A text that came in whole or was completed."""
    if document.cut_off:
        yield "The text that came in stops half-way. Complete it, then clear “stops half-way”.", "cut_off"


@check("sections.text", level=Level.BLOCKER, kind="story")
def something_to_read(document: Explainer, context: Context) -> Found:
    """A story that says something."""
    if not any(section.text.strip() for section in document.sections):
        yield "No section has a text.", "sections"


@check("sections.starting", level=Level.WARNING, kind="story")
def starting_sections(document: Explainer, context: Context) -> Found:
    """The four sections that readers expect."""
    filled = {section.kind for section in document.sections if section.text.strip()}
    if document.passages:
        filled.add("papers")
    for kind in STARTING_KINDS:
        if kind.code not in filled:
            yield f"“{kind.heading}” is missing or empty.", "sections"


@check("summary.length", level=Level.WARNING, kind="story")
def summary_length(document: Explainer, context: Context) -> Found:
    """A standfirst that is read in one breath."""
    words = len(document.standfirst.split())
    if words > LONGEST_SUMMARY:
        yield f"The standfirst has {words} words; it holds at most {LONGEST_SUMMARY}.", "standfirst"


@check("passages.text", level=Level.BLOCKER, kind="story")
def passages_have_text(document: Explainer, context: Context) -> Found:
    """Passages that say something."""
    for passage in document.passages:
        if not passage.text.strip():
            yield "A passage of What the papers say is empty.", f"passages.{passage.uid}.text"


@check("question.confirmed", level=Level.BLOCKER, kind="question")
def question_confirmed(document: QuestionPage, context: Context) -> Found:
    """A question that an editor stands by."""
    if not document.question.strip():
        yield "The page does not say which question it answers.", "question"
    elif not document.question_confirmed:
        yield "The question is only proposed. Confirm it, or word it better.", "question_confirmed"


@check("question.answers", level=Level.BLOCKER, kind="question")
def question_has_answers(document: QuestionPage, context: Context) -> Found:
    """A question that is answered."""
    if not document.answers:
        yield "The question has no answers yet.", "answers"
    for answer in document.answers:
        if not answer.text.strip():
            yield f"“{answer.question}” has no answer.", f"answers.{answer.uid}.text"
