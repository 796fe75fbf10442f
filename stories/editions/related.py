"""The related stories of each published story."""

from collections.abc import Mapping, Sequence
from json import dumps
from uuid import UUID

from django.db import connection, models

from newsroom.db.statements import prepared_cursor

# Unchanged rows are left alone, because ON CONFLICT would lock them.
_STORE = """
INSERT INTO "stories_relatedstories" ("uid", "others")
SELECT chosen."uid", chosen."others" FROM {chosen}
WHERE (
    (SELECT stored."others" FROM "stories_relatedstories" AS stored WHERE stored."uid" = chosen."uid") = chosen."others"
) IS NOT TRUE
ON CONFLICT ("uid") DO UPDATE SET "others" = excluded."others"
RETURNING "uid"
"""
_STORE_ON_POSTGRESQL = _STORE.format(chosen='unnest(%s::uuid[], %s::jsonb[]) AS chosen("uid", "others")')


class RelatedQuerySet(models.QuerySet["RelatedStories"]):
    def uids_related_to(self, uid: UUID) -> list[UUID]:
        """Return the uids of the stories related to the story ``uid``, most closely related first."""
        others = self.filter(uid=uid).values_list("others", flat=True).first()
        return [UUID(other) for other in others or ()]

    def store(self, others: Mapping[UUID, Sequence[str]]) -> list[UUID]:
        """Store the uids of the stories related to each story.

        Return the uids of the stories for which they have changed.
        """
        # In a fixed order, so that two transactions that write the same rows do not deadlock.
        rows = [(uid, dumps(others[uid])) for uid in sorted(others)]
        if not rows:
            return []
        with prepared_cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(_STORE_ON_POSTGRESQL, [list(column) for column in zip(*rows, strict=True)])
            else:
                values = ", ".join(["(%s, %s)"] * len(rows))
                chosen = f'(SELECT column1 AS "uid", column2 AS "others" FROM (VALUES {values})) AS chosen'  # noqa: S608  # contains no input
                cursor.execute(_STORE.format(chosen=chosen), [value for uid, text in rows for value in (uid.hex, text)])
            return [UUID(str(uid)) for (uid,) in cursor.fetchall()]


class RelatedStories(models.Model):
    """The uids of the stories that share the rarest topics with the story ``uid``, most closely related first.

    More uids are stored than a page shows, because some of the stories may be withdrawn later.
    """

    uid = models.UUIDField(unique=True)
    others = models.JSONField(default=list)

    objects = RelatedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "related stories"

    def __str__(self) -> str:
        return str(self.uid)
