"""Is every name one that the newsroom stands by, and every number one that leads somewhere?"""

import re

from stories.checks.context import Context
from stories.checks.finding import Level
from stories.checks.registry import Found, check
from stories.checks.texts import texts
from stories.documents import AnyDocument, Explainer

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


@check("topics.some", level=Level.WARNING)
def some_topic(document: AnyDocument, context: Context) -> Found:
    """A work that can be found by topic."""
    if not document.topics:
        yield "No topic is named; readers find the page by its topics.", "topics"


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
