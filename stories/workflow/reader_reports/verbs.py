"""Verbs for reader reports: receive, dismiss with a reason, mark as corrected by an edition, and reopen.

Each decision gets an audit entry.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator

from newsroom.accounts.models import User, users_with_permission
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import notify
from newsroom.site.reader_reports.models import Report, ReportState
from newsroom.site.reader_reports.submit import ReportSubject, create_report
from stories.models import Edition, Work
from stories.workflow.reader_reports.replies import store_reply

VIEW_PERMISSION = "site.view_report"
DECIDE_PERMISSION = "site.decide_report"
_ONLY_EDITORS = "Only editors can decide on reader reports."
_MAX_TITLE_LENGTH = 160


@transaction.atomic
def receive_report(cleaned_data: Mapping[str, str], subject: ReportSubject, *, at: datetime) -> Report:
    """Store and return a reader report, and notify the owner of the page.

    If there is no owner who may see reports, notify all users who may decide on them.
    """
    report = create_report(cleaned_data, subject, at=at)
    work = get_work(report)
    owner = work.owner if work else None
    owner_may_view = owner is not None and owner.is_active and owner.has_perm(VIEW_PERMISSION)
    notify(
        [owner] if owner is not None and owner_may_view else users_with_permission(DECIDE_PERMISSION),
        NoticeKind.REPORT,
        thing_kind=report.kind,
        thing_uid=report.uid,
        words=f"A reader reported an error on “{Truncator(str(report)).chars(_MAX_TITLE_LENGTH)}”.",
        address=reverse("admin:site_report_change", args=[report.pk]),
        at=at,
    )
    return report


@transaction.atomic
def dismiss_report(report: Report, *, by: User, reason: str, reply: str = "") -> None:
    """Dismiss a report; ``reason`` is for the desk only, and ``reply`` is sent to the reader.

    Raise NotAllowedError if the user may not decide on reports. Raise ValidationError if the reason is empty, or if the
    report has been decided or erased in the meantime.
    """
    require_permission(by, DECIDE_PERMISSION, _ONLY_EDITORS)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError("Give a reason for dismissing the report.", code="reason")})
    locked = _lock_report(report, is_open=True)
    _decide(locked, ReportState.DISMISSED, by=by, reason=reason)
    _write_entry(locked, "report dismissed", by=by, reason=reason)
    store_reply(locked, reply, at=clock.now())


@transaction.atomic
def settle_reports(reports: Iterable[Report], edition: Edition, *, by: User, reply: str = "") -> None:
    """Mark these reports as corrected by the edition; ``reply`` is sent to the readers once it is live.

    Skip reports on other pages, and reports that have been decided in the meantime. Raise NotAllowedError if the user
    may not decide on reports.
    """
    keys = [report.pk for report in reports]
    if not keys:
        return
    require_permission(by, DECIDE_PERMISSION, _ONLY_EDITORS)
    open_reports = Report.objects.select_for_update().about([edition.uid]).open()
    for report in open_reports.filter(pk__in=keys).order_by("pk"):
        _decide(report, ReportState.CORRECTED, by=by, led_to=edition.number)
        _write_entry(report, "report settled", by=by, edition=edition.number, label=edition.label)
        store_reply(report, reply, at=clock.now(), edition=edition)


@transaction.atomic
def reopen_report(report: Report, *, by: User) -> None:
    """Reopen a report that was decided. A reply that was not sent yet is not sent.

    Raise NotAllowedError if the user may not decide on reports. Raise ValidationError if the report is open or has been
    erased.
    """
    require_permission(by, DECIDE_PERMISSION, _ONLY_EDITORS)
    locked = _lock_report(report, is_open=False)
    locked.state, locked.decided_by, locked.decided_at = ReportState.OPEN, None, None
    locked.reason, locked.led_to = "", None
    if locked.replied_at is None:
        locked.reply = ""
    locked.save()
    _write_entry(locked, "report taken up again", by=by)


def list_open_reports(work: Work) -> list[Report]:
    """Return the open reports on a work, newest first."""
    return list(Report.objects.about([work.uid]).open().open_first())


def get_work(report: Report) -> Work | None:
    """Return the work that a report is about, or None if it is about another page."""
    return Work.objects.filter(uid=report.uid).select_related("story", "faq", "owner").first()


def get_editions(report: Report) -> dict[int, Edition]:
    """Return all editions of the work that a report is about, keyed by number."""
    return {edition.number: edition for edition in Edition.objects.filter(uid=report.uid).for_cards().with_ordinals()}


def _lock_report(report: Report, *, is_open: bool) -> Report:
    locked = Report.objects.select_for_update().filter(pk=report.pk).first()
    if locked is None:
        raise ValidationError("This report has been erased, together with its page.", code="gone")
    if locked.is_open != is_open:
        raise ValidationError(
            "Someone has already decided on this report." if is_open else "This report is already open.",
            code="decided",
        )
    return locked


def _decide(report: Report, state: ReportState, *, by: User, reason: str = "", led_to: int | None = None) -> None:
    report.state, report.decided_by, report.decided_at = state, by, clock.now()
    report.reason, report.led_to = reason, led_to
    report.save(update_fields=["state", "decided_by", "decided_at", "reason", "led_to"])


def _write_entry(report: Report, verb: str, *, by: User, reason: str = "", **values: object) -> None:
    """Write an audit entry about the page of the report."""
    # Without the reader's words, because the log is permanent.
    Event.objects.write(report.kind, report.uid, verb, by=by, after={"report": report.pk, **values}, reason=reason)
