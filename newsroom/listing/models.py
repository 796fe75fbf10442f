"""Views of lists that people keep."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A list as somebody wants to see it again. ``listing`` is the label of its model, ``query`` what stands behind ``?``."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    listing = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2_000, blank=True)
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField("for everybody at the desk", default=False)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["listing"], name="saved_view_of_listing")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"],
                name="saved_view_once",
                violation_error_message="You have a view of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
