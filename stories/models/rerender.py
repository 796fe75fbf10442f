"""Rerendering runs, which render the HTML of all editions again."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import IsNull


class Rerendering(models.Model):
    """A rerendering run, which continues after the edition ``last_edition``.

    While a run is unfinished, the triggers allow the HTML of editions to change.
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    last_edition = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0, help_text="The number of editions that changed.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                IsNull(F("finished_at"), True),
                name="rerendering_one_unfinished",
                condition=Q(finished_at=None),
                violation_error_message="Another run is not finished yet.",
            )
        ]

    def __str__(self) -> str:
        return f"Rendering {self.pk}"
