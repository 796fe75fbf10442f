"""Text that was typed and not saved yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from stories.models.work import Work, WorkKind


class AutosaveQuerySet(models.QuerySet["AutosaveSlot"]):
    """Questions about text that was typed and not saved."""

    def of(self, work: Work | None, kind: str, *, person: AbstractUser) -> Self:
        """Keep what ``person`` may find unsaved.

        Of a work that is everybody's text; of something new one's own, and that of people who are here no more.
        """
        if work is None:
            return self.filter(Q(person=person.pk) | Q(person__is_active=False), work=None, kind=kind)
        return self.filter(work=work.pk, kind=kind)

    def at_window(self, work: Work | None, kind: str, *, person: AbstractUser, window: UUID) -> Self:
        """Keep the one slot of a work, a person and a window."""
        return self.filter(work=work.pk if work else None, kind=kind, person=person.pk, window=window)

    def holding(self) -> Self:
        """Keep what holds text, the newest first, with whose it is; the text itself is fetched when it is asked for."""
        found = self.filter(emptied_at=None).select_related("person").order_by("-saved_at", "-pk")
        return found.defer("values")

    def by_person(self, person: AbstractUser) -> Self:
        """Keep what ``person`` typed."""
        return self.filter(person=person.pk)

    def numbered(self, key: int) -> "AutosaveSlot | None":
        """Return the slot of this key, or None."""
        return self.filter(pk=key).first()

    def in_works(self, keys: Iterable[int]) -> Self:
        """Keep what was typed into the works of these keys."""
        return self.filter(work__in=keys)

    def clear(self, *, sequence: int, at: datetime) -> int:
        """Empty what was sent up to ``sequence``, and return how many that were."""
        sent = self.filter(sequence__lte=sequence)
        return sent.update(values=[], title="", sequence=sequence, emptied_at=at)

    def emptied_before(self, moment: datetime) -> Self:
        """Keep what has held nothing since before ``moment``."""
        return self.filter(emptied_at__lt=moment)


class AutosaveSlot(models.Model):
    """What one person typed in one window into one work, as the form would send it: never a revision, never public.

    ``work`` is None for something new that was never saved. ``values`` is a list of pairs of a name and a value in the
    order of the form. ``base_number`` is the revision that the text started from, 0 for none. ``sequence`` counts what
    the window sent: what arrives late does not replace what was typed later. ``emptied_at`` says since when a slot holds
    nothing; it stays a while, so that what arrives late finds it emptied.
    """

    work = models.ForeignKey(Work, null=True, on_delete=models.CASCADE, related_name="autosaves")
    kind = models.CharField(max_length=10, choices=WorkKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves")
    window = models.UUIDField()
    title = models.CharField(max_length=300, blank=True)
    values = models.JSONField(default=list)
    base_number = models.PositiveIntegerField(default=0)
    sequence = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "person", "window"],
                name="autosave_slot_once",
                violation_error_message="This window has its slot.",
            ),
            models.UniqueConstraint(
                fields=["person", "window", "kind"],
                condition=Q(work=None),
                name="autosave_slot_of_new_once",
                violation_error_message="This window has its slot.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.kind
