"""The QuerySet for lists of stories and questions at the desk: owners, languages and the search in drafts."""

from collections import Counter
from typing import Any, Self

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.expressions import RawSQL

from newsroom.db.loose_scan import distinct_values

# The number of newest works among which the most frequent owners are determined.
MAX_WORKS_FOR_OWNERS = 1_000
# A number with more digits may not fit into the 64 bits of a primary key.
MAX_KEY_DIGITS = 18


def used_languages(kind: str) -> list[str]:
    """Return the language tags of all works of this kind."""
    return distinct_values(apps.get_model("stories", "Work"), "language", kind=kind)


class ListQuerySet[W: models.Model](models.QuerySet[W]):
    def used_languages(self) -> list[str]:
        """Return the language tags of all works of this kind."""
        return used_languages(self._kind)

    def in_language(self, tag: str) -> Self:
        return self.filter(language=tag)

    def frequent_owners(self, chosen: str, *, limit: int) -> list[Any]:
        """Return the users who own the most works, ordered by name.

        Only the ``MAX_WORKS_FOR_OWNERS`` newest works are counted. Return at most ``limit`` of these users, and also
        the user with the primary key ``chosen``.
        """
        newest = self.order_by("-pk").values_list("owner", flat=True)[:MAX_WORKS_FOR_OWNERS]
        owners = {key for key, _ in Counter(key for key in newest if key).most_common(limit)}
        if chosen.isdecimal() and len(chosen) <= MAX_KEY_DIGITS:
            owners.add(int(chosen))
        return list(get_user_model()._default_manager.filter(pk__in=owners).order_by("first_name", "username"))

    @property
    def _kind(self) -> str:
        return "story" if self.model.__name__ == "Story" else "question"

    def with_draft(self, kind: str) -> Self:
        """Return the saved works of this kind, joined with ``Draft``, whose index is ordered by the last save."""
        return self.filter(draft__kind=kind)

    def owned_by(self, key: str) -> Self:
        """Return the works of the owner with this primary key, or works without an owner if ``key`` is empty."""
        return self.filter(owner=int(key)) if key else self.filter(owner=None)

    def matching_drafts(self, statement: str, values: list[object]) -> Self:
        """Return the works whose primary keys are selected by this SQL statement on the index of drafts."""
        return self.filter(pk__in=RawSQL(statement, values))  # noqa: S611 -- no user input in the statement
