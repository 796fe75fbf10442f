"""Export and remove the personal data in reader reports."""

from collections.abc import Iterator

from newsroom.operations import personal_data
from newsroom.operations.personal_data import Forgotten, Person, Row, select
from newsroom.site.reader_reports.models import Report


def export_reports(person: Person) -> Iterator[Row]:
    """Yield the reports with the e-mail address of the person."""
    yield from select(
        Report.objects.filter(email__iexact=person.address).order_by("pk"),
        page="title",
        path="path",
        edition="edition",
        sentence="sentence",
        problem="problem",
        source="source",
        email="email",
        received="received_at",
        state="state",
        decided="decided_at",
        reason="reason",
        reply="reply",
        replied="replied_at",
    )


def forget_reports(person: Person) -> Forgotten:
    """Delete the reports with the e-mail address of the person."""
    deleted, _ = Report.objects.filter(email__iexact=person.address).delete()
    return Forgotten(deleted)


def register() -> None:
    """Register the personal data of this package."""
    personal_data.register(
        "reports",
        "reports of errors on pages",
        export=export_reports,
        forget=forget_reports,
        addresses=lambda: Report.objects.exclude(email="").values_list("email", flat=True),
    )
    personal_data.register_reason("site_report", "It is a report by someone else.")
