"""Keeps what is named from being joined to something else while what names it goes out."""

from collections.abc import Iterable

from django.db import connection

from newsroom.names.models import Named
from newsroom.prepared import prepared_cursor


def hold(things: Iterable[Named]) -> list[Named]:
    """Let nobody join these to others until the transaction is over; return those that were joined since they were read.

    Those who hold the same do not wait for each other, but for somebody who is joining it (``FOR KEY SHARE`` beside ``FOR
    UPDATE``). One query for each kind of things; none on SQLite, where nobody else has written since the transaction began.
    """
    if connection.vendor != "postgresql":
        return []
    kinds: dict[type[Named], dict[int, Named]] = {}
    for thing in things:
        kinds.setdefault(type(thing), {})[thing.pk] = thing
    joined: list[Named] = []
    for model, read in sorted(kinds.items(), key=lambda each: each[0]._meta.db_table):
        with prepared_cursor() as cursor:
            # In one order, so that nobody who joins two of them waits for one who waits for him.
            cursor.execute(
                f'SELECT "id", "merged_into_id" FROM "{model._meta.db_table}" WHERE "id" = ANY(%s) ORDER BY "id" FOR KEY SHARE',  # noqa: S608 -- names of our own
                [sorted(read)],
            )
            joined += [read[key] for key, into in cursor.fetchall() if into != read[key].merged_into_id]
    return joined
