"""What the desk's lists of stories and questions ask: who owns them, which languages they are in, what their drafts say."""

from collections import Counter
from typing import Any, Self

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.expressions import RawSQL

from newsroom.db.loose_scan import distinct_values

# So many of the newest works say who owns something.
MOST_READ = 1_000
# No database counts further.
LONGEST_KEY = 18


def languages_of(kind: str) -> list[str]:
    """Return the tags of the languages in which works of this kind are written."""
    return distinct_values(apps.get_model("stories", "Work"), "language", kind=kind)


class ListedQuerySet[W: models.Model](models.QuerySet[W]):
    """Questions of the desk's lists."""

    def languages(self) -> list[str]:
        """Return the tags of the languages in use."""
        return languages_of(self._kind)

    def in_language(self, tag: str) -> Self:
        """Keep what is written in this language."""
        return self.filter(language=tag)

    def owners(self, chosen: str, *, limit: int) -> list[Any]:
        """Return the people to whom most of the newest of this belongs, and the one of the key ``chosen``, by name."""
        newest = self.order_by("-pk").values_list("owner", flat=True)[:MOST_READ]
        owning = {key for key, _ in Counter(key for key in newest if key).most_common(limit)}
        if chosen.isdecimal() and len(chosen) <= LONGEST_KEY:
            owning.add(int(chosen))
        return list(get_user_model()._default_manager.filter(pk__in=owning).order_by("first_name", "username"))

    @property
    def _kind(self) -> str:
        return "story" if self.model.__name__ == "Story" else "question"

    def of_drafts(self, kind: str) -> Self:
        """Keep works of this kind that were saved, as the index knows them in whose order the last saved stand first."""
        return self.filter(draft__kind=kind)

    def owned_by(self, key: str) -> Self:
        """Keep what belongs to the person of this key; to nobody where it is empty."""
        return self.filter(owner=int(key)) if key else self.filter(owner=None)

    def answering(self, statement: str, values: list[object]) -> Self:
        """Keep the works whose keys this statement of the index of drafts finds."""
        return self.filter(pk__in=RawSQL(statement, values))  # noqa: S611 -- a statement of our own
