"""QuerySet for the desk's lists of stories and questions: owners, languages and the search in drafts."""

from collections import Counter
from typing import Any, Self

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.expressions import RawSQL

from newsroom.db.loose_scan import distinct_values

# Owners to filter by are counted among this many of the newest works.
MAX_WORKS_FOR_OWNERS = 1_000
# Digits of a primary key: larger numbers do not fit into the 64-bit integer of a database.
MAX_KEY_DIGITS = 18


def used_languages(kind: str) -> list[str]:
    """Return the language tags of all works of this kind."""
    return distinct_values(apps.get_model("stories", "Work"), "language", kind=kind)


class ListQuerySet[W: models.Model](models.QuerySet[W]):
    def used_languages(self) -> list[str]:
        """Return the language tags in use."""
        return used_languages(self._kind)

    def in_language(self, tag: str) -> Self:
        return self.filter(language=tag)

    def frequent_owners(self, chosen: str, *, limit: int) -> list[Any]:
        """Return the users who own most of the newest works, ordered by name.

        At most ``limit`` of them, counted among the newest 1,000 works, and the user with the primary key ``chosen``.
        """
        newest = self.order_by("-pk").values_list("owner", flat=True)[:MAX_WORKS_FOR_OWNERS]
        owning = {key for key, _ in Counter(key for key in newest if key).most_common(limit)}
        if chosen.isdecimal() and len(chosen) <= MAX_KEY_DIGITS:
            owning.add(int(chosen))
        return list(get_user_model()._default_manager.filter(pk__in=owning).order_by("first_name", "username"))

    @property
    def _kind(self) -> str:
        return "story" if self.model.__name__ == "Story" else "question"

    def with_draft(self, kind: str) -> Self:
        """Return the saved works of this kind, by a join with ``Draft``, whose index orders them by last save."""
        return self.filter(draft__kind=kind)

    def owned_by(self, key: str) -> Self:
        """Return the works owned by the user with this primary key, or without an owner if ``key`` is empty."""
        return self.filter(owner=int(key)) if key else self.filter(owner=None)

    def matching_drafts(self, statement: str, values: list[object]) -> Self:
        """Return the works whose primary keys this SQL statement on the index of drafts selects."""
        return self.filter(pk__in=RawSQL(statement, values))  # noqa: S611 -- the statement is our own
