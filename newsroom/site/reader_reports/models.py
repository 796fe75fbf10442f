"""The model for reader reports and the decisions on them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# Days for which the e-mail address of a reader is stored. The form promises this limit, so ``RETENTION`` may only
# shorten it: otherwise the promise to those who have already reported would be broken.
MAX_EMAIL_DAYS = 90
EMAIL_DAYS = settings.RETENTION.get("report_addresses", MAX_EMAIL_DAYS)
EMAIL_LIFETIME = timedelta(days=EMAIL_DAYS)


class ReportState(models.TextChoices):
    """The state of a report: open, or the decision on it."""

    OPEN = "open", "Open"
    DISMISSED = "dismissed", "Dismissed"
    CORRECTED = "corrected", "Led to a correction"


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        """Return the reports without a decision."""
        return self.filter(state=ReportState.OPEN)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def about(self, uids: Iterable[UUID]) -> Self:
        """Return the reports on the works or pages with these uids."""
        return self.filter(uid__in=list(uids))

    def open_first(self) -> Self:
        """Order open reports by time of receipt, then all others by time of decision, each newest first."""
        return self.order_by(F("decided_at").desc(nulls_first=True), "-received_at", "-pk")

    def waiting_for_reply(self) -> Self:
        """Return the reports that led to a correction, and whose reply was not sent to the address they have."""
        return self.filter(state=ReportState.CORRECTED, replied_at=None).exclude(reply="").exclude(email="")

    def with_email_until(self, moment: datetime) -> Self:
        """Return the reports with an e-mail address that were received by ``moment``."""
        return self.filter(received_at__lte=moment).exclude(email="")

    def delete_emails(self) -> int:
        """Delete the e-mail addresses of these reports, and return the number of reports."""
        return self.update(email="")


class Report(models.Model):
    """A reader's report of an error on a page. Only users of the desk can read it.

    ``kind``, ``uid`` and ``edition`` identify the page, as in an audit entry. ``path`` is the address of the page, or
    empty if the reader gave no public address. ``title`` is the title of the page when it was reported, or the reader's
    description of the page. ``led_to`` is the number of the edition with the correction, as it was first published or
    scheduled. ``reply`` is sent once to the reader, at ``replied_at``.
    """

    kind = models.CharField(max_length=20)
    uid = models.UUIDField(db_index=True)
    edition = models.PositiveIntegerField(null=True)
    path = models.CharField(max_length=1_000, blank=True)
    title = models.CharField("page", max_length=1_000, blank=True)
    sentence = models.TextField(blank=True)
    problem = models.TextField("what is wrong")
    source = models.TextField(blank=True)
    email = models.EmailField("e-mail", blank=True)
    received_at = models.DateTimeField("received")
    state = models.CharField(
        "status",
        max_length=10,
        choices=ReportState,
        default=ReportState.OPEN,
        db_default=ReportState.OPEN,
        editable=False,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(blank=True)
    led_to = models.PositiveIntegerField(null=True, editable=False)
    reply = models.TextField("reply to the reader", blank=True, default="", db_default="")
    replied_at = models.DateTimeField(null=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "reader report"
        default_permissions = ("view",)
        permissions: ClassVar = [("decide_report", "Can decide on reader reports")]
        indexes: ClassVar = [
            models.Index(fields=["state", "-received_at"], name="report_by_state"),
            # On PostgreSQL, this index has the order of ``open_first``. SQLite cannot put NULL first in a descending
            # index, so it sorts the rows.
            models.Index(fields=["-decided_at", "-received_at", "-id"], name="report_open_first"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="report_says_what_is_wrong",
                condition=~Q(problem=""),
                violation_error_message="Describe the error.",
            ),
            models.CheckConstraint(
                name="report_open_or_decided",
                condition=Q(state=ReportState.OPEN, decided_at=None, decided_by=None)
                | Q(
                    state__in=[ReportState.DISMISSED, ReportState.CORRECTED],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                violation_error_message="A report that is not open needs a person and a time of the decision.",
            ),
            models.CheckConstraint(
                name="report_dismissed_with_reason",
                condition=~Q(state=ReportState.DISMISSED) | ~Q(reason=""),
                violation_error_message="Give a reason for dismissing the report.",
            ),
            models.CheckConstraint(
                name="report_led_to_edition",
                condition=Q(state=ReportState.CORRECTED, led_to__isnull=False)
                | (~Q(state=ReportState.CORRECTED) & Q(led_to=None)),
                violation_error_message="A report that led to a correction needs its edition.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.path or "Page not named"

    @property
    def is_open(self) -> bool:
        return self.state == ReportState.OPEN

    @property
    def source_url(self) -> str:
        """The source if it is just a web address, so that it can be a link; otherwise an empty string."""
        is_address = self.source.startswith(("https://", "http://")) and not any(map(str.isspace, self.source))
        return self.source if is_address else ""

    def email_at(self, moment: datetime) -> str:
        """Return the reader's e-mail address, or an empty string if it has expired, even if it is still stored."""
        return self.email if moment - self.received_at < EMAIL_LIFETIME else ""
