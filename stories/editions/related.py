"""The related stories of each published story."""

from uuid import UUID

from django.db import models


class RelatedQuerySet(models.QuerySet["RelatedStories"]):
    def uids_related_to(self, uid: UUID) -> list[UUID]:
        """Return the uids of the stories related to the story ``uid``, most closely related first."""
        others = self.filter(uid=uid).values_list("others", flat=True).first()
        return [UUID(other) for other in others or ()]


class RelatedStories(models.Model):
    """The uids of the stories that share the rarest topics with the story ``uid``, most closely related first.

    More uids are stored than a page shows, because some of the stories may be withdrawn later.
    """

    uid = models.UUIDField(unique=True)
    others = models.JSONField(default=list)

    objects = RelatedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "related stories"

    def __str__(self) -> str:
        return str(self.uid)
