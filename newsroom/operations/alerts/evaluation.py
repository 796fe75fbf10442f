"""The evaluation of alerts: conditions that hold are stored, and administrators are told when one begins or ends.

A worker evaluates the alerts every half minute. If no worker has done so for ``STALE``, the web process that answers
``/readyz`` does. Only one process evaluates at a time.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Q

from newsroom.db.outages import Outage, classify_error
from newsroom.db.timeouts import limit_statements
from newsroom.operations import gauge_history, site_state
from newsroom.operations.alerts import outages
from newsroom.operations.alerts.delivery import REPEAT_AFTER
from newsroom.operations.alerts.messages import State, can_tell, tell
from newsroom.operations.commands import LockedError
from newsroom.operations.doctor.database import describe_unreachable, describe_unwritable
from newsroom.operations.doctor.registry import (
    STATEMENT_TIMEOUT,
    Condition,
    Diagnosis,
    Findings,
    Severity,
    examine_conditions,
    registered_conditions,
)
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import Alert, AlertLevel, AlertPause, Pulse

INTERVAL = 30.0  # seconds between two evaluations by a worker
# A worker (DUE) or a web process (STALE) evaluates again once the last evaluation is this old.
DUE, STALE = timedelta(seconds=25), timedelta(seconds=75)
# If the message that an alert has ended could not be sent within this time, it is not sent later either.
_MAX_END_AGE = timedelta(days=1)
_LEVELS = {Severity.WARNING: AlertLevel.AMBER, Severity.FAULT: AlertLevel.RED}

logger = logging.getLogger(__name__)


def evaluate_if_due(at: datetime, *, age: timedelta = DUE) -> bool:
    """Evaluate the alerts unless that was done less than ``age`` ago. Return whether this call tried to evaluate them.

    If the database does not answer, tell administrators. While it is being restored, do nothing.
    """
    try:
        if site_state.is_restoring():
            return False
        newest = Pulse.objects.evaluated_at()
        # A time in the future was stored by a process whose clock was wrong.
        if newest is not None and timedelta() <= at - newest < age:
            return False
        with exclusive_run("alerts", refusal="Another process evaluates the alerts."):
            evaluate(at)
    except LockedError:
        return False
    except Error as error:
        logger.warning("The alerts could not be evaluated: %s", error)
        if classify_error(error) in (Outage.LOST, Outage.UNREACHABLE):
            outages.report(outages.DATABASE, str(describe_unreachable(error)), at=at)
    return True


def evaluate(at: datetime) -> None:
    """Store which conditions hold at ``at``, record the gauges, and send administrators the messages that are due."""
    findings = examine_conditions(at)
    outages.end(outages.DATABASE, at=at)
    try:
        with limit_statements(STATEMENT_TIMEOUT):
            Pulse.objects.write_evaluation(at)
            store(findings, at)
    except Error as error:
        if classify_error(error) is not Outage.UNWRITABLE:
            raise
        outages.report(outages.WRITES, str(describe_unwritable()), at=at)
        return
    outages.end(outages.WRITES, at=at)
    gauge_history.record(at)
    tell_all(findings, at)


@transaction.atomic
def store(findings: Findings, at: datetime) -> None:
    """Open an alert for each condition that holds, and end the alerts of conditions that were found not to hold.

    Conditions that are reported as outages are left out.
    """
    rows = {(alert.code, alert.subject): alert for alert in Alert.objects.open()}
    for condition, diagnosis in findings.found:
        if condition.code not in outages.CODES:
            _store_one(rows.pop((condition.code, diagnosis.subject), None), condition, diagnosis, at)
    for alert in rows.values():
        if alert.code not in findings.unknown:
            _end(alert, at)


def _store_one(alert: Alert | None, condition: Condition, diagnosis: Diagnosis, at: datetime) -> None:
    level = _LEVELS[diagnosis.severity]
    if alert is None:
        words = str(diagnosis)
        logger.log(logging.ERROR if level == AlertLevel.RED else logging.WARNING, "%s: %s", condition.code, words)
        Alert.objects.create(code=condition.code, subject=diagnosis.subject, level=level, words=words, since=at)
    elif alert.level != level:
        # Administrators are told again if the condition has become worse.
        alert.told = None if level == AlertLevel.RED else alert.told
        alert.level, alert.words = level, str(diagnosis)
        alert.save(update_fields=["level", "words", "told"])


def _end(alert: Alert, at: datetime) -> None:
    logger.info("%s has ended: %s", alert.code, alert.words)
    if alert.told is None:
        alert.delete()  # nobody was told of it
        return
    alert.ended = max(at, alert.since)
    alert.save(update_fields=["ended"])


def tell_all(findings: Findings, at: datetime) -> None:
    """Send a message about each alert that began or ended and, every ``ALERT_REMIND_HOURS``, about each open one.

    If a message cannot be sent, it and those after it are left for the next evaluation.
    """
    if not can_tell():
        return
    holds = {condition.code: condition.hold for condition in registered_conditions()}
    words = {(condition.code, diagnosis.subject): str(diagnosis) for condition, diagnosis in findings.found}
    paused = set(AlertPause.objects.filter(until__gt=at).values_list("code", flat=True))
    ended = Q(ended__gt=at - _MAX_END_AGE, told__lt=F("ended"))
    for alert in Alert.objects.filter(Q(ended=None) | ended).order_by("since", "pk"):
        state = _find_state(alert, at, hold=holds.get(alert.code, timedelta()))
        if state is None or (alert.code in paused and state != State.ENDED):
            continue
        if not tell(alert, state, words="" if alert.ended else words.get((alert.code, alert.subject), ""), at=at):
            return
        alert.told = at
        alert.save(update_fields=["told"])


def _find_state(alert: Alert, at: datetime, *, hold: timedelta) -> State | None:
    """Return what administrators should be told of an alert now, or None."""
    if alert.ended is not None:
        return State.ENDED
    if alert.told is None:
        # A condition that comes and goes does not cause a message each time.
        is_repeated = Alert.objects.was_told_since(alert.code, alert.subject, at - REPEAT_AFTER)
        return State.BEGUN if at - alert.since >= hold and not is_repeated else None
    hours = settings.ALERT_REMIND_HOURS
    return State.REMINDER if hours and at - alert.told >= timedelta(hours=hours) else None


def pause(codes: list[str], *, until: datetime) -> None:
    """Suppress alerts with any of these codes until ``until``.

    If the condition of an alert still holds then, the alert is sent. Messages that an alert has ended, and
    messages about outages of the database, are sent in any case.
    """
    AlertPause.objects.bulk_create(
        [AlertPause(code=code, until=until) for code in codes],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["until"],
    )
