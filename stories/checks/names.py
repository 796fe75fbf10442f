"""Is every name one that the newsroom stands by, and every number one that leads somewhere?"""

import re

from stories.checks.context import Context
from stories.checks.finding import Level
from stories.checks.registry import Found, check
from stories.checks.texts import texts
from stories.documents import AnyDocument, Explainer, QuestionPage

CITATION = re.compile(r"\[@(\d{1,9})\]")


@check("topics.confirmed", level=Level.BLOCKER)
def topics_confirmed(document: AnyDocument, context: Context) -> Found:
    """Topics of the list, not names that somebody proposed."""
    for topic in document.topics:
        if topic.topic is None:
            yield (
                f"The topic “{topic.name}” is only proposed. Confirm it, join it to another, or take it out.",
                f"topics.{topic.uid}.name",
            )


@check("topics.some", level=Level.BLOCKER, kind="story")
def some_topic(document: Explainer, context: Context) -> Found:
    """A story names at least one topic; readers find it there, and under related stories."""
    if not document.topics:
        yield "No topic is named; readers find the story by its topics.", "topics"


@check("question.topic", level=Level.WARNING, kind="question")
def question_has_topic(document: QuestionPage, context: Context) -> Found:
    """A question names a topic, so that readers find it there as well as in the stories that ask it."""
    if not document.topics:
        yield "No topic is named; readers find the question only where a story asks it.", "topics"


@check("outlets.confirmed", level=Level.BLOCKER, kind="story")
def outlets_confirmed(document: Explainer, context: Context) -> Found:
    """Outlets of the list, not names that somebody proposed."""
    for passage in document.passages:
        for outlet in passage.outlets:
            if outlet.uid is None:
                yield (
                    f"The outlet “{outlet.name}” is only proposed. Confirm it, join it to another, or take it out.",
                    f"passages.{passage.uid}.outlets",
                )


@check("citations.outlet", level=Level.BLOCKER)
def cited_outlets_confirmed(document: AnyDocument, context: Context) -> Found:
    """Cited articles of outlets that are in the list."""
    for cited in document.citations:
        if cited.outlet.uid is None:
            yield f"Source {cited.number} names the outlet “{cited.outlet.name}”, which is only proposed.", "citations"


@check("citations.known", level=Level.BLOCKER)
def citations_known(document: AnyDocument, context: Context) -> Found:
    """Numbers that lead to a source."""
    known = {cited.number for cited in document.citations}
    for text, anchor in texts(document):
        for number in dict.fromkeys(int(found) for found in CITATION.findall(text)):
            if number not in known:
                yield f"[@{number}] cites a source that is not in the list.", anchor
