"""Checks that topics, outlets and citations are present, confirmed and up to date."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.template.defaultfilters import date as date_format

from newsroom.text.markdown.grammar import citation_numbers
from stories.checks.context import CONFIRM_NAMES, CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_texts
from stories.documents import AnyDocument, Explainer, NamedOutlet, QuestionPage


@check("topics.confirmed", level=Level.BLOCKER, overridable=False, permission=CONFIRM_NAMES)
def topics_confirmed(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every topic is confirmed."""
    for topic in document.topics:
        if topic.topic is None:
            yield _describe_unconfirmed(f"topic “{topic.name}”", context), f"topics.{topic.uid}.name"


@check("topics.some", level=Level.BLOCKER, kind="story")
def story_has_topic(document: Explainer, context: CheckContext) -> RawFindings:
    """Every story has a topic."""
    if not document.topics:
        yield "Add a topic, so that readers can find the story.", "topics"


@check("question.topic", level=Level.WARNING, kind="question")
def question_has_topic(document: QuestionPage, context: CheckContext) -> RawFindings:
    """Every question has a topic."""
    if not document.topics:
        yield "Add a topic, so that readers can find the question outside its stories.", "topics"


@check("outlets.confirmed", level=Level.BLOCKER, kind="story", overridable=False, permission=CONFIRM_NAMES)
def outlets_confirmed(document: Explainer, context: CheckContext) -> RawFindings:
    """Every outlet of a passage, a point or a forecast is confirmed."""
    for outlet, anchor in _iter_named(document):
        if outlet.uid is None:
            yield _describe_unconfirmed(f"outlet “{outlet.name}”", context), anchor


@check("citations.outlet", level=Level.BLOCKER, overridable=False)
def sources_have_outlets(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every source has an outlet."""
    for cited in document.citations:
        if cited.outlet.uid is None and not cited.outlet.name.strip():
            yield f"Add the outlet for source {cited.number}.", f"citations.{cited.number}.outlet_name"


@check("citations.confirmed", level=Level.BLOCKER, overridable=False, permission=CONFIRM_NAMES)
def cited_outlets_confirmed(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every outlet of a source is confirmed."""
    for cited in document.citations:
        if cited.outlet.uid is None and (name := cited.outlet.name.strip()):
            message = _describe_unconfirmed(f"outlet “{name}” of source {cited.number}", context)
            yield message, f"citations.{cited.number}.outlet_name"


def _describe_unconfirmed(name: str, context: CheckContext) -> str:
    if CONFIRM_NAMES in context.lacking:
        return f"An editor confirms the {name}."
    return f"The {name} isn’t confirmed. Confirm, merge or remove it."


@check("citations.known", level=Level.BLOCKER, overridable=False)
def citations_known(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every citation has a source."""
    known = {cited.number for cited in document.citations}
    for text, anchor in list_texts(document):
        for number in dict.fromkeys(citation_numbers(text)):
            if number not in known:
                yield f"[@{number}] is not in the list of sources.", anchor


@check("outlets.retired", level=Level.WARNING)
def outlets_not_retired(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Quoted outlets still publish."""
    for uid, name, anchor in _iter_outlets(document):
        if uid in context.retired:
            yield f"{name} no longer publishes.", anchor


@check("names.merged", level=Level.HINT)
def names_not_merged(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Topics and outlets use their current names."""
    for uid, name, anchor in _iter_outlets(document):
        if uid in context.merged:
            yield f"{name} is now {context.merged[uid]}.", anchor
    for topic in document.topics:
        if topic.topic and topic.topic in context.merged:
            yield f"{topic.name} is now {context.merged[topic.topic]}.", f"topics.{topic.uid}.name"


@check("citations.dated", level=Level.HINT)
def sources_have_dates(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every source has the day on which it was published."""
    for cited in document.citations:
        if cited.published_on is None:
            name = f"“{cited.title.strip()}”" if cited.title.strip() else "This source"
            yield f"{name} has no date. Add the day of publication.", f"citations.{cited.number}.published_on"


@check("citations.date", level=Level.WARNING)
def sources_are_dated_in_the_past(document: AnyDocument, context: CheckContext) -> RawFindings:
    """No source has a date in the future."""
    for cited in document.citations:
        if context.at and cited.published_on and cited.published_on > context.at.date() + timedelta(days=1):
            day = date_format(cited.published_on, "j F Y")
            yield (
                f"The date of source {cited.number}, “{cited.title}”, is in the future: {day}.",
                f"citations.{cited.number}.published_on",
            )


def _iter_outlets(document: AnyDocument) -> Iterator[tuple[UUID, str, str]]:
    """Yield the uid, name and anchor of each confirmed outlet in the document."""
    if isinstance(document, Explainer):
        for outlet, anchor in _iter_named(document):
            if outlet.uid:
                yield outlet.uid, outlet.name, anchor
    for cited in document.citations:
        if cited.outlet.uid:
            yield cited.outlet.uid, cited.outlet.name, f"citations.{cited.number}.outlet_name"


def _iter_named(story: Explainer) -> Iterator[tuple[NamedOutlet, str]]:
    """Yield each outlet of the passages, points and forecasts of a story, with its anchor."""
    for passage in story.passages:
        for outlet in passage.outlets:
            yield outlet, f"passages.{passage.uid}.outlets"
    for claim in story.claims:
        for cell in claim.cells:
            yield cell.outlet, f"claims.{claim.uid}.cells.{cell.uid}.outlet"
    for forecast in story.forecasts:
        if forecast.outlet:
            yield forecast.outlet, f"forecasts.{forecast.uid}.outlet"
