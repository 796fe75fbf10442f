"""Keeps what is named from being joined or renamed while a verb is done to what names it."""

from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from newsroom.db.statements import prepared_cursor
from newsroom.names.models import Named


def hold(things: Iterable[Named]) -> list[Named]:
    """Let nobody join these to others until the transaction is over; return those that were joined since they were read.

    What they were joined to before is held as well. Those who hold the same do not wait for each other, but for somebody
    who is joining or renaming it (``FOR KEY SHARE`` beside ``FOR UPDATE``). One query for each kind of things; none on
    SQLite, where nobody else has written since the transaction began.
    """
    if connection.vendor != "postgresql":
        return []
    kinds: dict[type[Named], dict[int, Named]] = {}
    for thing in things:
        kinds.setdefault(type(thing), {})[thing.pk] = thing
    joined: list[Named] = []
    for model, read in _in_order(kinds):
        into = {thing.merged_into_id for thing in read.values() if thing.merged_into_id is not None}
        now = _held(model, read.keys() | into)
        moved = {key for key in into if now.get(key) is not None}
        joined += [
            thing
            for key, thing in read.items()
            if thing.merged_into_id in moved or now.get(key, thing.merged_into_id) != thing.merged_into_id
        ]
    return joined


def hold_keys(kinds: Mapping[type[Named], Iterable[int]]) -> None:
    """Do the same for the things with these keys, and for what they are joined to by then."""
    if connection.vendor != "postgresql":
        return
    for model, keys in _in_order(kinds):
        held, left = set[int](), set(keys)
        while left:
            held |= left
            left = {into for into in _held(model, left).values() if into is not None} - held


def _held(model: type[Named], keys: Collection[int]) -> dict[int, int | None]:
    """Lock the rows, and return what each is joined to, by its key."""
    with prepared_cursor() as cursor:
        # In one order, so that nobody who joins two of them waits for one who waits for him.
        cursor.execute(
            f'SELECT "id", "merged_into_id" FROM "{model._meta.db_table}" WHERE "id" = ANY(%s) ORDER BY "id" FOR KEY SHARE',  # noqa: S608 -- names of our own
            [sorted(keys)],
        )
        return dict(cursor.fetchall())


def _in_order[Keys](kinds: Mapping[type[Named], Keys]) -> list[tuple[type[Named], Keys]]:
    return sorted(kinds.items(), key=lambda each: each[0]._meta.db_table)
