"""Index the publication statuses that each work has or may have later, for lists by status."""

from collections.abc import Iterable, Sequence

from django.db import connection

from newsroom.db.statements import PreparedChange, build_delete, pad_values, prepared_cursor
from newsroom.http import clock
from stories.models import PossibleStanding, Work

BATCH_SIZE = 500

# Each edition that is in force or pending gives its work a possible status. A pending edition also gives the work
# “waiting”, and “draft” for the time before the edition begins. A work without such an edition is a draft.
_INSERT_STATUSES = """
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

_DELETE_STATUSES = PreparedChange(lambda works: build_delete(PossibleStanding.objects.filter(work__id__in=works)))


def update_statuses(keys: Iterable[int]) -> None:
    """Replace the possible statuses of these works. This must be called in the transaction that changes the works.

    This takes two queries for each batch of ``BATCH_SIZE`` works.
    """
    sorted_keys = sorted(keys)
    for start in range(0, len(sorted_keys), BATCH_SIZE):
        batch = sorted_keys[start : start + BATCH_SIZE]
        _DELETE_STATUSES(works=batch)
        _write(batch)


def add_statuses(keys: Iterable[int]) -> None:
    """Add the possible statuses of these works after a save.

    Earlier statuses remain until a verb calls ``update_statuses``. This is harmless, because lists also check the
    editions. This takes one query for each batch of ``BATCH_SIZE`` works.
    """
    sorted_keys = sorted(keys)
    for start in range(0, len(sorted_keys), BATCH_SIZE):
        _write(sorted_keys[start : start + BATCH_SIZE])


def add_missing_statuses() -> None:
    """Write the possible statuses of works that have none."""
    update_statuses(Work.objects.filter(possible_standings=None).values_list("pk", flat=True))


def _write(keys: Sequence[int]) -> None:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    padded_keys = pad_values(list(keys))
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT_STATUSES.format(places=", ".join(["%s"] * len(padded_keys))), [now, now, *padded_keys])
