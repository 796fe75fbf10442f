"""Export and remove the personal data in the audit log and in access events."""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from newsroom.audit.access import digest_name
from newsroom.audit.models import AccessEntry, Erasure, Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.track_changes import uid_of
from newsroom.operations import personal_data
from newsroom.operations.personal_data import FORMER_MEMBER, Forgotten, Person, Row, select
from newsroom.operations.raw_search import find_keys

# The fields of an account that identify its owner.
ACCOUNT_FIELDS = frozenset({"username", "first_name", "last_name", "email"})


def export_entries(person: Person) -> Iterator[Row]:
    """Yield the entries about the person's actions and the person's accounts.

    Each row includes the entry as a sentence.
    """
    accounts = [uid_of(user) for user in get_user_model()._default_manager.filter(pk__in=person.accounts)]
    events = Event.objects.filter(Q(by__in=person.accounts) | Q(uid__in=accounts))
    for event in events.order_by("pk").iterator():
        yield {
            "at": event.at,
            "sentence": format_entry(event),
            "kind": event.kind,
            "uid": event.uid,
            "verb": event.verb,
            "before": event.before,
            "after": event.after,
            "reason": event.reason,
        }


def forget_entries(person: Person) -> Forgotten:
    """Replace the person's names and address in all entries, and the name in erasures that the person carried out.

    The entries still say what was done, when and to which object. In entries about the person's accounts, the values of
    all ``ACCOUNT_FIELDS`` are replaced.
    """
    accounts = {uid_of(user) for user in get_user_model()._default_manager.filter(pk__in=person.accounts)}
    keys = set(Event.objects.filter(Q(by__in=person.accounts) | Q(uid__in=accounts)).values_list("pk", flat=True))
    keys.update(find_keys(person.words, Event))
    changed = 0
    for event in Event.objects.filter(pk__in=keys).order_by("pk").iterator():
        words = {
            "by_name": FORMER_MEMBER if event.by_id in person.accounts else person.anonymize(event.by_name),
            "before": _anonymize(person, event.before, is_about_account=event.uid in accounts),
            "after": _anonymize(person, event.after, is_about_account=event.uid in accounts),
            "reason": person.anonymize(event.reason),
        }
        if any(getattr(event, name) != value for name, value in words.items()):
            Event.objects.filter(pk=event.pk).update(**words)
            changed += 1
    # Erasures that were repeated after a restore have a name, but no account.
    by_person = Q(by__in=person.accounts) | Q(by=None, by_name__in=[*person.names, *person.usernames])
    erasures = Erasure.objects.filter(by_person).exclude(by_name=FORMER_MEMBER)
    return Forgotten(changed=changed + erasures.update(by_name=FORMER_MEMBER))


def export_access_entries(person: Person) -> Iterator[Row]:
    """Yield the access events of the person's accounts, and those whose unknown name is the address or a username."""
    yield from select(
        _access_entries_of(person).order_by("pk"), at="at", event="verb", connection="connection", browser="browser"
    )


def forget_access_entries(person: Person) -> Forgotten:
    """Delete the access events that ``export_access_entries`` yields."""
    return Forgotten(_access_entries_of(person).order_by().delete()[0])


def _access_entries_of(person: Person) -> QuerySet[AccessEntry]:
    names = [digest_name(name) for name in (person.address, *person.usernames)]
    return AccessEntry.objects.filter(Q(account__in=person.accounts) | Q(unknown_name__in=names))


def _anonymize(person: Person, values: dict[str, object], *, is_about_account: bool) -> object:
    removed = dict.fromkeys(values.keys() & ACCOUNT_FIELDS, FORMER_MEMBER) if is_about_account else {}
    return person.anonymize_values(values | removed)


def register() -> None:
    """Register the personal data of this app."""
    personal_data.register(
        "audit_entries",
        "entries of the activity log: what the person did, and what was done to the account",
        export=export_entries,
        forget=forget_entries,
    )
    personal_data.register(
        "access_events",
        "access events: sign-ins, failed ones, ended sessions; with digests in place of the connections",
        export=export_access_entries,
        forget=forget_access_entries,
    )
    personal_data.register_reason("record_erasure", "The reason of an erasure proves what was erased.")
