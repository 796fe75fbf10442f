"""Read the columns of editions for the digest that a backup stores."""

from collections.abc import Iterator

from stories.editions.models import Edition


def read_editions(alias: str) -> Iterator[tuple[object, ...]]:
    """Yield the uid, number, document digest and span of each edition in the database with this alias."""
    columns = ("uid", "number", "document__digest", "live_from", "live_until")
    editions = Edition.objects.using(alias).order_by("uid", "number").values_list(*columns)
    for uid, number, digest, live_from, live_until in editions.iterator():
        yield str(uid), number, digest, live_from.isoformat(), live_until.isoformat()
