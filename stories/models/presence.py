"""Who has a work open now."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery

from stories.models.revision import Revision
from stories.models.work import Work


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Keeping and forgetting windows."""

    def keep(self, seen: "Presence", *, is_active: bool) -> None:
        """Write that a window was seen, in one statement whether it is known or not."""
        changes = ["place", "has_unsaved", "seen_at", *(["active_at"] if is_active else [])]
        self.bulk_create(
            [seen], update_conflicts=True, unique_fields=["work", "person", "window"], update_fields=changes
        )

    def forget(self, work: int, *, person: AbstractUser, window: UUID, unseen_since: datetime) -> None:
        """Delete this window, and every one that was not seen since."""
        one = Q(work=work, person=person.pk, window=window)
        self.filter(one | Q(seen_at__lte=unseen_since)).delete()


class Presence(models.Model):
    """One window in which a person has a work open; gone when it is not seen again.

    ``place`` names the field they are in as anchors do (``sections.<uid>.text``), so that it is the same in every
    window. ``active_at`` is when they last did something there.
    """

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    window = models.UUIDField()
    place = models.CharField(max_length=120, blank=True)
    has_unsaved = models.BooleanField(default=False)
    active_at = models.DateTimeField()
    seen_at = models.DateTimeField()

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
    """Return each of ``works`` with its newest revision, once for each window in which it was open after ``since``.

    What names the window begins with ``here``; all of it is None where no window is open.
    """
    saved = Revision.objects.of_the_desk().filter(work=OuterRef("pk")).order_by("-number")
    here = FilteredRelation("presences", condition=Q(presences__seen_at__gt=since))
    person = ("person", "person__first_name", "person__last_name", "person__username")
    window = ("window", "place", "has_unsaved", "active_at")
    found = works.annotate(here=here, newest=Subquery(saved.values("number")[:1]))
    rows: QuerySet[Work, dict[str, Any]] = found.values(
        "pk", "newest", *(f"here__{name}" for name in (*person, *window))
    )
    return rows
