"""Submission of reader reports, and their rate limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from newsroom.digests import make_digest
from newsroom.http.client_ip import client_prefix, site_prefix
from newsroom.http.rate_limits import acquire_slots
from newsroom.site.reader_reports.models import EMAIL_LIFETIME, Report

PAGE = "page"


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """The subject of a report, identified by the kind and uid that an audit entry would have.

    ``edition`` is the number of the edition that was read. ``path`` is the public address, or empty if that is unknown.
    """

    kind: str
    uid: UUID
    title: str
    path: str = ""
    edition: int | None = None

    @classmethod
    def from_page(cls, title: str, path: str = "") -> Self:
        """Return a subject for a page that is neither a work nor an entity.

        The uid is always the same for the same address or, without an address, for the same title.
        """
        return cls(PAGE, uuid5(NAMESPACE_URL, f"newsroom:page:{path or title}"), title, path)


@transaction.atomic
def create_report(cleaned_data: Mapping[str, str], subject: ReportSubject, *, at: datetime) -> Report:
    """Store a report from the cleaned data of the form, and delete expired e-mail addresses."""
    # The form promises the deletion, so it must happen even if no worker is running.
    Report.objects.with_email_until(at - EMAIL_LIFETIME).delete_emails()
    return Report.objects.create(
        kind=subject.kind,
        uid=subject.uid,
        edition=subject.edition,
        path=subject.path,
        title=subject.title,
        sentence=cleaned_data["sentence"],
        problem=cleaned_data["problem"],
        source=cleaned_data["source"],
        email=cleaned_data["email"],
        received_at=at,
    )


# Blocking the form for everyone takes many networks, not just many connections from one network.
MAX_PER_CONNECTION = 5
MAX_PER_NETWORK = 25
MAX_IN_TOTAL = 500
LIMIT_SECONDS = 60 * 60


def allow_report(address: str) -> bool:
    """Count a report from the IP address ``address``, and return whether it is allowed.

    For ``LIMIT_SECONDS``, a report counts against ``MAX_PER_CONNECTION``, ``MAX_PER_NETWORK`` and ``MAX_IN_TOTAL``. If
    any limit has been reached, the report is not allowed and counts against none.
    """
    # IP addresses are stored only as keyed digests.
    steps = (
        (f"report:{_digest(client_prefix(address))}", MAX_PER_CONNECTION),
        (f"report:{_digest(site_prefix(address))}", MAX_PER_NETWORK),
        ("report:all", MAX_IN_TOTAL),
    )
    return acquire_slots(steps, seconds=LIMIT_SECONDS)


def _digest(network: str) -> str:
    return make_digest("newsroom.site.reports", network)
