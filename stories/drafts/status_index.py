"""Index the publication statuses that each work may have, now or later, for lists by status."""

from collections.abc import Iterable, Sequence

from django.db import connection

from newsroom.db.statements import PreparedChange, build_delete, pad_values, prepared_cursor
from newsroom.http import clock
from stories.models import PossibleStanding, Work

BATCH = 500

# Each live or pending edition is a possible status of its work. A pending one adds “waiting”, and “draft” for the time
# before it begins.
_NOTED = """
INSERT INTO "stories_possiblestanding" ("standing", "work_id", "saved_at")
SELECT DISTINCT
  CASE
    WHEN edition."id" IS NULL OR further."what" = 1 THEN 'draft'
    WHEN further."what" = 2 THEN 'waiting'
    WHEN edition."kind" = 'notice' THEN 'withdrawn'
    WHEN edition."document_id" = newest."document_id" THEN 'live'
    ELSE 'changed'
  END,
  work."id", COALESCE(newest."created_at", work."created_at")
FROM "stories_work" AS work
LEFT JOIN "stories_revision" AS newest ON newest."work_id" = work."id" AND newest."number" = (
  SELECT MAX("number") FROM "stories_revision" WHERE "work_id" = work."id" AND "of_desk"
)
LEFT JOIN "stories_edition" AS edition
  ON edition."work_id" = work."id" AND edition."live_until" > edition."live_from" AND edition."live_until" > %s
JOIN (SELECT 0 AS "what" UNION ALL SELECT 1 UNION ALL SELECT 2) AS further
  ON further."what" = 0 OR edition."live_from" > %s
WHERE work."id" IN ({places})
ON CONFLICT ("standing", "work_id") DO UPDATE SET "saved_at" = excluded."saved_at"
"""

_FORGOTTEN = PreparedChange(lambda works: build_delete(PossibleStanding.objects.filter(work__id__in=works)))


def update_statuses(keys: Iterable[int]) -> None:
    """Write the possible statuses of these works, in the transaction that changed them.

    Take two queries for each BATCH.
    """
    every = sorted(keys)
    for begin in range(0, len(every), BATCH):
        batch = every[begin : begin + BATCH]
        _FORGOTTEN(works=batch)
        _write(batch)


def add_statuses(keys: Iterable[int]) -> None:
    """Write the possible statuses of these works after a save. Take one query for each BATCH.

    Earlier statuses remain until a verb calls ``note``: lists check the editions in any case.
    """
    every = sorted(keys)
    for begin in range(0, len(every), BATCH):
        _write(every[begin : begin + BATCH])


def add_missing_statuses() -> None:
    """Write the possible statuses of works that have none."""
    update_statuses(Work.objects.filter(possible_standings=None).values_list("pk", flat=True))


def _write(keys: Sequence[int]) -> None:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    given = pad_values(list(keys))
    with prepared_cursor() as cursor:
        cursor.execute(_NOTED.format(places=", ".join(["%s"] * len(given))), [now, now, *given])
