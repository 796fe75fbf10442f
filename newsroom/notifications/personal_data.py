"""Export and remove the personal data in notifications."""

from collections.abc import Iterator

from newsroom.notifications.models import Notice, NoticeChoice
from newsroom.operations import personal_data
from newsroom.operations.personal_data import FORMER_MEMBER, Forgotten, Person, Row, select
from newsroom.operations.raw_search import find_keys


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
    """Yield the person's preferences."""
    yield from select(NoticeChoice.objects.filter(person__in=person.accounts).order_by("pk"), kind="kind", way="way")


def forget_notices(person: Person) -> Forgotten:
    """Delete the notifications to the person, and replace the person's names in notifications to other users."""
    deleted, _ = Notice.objects.filter(person__in=person.accounts).delete()
    changed = 0
    for notice in Notice.objects.filter(pk__in=find_keys(person.words, Notice)):
        if (words := _anonymize(person, notice.words)) != notice.words:
            changed += Notice.objects.filter(pk=notice.pk).update(words=words)
    return Forgotten(deleted, changed)


def _anonymize(person: Person, words: str) -> str:
    """Return the words with all names of the person replaced. A replacement at the beginning is capitalised."""
    for name in (*person.names, *person.usernames):
        if words.startswith(f"{name} "):
            words = f"{FORMER_MEMBER[0].upper()}{FORMER_MEMBER[1:]}{words.removeprefix(name)}"
    return person.anonymize(words)


def forget_choices(person: Person) -> Forgotten:
    """Delete the person's preferences."""
    deleted, _ = NoticeChoice.objects.filter(person__in=person.accounts).delete()
    return Forgotten(deleted)


def register() -> None:
    """Register the personal data of this app."""
    personal_data.register("notices", "notifications", export=export_notices, forget=forget_notices)
    personal_data.register("notice_choices", "notification settings", export=export_choices, forget=forget_choices)
