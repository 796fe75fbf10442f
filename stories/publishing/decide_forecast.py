"""Decide forecasts: record what happened, on the page that readers see or in the draft."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext, override

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.errors import RefusedError
from newsroom.page_cache.invalidation import invalidation
from stories.documents import AnyDocument, CitedArticle, Explainer, Forecast
from stories.documents.days import format_day
from stories.documents.schema.forecasts import STATES
from stories.documents.schema.values import show_day
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Citation, Edition, Revision, Work
from stories.publishing.errors import InvalidStateError
from stories.publishing.live_change import LiveChange, publish_live_change
from stories.publishing.pipeline import lock_work

_REASON = "Forecast decided"
_DECISION = ("state", "outcome", "outcome_source", "decided_on")
_NOT_PUBLIC = "Readers do not see this forecast. Decide it in the draft."


class Decision(NamedTuple):
    """How a forecast was decided: its state, what happened, the day, and the article that says so.

    The number of ``source`` counts only if the page has it. An article that the page does not cite is added to it.
    """

    state: str
    outcome: str
    decided_on: date
    source: CitedArticle | None = None


class DecidedMeanwhileError(RefusedError):
    """Raised when somebody else decided the forecast since the editor opened it."""

    def __init__(self, forecast: Forecast) -> None:
        self.forecast = forecast
        decision = ", ".join(filter(None, (str(STATES[forecast.state]), show_day(forecast.decided_on))))
        super().__init__(f"Somebody decided this forecast since you opened it ({decision}). Look at it, then decide.")


class InvalidDecisionError(RefusedError):
    """Raised when a decision has no state, or its day is in the future."""


def propose_note(forecast: Forecast, state: str, *, language: str) -> str:
    """Return a note for readers about a decision, in their language."""
    with override(language):
        sentence = {
            "came_true": gettext("It came true."),
            "in_part": gettext("It came true in part."),
            "not_true": gettext("It did not come true."),
            "void": gettext("Its outcome cannot be judged."),
        }[state]
        if forecast.due_on is None:
            return f"{forecast.speaker}: “{forecast.expected}” {sentence}"
        day = format_day(forecast.due_on, language)
        values = {"speaker": forecast.speaker, "day": day, "expected": forecast.expected}
        return gettext("%(speaker)s expected by %(day)s: “%(expected)s”") % values + f" {sentence}"


def check_decision(decision: Decision, *, at: datetime) -> InvalidDecisionError | None:
    """Return the error for a decision that cannot be made at ``at``, or None."""
    if decision.state not in STATES or decision.state == "open":
        return InvalidDecisionError("Choose a state.")
    if decision.decided_on > timezone.localdate(at):
        return InvalidDecisionError("“Decided on” is in the future. Enter the day on which the outcome was known.")
    return None


@invalidation()
def decide_forecast(
    work: Work, uid: UUID, decision: Decision, *, seen: Edition, note: str, by: User, at: datetime
) -> LiveChange:
    """Publish an update in which a public forecast is decided, and return it.

    ``seen`` is the edition in which the editor read the forecast, ``note`` tells readers what changed, and ``at`` is the
    time of the request. Nothing else of the draft is published; the decision is merged into it. A forecast that is
    decided may be decided again.

    Raise InvalidDecisionError for a decision that cannot be made. Raise DecidedMeanwhileError if the forecast has another
    outcome now than in ``seen``. Raise InvalidStateError if readers do not see the forecast, and the errors of
    ``publish_live_change``.
    """
    if refusal := check_decision(decision, at=at):
        raise refusal
    read = find_forecast(seen.document.value() if seen.document and seen.work_id == work.pk else None, uid)
    if read is None:
        raise InvalidStateError(_NOT_PUBLIC)

    def change(live: AnyDocument) -> AnyDocument:
        shown = find_forecast(live, uid)
        if shown is None:
            raise InvalidStateError(_NOT_PUBLIC)
        if _get_decision(shown) != _get_decision(read):
            raise DecidedMeanwhileError(shown)
        return _decide(live, uid, decision, work=work)

    changed = publish_live_change(work, change, by=by, change=ChangeNote(Change.UPDATE, note.strip()), reason=_REASON)
    after: dict[str, object] = {"edition": changed.edition.number, "label": changed.edition.label}
    Event.objects.write(work.kind, work.uid, "forecast decided", by=by, after=after)
    return changed


@invalidation()
def save_decision(work: Work, uid: UUID, decision: Decision, *, seen: Edition, by: User, at: datetime) -> Revision:
    """Decide a forecast in the draft, and return the new revision; the arguments are as in ``decide_forecast``.

    Raise NotAllowedError if the user may not edit the work. Raise InvalidDecisionError for a decision that cannot be
    made. Raise DecidedMeanwhileError if the draft has another outcome than ``seen``. Raise InvalidStateError if the
    draft does not have the forecast.
    """
    require_permission(by, revisions.get_edit_permission(work), "You don’t have permission to edit this story.")
    if refusal := check_decision(decision, at=at):
        raise refusal
    locked = lock_work(work.pk)
    draft = revisions.record_revision(locked, by=by, is_locked=True).document.value()
    shown, read = find_forecast(draft, uid), find_forecast(seen.document.value() if seen.document else None, uid)
    if locked.binned_at or shown is None or read is None:
        raise InvalidStateError("The draft does not have this forecast. Restore a revision that has it first.")
    decided = _decide(draft, uid, decision, work=locked)
    if _get_decision(shown) != _get_decision(read) and decided != draft:
        raise DecidedMeanwhileError(shown)
    revision, _ = revisions.replace_draft(locked, decided, articles=(), owner=locked.owner, by=by, reason=_REASON)
    return revision


def find_forecast(document: AnyDocument | None, uid: UUID) -> Forecast | None:
    """Return the forecast with this uid in a document, or None."""
    forecasts = document.forecasts if isinstance(document, Explainer) else ()
    return next((each for each in forecasts if each.uid == uid), None)


def _get_decision(forecast: Forecast) -> tuple[object, ...]:
    return tuple(getattr(forecast, name) for name in _DECISION)


def _decide(document: AnyDocument, uid: UUID, decision: Decision, *, work: Work) -> AnyDocument:
    """Return the document with the decision, and with its source if it does not cite that yet."""
    assert isinstance(document, Explainer)  # noqa: S101  # no other document has forecasts
    cited = _cite(document, decision.source, work=work) if decision.source else None
    values = {
        "state": decision.state,
        "outcome": decision.outcome.strip(),
        "decided_on": decision.decided_on,
        "outcome_source": cited.number if cited else None,
    }
    forecasts = tuple(each.model_copy(update=values) if each.uid == uid else each for each in document.forecasts)
    added = (cited,) if cited and cited not in document.citations else ()
    return document.changed(forecasts=forecasts, citations=(*document.citations, *added))


def _cite(document: Explainer, source: CitedArticle, *, work: Work) -> CitedArticle:
    """Return the source as the document cites it, or else with the number that it has or gets in the draft."""
    for cited in document.citations:
        if cited.article == source.article or cited.url == source.url:
            return cited
    in_draft = Citation.objects.filter(work=work, article__uid=source.article).values_list("number", flat=True).first()
    given = Work.objects.values_list("citations_given", flat=True).get(pk=work.pk)
    return source.model_copy(update={"number": in_draft or given + 1})
