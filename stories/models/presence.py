"""Who has a work open now."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery

from stories.models.revision import Revision
from stories.models.work import Work


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Keeping and forgetting windows."""

    def keep(self, seen: "Presence", *, is_active: bool) -> None:
        """Write that a window was seen, in one statement whether it is known or not."""
        self._put(seen, "place", "has_unsaved", "seen_at", "sequence", *(["active_at"] if is_active else []))

    def keep_gone(self, gone: "Presence") -> None:
        """Write that a window was closed, in one statement whether it is known or not."""
        self._put(gone, "gone_after")

    def forget(self, *, unseen_since: datetime) -> None:
        """Delete every window that was not seen since."""
        self.filter(seen_at__lte=unseen_since).delete()

    def _put(self, row: "Presence", *changes: str) -> None:
        self.bulk_create(
            [row], update_conflicts=True, unique_fields=["work", "person", "window"], update_fields=changes
        )


class Presence(models.Model):
    """One window in which a person has a work open; gone when it is not seen again.

    ``place`` names the field they are in as anchors do (``sections.<uid>.text``), so that it is the same in every
    window. ``active_at`` is when they last did something there.

    A window numbers what it says, and a word that was sent before it closed can arrive after: ``sequence`` is that of
    the word heard last, ``gone_after`` that of the last good-bye. A window is open while the former is greater.
    """

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    window = models.UUIDField()
    place = models.CharField(max_length=120, blank=True)
    has_unsaved = models.BooleanField(default=False)
    active_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    sequence = models.PositiveBigIntegerField(default=0, db_default=0)
    gone_after = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "person", "window"],
                name="presence_once",
                violation_error_message="This window is known.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.work_id}"


def windows_on(works: QuerySet[Work], *, since: datetime) -> QuerySet[Work, dict[str, Any]]:
    """Return each of ``works`` with its newest revision, once for each window that was seen after ``since``.

    What names the window begins with ``here``; all of it is None where no window was seen.
    """
    saved = Revision.objects.of_the_desk().filter(work=OuterRef("pk")).order_by("-number")
    here = FilteredRelation("presences", condition=Q(presences__seen_at__gt=since))
    person = ("person", "person__first_name", "person__last_name", "person__username")
    window = ("window", "place", "has_unsaved", "active_at", "seen_at", "sequence", "gone_after")
    found = works.annotate(here=here, newest=Subquery(saved.values("number")[:1]))
    rows: QuerySet[Work, dict[str, Any]] = found.values(
        "pk", "newest", *(f"here__{name}" for name in (*person, *window))
    )
    return rows
