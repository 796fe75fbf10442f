"""What the audit log stores about a person."""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db.models import Q

from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.track_changes import uid_of
from newsroom.operations import personal_data
from newsroom.operations.personal_data import Person, Row


def export_entries(person: Person) -> Iterator[Row]:
    """Yield the entries about what the person did, and those about the person's accounts, each also as a sentence."""
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


def register() -> None:
    """Register the data of this app."""
    personal_data.register(
        "audit_entries",
        "entries of the activity log: what the person did, and what was done to the account",
        export_entries,
    )
