"""Presence: the windows in which users have a work open now."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery

from stories.models.revision import Revision
from stories.models.work import Work


class PresenceQuerySet(models.QuerySet["Presence"]):
    def store_seen(self, presence: "Presence", *, is_active: bool) -> None:
        """Insert or update a window that has reported, in one statement."""
        self._upsert(presence, "place", "has_unsaved", "seen_at", "sequence", *(["active_at"] if is_active else []))

    def store_closed(self, presence: "Presence") -> None:
        """Insert or update a window that was closed, in one statement."""
        self._upsert(presence, "gone_after")

    def delete_unseen(self, *, unseen_since: datetime) -> None:
        """Delete every window that was last seen at or before ``unseen_since``."""
        self.filter(seen_at__lte=unseen_since).delete()

    def seen_before(self, moment: datetime) -> Self:
        """Return the windows that last reported before ``moment``."""
        return self.filter(seen_at__lt=moment)

    def _upsert(self, row: "Presence", *changes: str) -> None:
        self.bulk_create(
            [row], update_conflicts=True, unique_fields=["work", "person", "window"], update_fields=changes
        )


class Presence(models.Model):
    """A window in which a user has a work open. A window that stops reporting counts as closed.

    ``place`` is the key of the field that has the focus (``sections.<uid>.text``). A field has the same key in every
    window. ``active_at`` is the time of the user's last activity.

    A window numbers its messages, because a message that was sent before the window was closed may arrive afterwards.
    ``sequence`` is the number of the last report, and ``gone_after`` is the number of the last message that closed the
    window. The window is open while ``sequence`` is greater than ``gone_after``.
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
                violation_error_message="This window is already recorded.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.work_id}"


def with_open_windows(works: QuerySet[Work], *, since: datetime) -> QuerySet[Work, dict[str, Any]]:
    """Return each work with its newest revision number, once for each window that reported after ``since``.

    The columns of the window and its user begin with ``here``. A work without such a window is returned once, and these
    columns are None.
    """
    saved = Revision.objects.of_desk().filter(work=OuterRef("pk")).order_by("-number")
    here = FilteredRelation("presences", condition=Q(presences__seen_at__gt=since))
    person = ("person", "person__first_name", "person__last_name", "person__username")
    window = ("window", "place", "has_unsaved", "active_at", "seen_at", "sequence", "gone_after")
    annotated = works.annotate(here=here, newest=Subquery(saved.values("number")[:1]))
    rows: QuerySet[Work, dict[str, Any]] = annotated.values(
        "pk", "newest", *(f"here__{name}" for name in (*person, *window))
    )
    return rows
