"""What the desk's lists of stories and questions ask: who owns them, which languages they are in, what their drafts say."""

from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.models import OuterRef, Subquery
from django.db.models.expressions import RawSQL

# Each next language is looked up in the index, so that not every row is read for a handful of languages.
_LANGUAGES = """
WITH RECURSIVE tags(tag) AS (
  SELECT MIN("language") FROM "stories_work" WHERE "kind" = %s
  UNION ALL
  SELECT (SELECT MIN("language") FROM "stories_work" WHERE "kind" = %s AND "language" > tags.tag)
  FROM tags WHERE tags.tag IS NOT NULL
) SELECT tag FROM tags WHERE tag IS NOT NULL LIMIT 100
"""


def languages_of(kind: str) -> list[str]:
    """Return the tags of the languages in which works of this kind are written."""
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES, [kind, kind])
        return [tag for (tag,) in cursor.fetchall()]


class ListedQuerySet[W: models.Model](models.QuerySet[W]):
    """Questions of the desk's lists."""

    def languages(self) -> list[str]:
        """Return the tags of the languages in use."""
        return languages_of("story" if self.model.__name__ == "Story" else "question")

    def in_language(self, tag: str) -> Self:
        """Keep what is written in this language."""
        return self.filter(language=tag)

    def owners(self) -> list[Any]:
        """Return the people to whom some of this belongs, by name."""
        people = get_user_model()._default_manager
        # One work of each is looked up in the index, and not all works to find their owners.
        one = self.model._default_manager.filter(owner=OuterRef("pk")).values("pk")[:1]
        owning = people.annotate(owns=Subquery(one)).filter(owns__isnull=False)
        return list(owning.order_by("first_name", "username"))

    def owned_by(self, key: str) -> Self:
        """Keep what belongs to the person of this key; to nobody where it is empty."""
        return self.filter(owner=int(key)) if key else self.filter(owner=None)

    def answering(self, statement: str, values: list[object]) -> Self:
        """Keep the works whose keys this statement of the index of drafts finds."""
        return self.filter(pk__in=RawSQL(statement, values))  # noqa: S611 -- a statement of our own
