"""What each person has read of a work."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from stories.models.work import Work


class LastLook(models.Model):
    """The newest revision of a work that one person has had before their eyes, for “since I last looked”."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="looks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "person"],
                name="last_look_once",
                violation_error_message="One last look for each person.",
            )
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"
