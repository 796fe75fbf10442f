"""The newest revision of each work that a user has read."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from stories.models.work import Work


class LastLookQuerySet(models.QuerySet["LastLook"]):
    def last_read_number(self, work: Work, *, by: AbstractUser) -> int:
        """Return the number of the newest revision that ``by`` has read, or 0."""
        return self.filter(work=work.pk, person=by.pk).values_list("number", flat=True).first() or 0

    def record_reading(self, work: Work, *, by: AbstractUser, number: int, at: datetime) -> None:
        """Record that ``by`` read revision ``number`` at ``at``, unless ``by`` has already read a newer one."""
        row, _ = self.get_or_create(work_id=work.pk, person_id=by.pk, defaults={"number": number, "at": at})
        self.filter(pk=row.pk, number__lte=number).update(number=number, at=at)


class LastLook(models.Model):
    """The newest revision of a work that one user has read, so that the review screen can show the changes since."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="looks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = LastLookQuerySet.as_manager()

    class Meta:
        verbose_name = "last read revision"
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "person"],
                name="last_look_once",
                violation_error_message="This person already has a last read revision of this page.",
            )
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"
