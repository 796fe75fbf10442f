"""Who has a work open now."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from stories.models.work import Work


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
