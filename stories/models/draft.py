"""What the desk's search knows of each work. The words of its newest revision lie beside it, in each database's own way."""

from typing import ClassVar

from django.db import models

from stories.models.work import Work


class Draft(models.Model):
    """When a work was saved last; its words are found by editors only, never by readers, who have an index of their own."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    kind = models.CharField(max_length=10)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["kind", "-saved_at"], name="draft_saved_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.work_id}"
