"""The rows of the audit log from which the digest in a backup is computed."""

from collections.abc import Iterator

from newsroom.audit.models import Event


def read_events(alias: str) -> Iterator[tuple[object, ...]]:
    """Yield the entries of the log in the database with this alias, ordered by key."""
    columns = ("pk", "kind", "uid", "verb", "at", "by_id", "by_name", "before", "after", "reason")
    for key, kind, uid, verb, at, *rest in Event.objects.using(alias).order_by("pk").values_list(*columns).iterator():
        yield key, kind, str(uid), verb, at.isoformat(), *rest
