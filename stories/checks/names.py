"""Checks that topics, outlets and citations are present, confirmed and up to date."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.template.defaultfilters import date as date_format

from newsroom.text.markdown.grammar import citation_numbers
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_texts
from stories.documents import AnyDocument, Explainer, QuestionPage


@check("topics.confirmed", level=Level.BLOCKER, overridable=False)
def topics_confirmed(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every topic is in the list of topics; a name that is only proposed has no page that could show the story."""
    for topic in document.topics:
        if topic.topic is None:
            yield (
                f"The topic “{topic.name}” is only proposed. An editor or a curator confirms it or joins it to another; or take it out.",
                f"topics.{topic.uid}.name",
            )


@check("topics.some", level=Level.BLOCKER, kind="story")
def story_has_topic(document: Explainer, context: CheckContext) -> RawFindings:
    """A story names at least one topic; readers find it there, and under related stories."""
    if not document.topics:
        yield "No topic is named; readers find the story by its topics.", "topics"


@check("question.topic", level=Level.WARNING, kind="question")
def question_has_topic(document: QuestionPage, context: CheckContext) -> RawFindings:
    """A question names a topic, so that readers find it there as well as in the stories that ask it."""
    if not document.topics:
        yield "No topic is named; readers find the question only where a story asks it.", "topics"


@check("outlets.confirmed", level=Level.BLOCKER, kind="story", overridable=False)
def outlets_confirmed(document: Explainer, context: CheckContext) -> RawFindings:
    """Every outlet of a passage is in the list of outlets, and is not a name that is only proposed."""
    for passage in document.passages:
        for outlet in passage.outlets:
            if outlet.uid is None:
                yield (
                    f"The outlet “{outlet.name}” is only proposed. An editor or a curator confirms it or joins it to another; or take it out.",
                    f"passages.{passage.uid}.outlets",
                )


@check("citations.outlet", level=Level.BLOCKER, overridable=False)
def cited_outlets_confirmed(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every article that is cited belongs to an outlet in the list of outlets."""
    for cited in document.citations:
        if cited.outlet.uid is None:
            yield (
                f"Source {cited.number} names the outlet “{cited.outlet.name}”, which is only proposed.",
                f"citations.{cited.number}.outlet_name",
            )


@check("citations.known", level=Level.BLOCKER, overridable=False)
def citations_known(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every number that is cited leads to a source; otherwise, readers would see the bare mark."""
    known = {cited.number for cited in document.citations}
    for text, anchor in list_texts(document):
        for number in dict.fromkeys(citation_numbers(text)):
            if number not in known:
                yield f"[@{number}] cites a source that is not in the list.", anchor


@check("outlets.retired", level=Level.WARNING)
def outlets_not_retired(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Outlets that are quoted still publish, or are quoted on purpose although they no longer do."""
    for uid, name, anchor in _iter_outlets(document):
        if uid in context.retired:
            yield f"{name} is retired: it no longer publishes.", anchor


@check("names.merged", level=Level.HINT)
def names_not_merged(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Topics and outlets are chosen under the name they go by today; readers see that one anyway."""
    for uid, name, anchor in _iter_outlets(document):
        if uid in context.merged:
            yield f"{name} was merged into {context.merged[uid]}.", anchor
    for topic in document.topics:
        if topic.topic and topic.topic in context.merged:
            yield f"{topic.name} was merged into {context.merged[topic.topic]}.", f"topics.{topic.uid}.name"


@check("citations.date", level=Level.WARNING)
def sources_are_dated_in_the_past(document: AnyDocument, context: CheckContext) -> RawFindings:
    """No source is dated after the day on which it is cited."""
    for cited in document.citations:
        if context.at and cited.published_on and cited.published_on > context.at.date() + timedelta(days=1):
            day = date_format(cited.published_on, "j F Y")
            yield (
                f"Source {cited.number}, “{cited.title}”, is dated {day}, which is still to come.",
                f"citations.{cited.number}.published_on",
            )


def _iter_outlets(document: AnyDocument) -> Iterator[tuple[UUID, str, str]]:
    """Yield the uid, name and anchor of each confirmed outlet in the document."""
    if isinstance(document, Explainer):
        for passage in document.passages:
            for outlet in passage.outlets:
                if outlet.uid:
                    yield outlet.uid, outlet.name, f"passages.{passage.uid}.outlets"
    for cited in document.citations:
        if cited.outlet.uid:
            yield cited.outlet.uid, cited.outlet.name, f"citations.{cited.number}.outlet_name"
