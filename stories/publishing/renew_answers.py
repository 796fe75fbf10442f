"""Renew answers: an editor checked that they are still true, and says until when they may be expected to be."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Min
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.errors import RefusedError
from newsroom.page_cache.invalidation import invalidation
from stories.documents import AnyDocument, QuestionPage
from stories.documents.dated_answers import DatedAnswer, list_dated_answers
from stories.models import Change, ChangeNote, Edition, EditionAnswer, Work
from stories.publishing import review_dates
from stories.publishing.errors import InvalidStateError
from stories.publishing.live_change import LiveChange, publish_live_change

MAX_DAYS = 365


class AnswerDates(NamedTuple):
    """The day on which an answer was checked, and the last day on which it may be expected to be true."""

    as_of: date
    expires_on: date


class ChangedAnswerError(RefusedError):
    """Raised when readers see another text than the editor read."""


class InvalidDatesError(RefusedError):
    """Raised for a check in the future, or for a validity that has passed or does not last 1 to ``MAX_DAYS`` days."""


def propose_dates(answer: DatedAnswer, *, published_on: date, at: datetime) -> AnswerDates:
    """Return today, and a day that is as many days later as before: at least one, at most ``MAX_DAYS``.

    An answer without a day is taken to have been true on ``published_on``, the first day of its edition.
    """
    days = (answer.expires_on - (answer.as_of or published_on)).days if answer.expires_on else MAX_DAYS
    today = timezone.localdate(at)
    return AnswerDates(today, today + timedelta(days=min(max(days, 1), MAX_DAYS)))


def check_dates(dates: AnswerDates, *, at: datetime) -> InvalidDatesError | None:
    """Return the error for dates that cannot be given to an answer at ``at``, or None."""
    today = timezone.localdate(at)
    if dates.as_of > today:
        return InvalidDatesError("“True on” is in the future. Enter the day on which you checked the answer.")
    if dates.expires_on < today:
        return InvalidDatesError("“Until” has passed. Choose today or a later day.")
    if not 1 <= (dates.expires_on - dates.as_of).days <= MAX_DAYS:
        return InvalidDatesError(f"Choose a day 1 to {MAX_DAYS} days after “True on”.")
    return None


@invalidation()
def renew_answers(
    work: Work, dates: Mapping[UUID, AnswerDates], *, seen: Edition, by: User, at: datetime
) -> LiveChange:
    """Publish a minor edition in which these answers of a live question have new dates, and return it.

    ``dates`` are keyed by the uids of the answers; the short answer has the uid of the question. ``seen`` is the
    edition in which the editor read the answers, and ``at`` the time of the request. Nothing of the draft is published.
    The dates are merged into the draft and into pending schedules. As no word changes, settings.REQUIRE_APPROVAL does
    not apply. The question counts as checked, and its owner has to look again before the first answer expires.

    Raise InvalidDatesError for dates that ``check_dates`` refuses, and ChangedAnswerError if readers no longer see the
    text of an answer in ``seen``. Raise InvalidStateError if ``seen`` belongs to another page, and the errors of
    ``publish_live_change``.
    """
    if seen.work_id != work.pk or seen.document is None:
        raise InvalidStateError("This is not an edition of this question.")
    for each in dates.values():
        if refusal := check_dates(each, at=at):
            raise refusal
    read = {answer.uid: answer for answer in list_dated_answers(seen.document.value())}
    changed = publish_live_change(
        work,
        lambda live: _set_dates(live, dates, read=read),
        by=by,
        change=ChangeNote(Change.MINOR),
        reason="Answers renewed",
        needs_approval=False,
    )
    edition = changed.edition
    next_by = find_first_expiry(work, at=edition.live_from) if work.owner_id else None
    review_dates.mark_reviewed(work, by=by, next_by=next_by)
    after: dict[str, object] = {
        "answers": [str(uid) for uid in dates],
        "edition": edition.number,
        "label": edition.label,
    }
    Event.objects.write(work.kind, work.uid, "answers renewed", by=by, after=after)
    return changed


def _set_dates(
    live: AnyDocument, dates: Mapping[UUID, AnswerDates], *, read: Mapping[UUID, DatedAnswer]
) -> QuestionPage:
    """Return the live document with the new dates. Raise ChangedAnswerError if an answer was read with another text."""
    if not isinstance(live, QuestionPage):
        raise InvalidStateError("Only the answers of a question can be renewed.")
    shown = {answer.uid: answer for answer in list_dated_answers(live)}
    for uid in dates:
        if uid not in read or uid not in shown or not shown[uid].says_the_same(read[uid]):
            name = next((f"“{each[uid].question}”" for each in (read, shown) if uid in each and each[uid].question), "")
            name = name or f"The short answer to “{live.question}”"
            raise ChangedAnswerError(f"{name} changed since you opened this list. Read it again.")
    answers = tuple(
        each.model_copy(update=dates[each.uid]._asdict()) if each.uid in dates else each for each in live.answers
    )
    short = dates.get(live.uid)
    days = {"short_answer_as_of": short.as_of, "short_answer_expires_on": short.expires_on} if short else {}
    return live.changed(answers=answers, **days)


def find_first_expiry(work: Work, *, at: datetime) -> date | None:
    """Return the first day, today or later, on which an answer that readers see expires, or None."""
    live = EditionAnswer.objects.filter(uid=work.uid, live_from__lte=at, live_until__gt=at)
    first: date | None = live.filter(expires_on__gte=timezone.localdate(at)).aggregate(day=Min("expires_on"))["day"]
    return first
