"""Checks of forecasts: who expects what by which day, how it was decided, and that public ones never change."""

from collections.abc import Iterator

from django.utils import timezone

from stories.checks.context import CheckContext
from stories.checks.evidence import shorten
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.sentences_ahead import list_sentences_ahead
from stories.documents import Explainer, Forecast
from stories.documents.forecasts import frozen_digest, list_articles


@check("forecasts.complete", level=Level.BLOCKER, kind="story", overridable=False)
def forecasts_can_be_checked(document: Explainer, context: CheckContext) -> RawFindings:
    """A forecast says who expects what, and by which day it can be checked."""
    for forecast in document.forecasts:
        if forecast.state != "void":  # so that one without a day can still be decided
            for field, message in _list_missing(forecast):
                yield message, f"forecasts.{forecast.uid}.{field}"


def _list_missing(forecast: Forecast) -> Iterator[tuple[str, str]]:
    if not forecast.speaker.strip():
        yield "speaker", "Add who expects it."
    if not forecast.expected.strip():
        yield "expected", "Add what is expected, in a sentence that can be checked."
    if forecast.due_on is None:
        yield "due_on", "Give the day by which it can be checked."


@check("forecasts.source", level=Level.WARNING, kind="story")
def new_forecasts_have_sources(document: Explainer, context: CheckContext) -> RawFindings:
    """A forecast has a source when readers first see it."""
    for forecast in document.forecasts:
        if forecast.source is None and forecast.uid not in context.frozen_forecasts:
            yield (
                f"The forecast by {forecast.speaker or 'somebody'} has no source. "
                "Once readers have seen it, none can be added.",
                f"forecasts.{forecast.uid}.source",
            )


@check("forecasts.frozen", level=Level.BLOCKER, kind="story", overridable=False)
def public_forecasts_stay(document: Explainer, context: CheckContext) -> RawFindings:
    """A forecast that readers have seen is neither changed nor removed. It can be decided."""
    digests = {each.uid: frozen_digest(each, article) for each, article in list_articles(document)}
    before = context.previous.forecasts if isinstance(context.previous, Explainer) else ()
    speakers = {each.uid: each.speaker for each in (*document.forecasts, *before)}
    for uid, frozen in context.frozen_forecasts.items():
        if digests.get(uid) not in frozen:
            yield (
                f"The forecast by {speakers.get(uid, 'somebody')} is public and cannot be changed or removed. "
                "Decide it as void, and say why.",
                f"forecasts.{uid}.expected",
            )


@check("forecasts.decided", level=Level.BLOCKER, kind="story", overridable=False)
def decided_forecasts_say_what_happened(document: Explainer, context: CheckContext) -> RawFindings:
    """A decided forecast says what happened and when it was decided, with a source unless it is void."""
    for forecast in document.forecasts:
        missing = [
            field
            for field in ("outcome", "decided_on", "outcome_source")
            if not str(getattr(forecast, field) or "").strip() and (field, forecast.state) != ("outcome_source", "void")
        ]
        if forecast.state != "open" and missing:
            yield (
                "A decided forecast needs an outcome, a day and (unless void) a source.",
                f"forecasts.{forecast.uid}.{missing[0]}",
            )


@check("forecasts.due", level=Level.WARNING, kind="story")
def due_forecasts_are_decided(document: Explainer, context: CheckContext) -> RawFindings:
    """A forecast is decided once its day has passed."""
    for forecast in document.forecasts:
        is_past = context.at and forecast.due_on and forecast.due_on < timezone.localdate(context.at)
        if forecast.state == "open" and is_past:
            yield f"The day of the forecast by {forecast.speaker} has passed.", f"forecasts.{forecast.uid}.state"


@check("forecasts.looks-ahead", level=Level.HINT, kind="story")
def sentences_ahead_are_forecasts(document: Explainer, context: CheckContext) -> RawFindings:
    """A sentence of a passage that says what will happen says who expects it, or is kept as a forecast. English only."""
    if context.at:
        for sentence in list_sentences_ahead(document, today=timezone.localdate(context.at)):
            yield (
                f"“{shorten(sentence.words)}” looks ahead. Say who expects it, or keep it as a forecast.",
                f"passages.{sentence.passage}.text",
            )
