"""Text that was typed and not saved yet."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.models.work import Work, WorkKind


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
