"""What notifications store about a person."""

from collections.abc import Iterator

from newsroom.notifications.models import Notice, NoticeChoice
from newsroom.operations import personal_data
from newsroom.operations.personal_data import Person, Row, select


def export_notices(person: Person) -> Iterator[Row]:
    """Yield the notifications to the person."""
    yield from select(
        Notice.objects.filter(person__in=person.accounts).order_by("pk"),
        kind="kind",
        words="words",
        address="address",
        written="told_at",
        read="read_at",
        mail="mail",
        mailed="mailed_at",
    )


def export_choices(person: Person) -> Iterator[Row]:
    """Yield what the person chose to be notified of."""
    yield from select(NoticeChoice.objects.filter(person__in=person.accounts).order_by("pk"), kind="kind", way="way")


def register() -> None:
    """Register the data of this app."""
    personal_data.register("notices", "notifications", export_notices)
    personal_data.register("notice_choices", "what to be notified of, and how", export_choices)
