"""Autosave slots: text that has been typed but not yet saved."""

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
    def visible_to(self, work: Work | None, kind: str, *, person: AbstractUser) -> Self:
        """Return the slots that ``person`` may open.

        For an existing work, these are the slots of all users. For a new work (``work`` is None), these are the user's
        own slots and those of inactive users.
        """
        if work is None:
            return self.filter(Q(person=person.pk) | Q(person__is_active=False), work=None, kind=kind)
        return self.filter(work=work.pk, kind=kind)

    def of_window(self, work: Work | None, kind: str, *, person: AbstractUser, window: UUID) -> Self:
        """Return the slot of a work, a user and a window; there is at most one."""
        return self.filter(work=work.pk if work else None, kind=kind, person=person.pk, window=window)

    def with_text(self) -> Self:
        """Return the slots that contain text, with their users, newest first. The text itself is deferred."""
        slots = self.filter(emptied_at=None).select_related("person").order_by("-saved_at", "-pk")
        return slots.defer("values")

    def of_user(self, person: AbstractUser) -> Self:
        """Return the slots of ``person``."""
        return self.filter(person=person.pk)

    def with_pk(self, key: int) -> "AutosaveSlot | None":
        """Return the slot with this primary key, or None."""
        return self.filter(pk=key).first()

    def of_works(self, keys: Iterable[int]) -> Self:
        """Return the slots of the works with these primary keys."""
        return self.filter(work__in=keys)

    def of_unsaved_works(self, kind: str, *, before: datetime) -> Self:
        """Return the slots with text that was typed before ``before`` into works that have never been saved."""
        return self.filter(work=None, kind=kind, emptied_at=None, saved_at__lt=before)

    def clear(self, *, sequence: int, at: datetime) -> int:
        """Empty the slots whose sequence number is at most ``sequence``, and return the number of these slots."""
        slots = self.filter(sequence__lte=sequence)
        return slots.update(values=[], title="", sequence=sequence, emptied_at=at)

    def emptied_before(self, moment: datetime) -> Self:
        """Return the slots that have been empty since before ``moment``."""
        return self.filter(emptied_at__lt=moment)

    def saved_before(self, moment: datetime) -> Self:
        """Return the slots whose text was last typed before ``moment``."""
        return self.filter(emptied_at=None, saved_at__lt=moment)


class AutosaveSlot(models.Model):
    """The unsaved content of a form: the text that one user has typed into one work in one window.

    The text is never a revision and never public. ``work`` is None for a new work that has never been saved. ``values``
    is a list of pairs of a field name and a value, in the order of the form. ``base_number`` is the number of the
    revision on which the text is based, or 0 if there is none. ``sequence`` is the number of the last message of the
    window; it prevents a message that arrives late from replacing a newer one. An empty slot is kept for a while, so
    that a message that arrives late does not restore its text.
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
                violation_error_message="This window already has an autosave slot.",
            ),
            models.UniqueConstraint(
                fields=["person", "window", "kind"],
                condition=Q(work=None),
                name="autosave_slot_of_new_once",
                violation_error_message="This window already has an autosave slot.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.kind
