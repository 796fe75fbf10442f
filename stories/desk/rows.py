"""Brings the rows of one parent in line with what a document says, found by their uid."""

import uuid
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import models

type Fields = Mapping[str, object]


def bring_in_line[Row: models.Model](
    model: type[Row], parent: Fields, wanted: Sequence[tuple[UUID, Fields]], *, key: str = ""
) -> list[Row]:
    """Return the rows of ``parent``, one for each of ``wanted`` (uid and fields), in that order.

    Rows are updated in place and saved only when a field differs; a missing one is made, one that is not wanted is
    deleted. ``key`` names a field that a constraint lets stand once in a parent: a row that changes it is made anew,
    so that two rows can exchange their values. A uid that is another parent's row is replaced by a fresh one.
    """
    manager = model._default_manager
    uids = [uid for uid, _ in wanted]
    existing = {row.uid: row for row in manager.filter(**parent)}  # type: ignore[attr-defined]  # every row has one
    foreign = set(manager.filter(uid__in=uids).exclude(**parent).values_list("uid", flat=True))
    keep = {
        uid for uid, fields in wanted if uid in existing and (not key or getattr(existing[uid], key) == fields[key])
    }
    gone = [row.pk for uid, row in existing.items() if uid not in keep]
    if gone:
        manager.filter(pk__in=gone).delete()
    rows = []
    for position, (uid, fields) in enumerate(wanted):
        values = {**fields, "position": position}
        row = existing.get(uid) if uid in keep else None
        if row is None:
            row = manager.create(uid=uuid.uuid4() if uid in foreign else uid, **parent, **values)
        elif changed := [name for name, value in values.items() if getattr(row, name) != value]:
            for name in changed:
                setattr(row, name, values[name])
            row.save()
        rows.append(row)
    return rows
