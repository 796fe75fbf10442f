"""Related stories, as they were chosen for each published story."""

from uuid import UUID

from django.db import models


class RelatedQuerySet(models.QuerySet["RelatedStories"]):
    def uids_related_to(self, uid: UUID) -> list[UUID]:
        """Return the uids of the stories related to the story ``uid``, nearest first."""
        chosen = self.filter(uid=uid).values_list("others", flat=True).first()
        return [UUID(other) for other in chosen or ()]


class RelatedStories(models.Model):
    """The related stories of the story ``uid``: those that share most topics with it, nearest first, by their uids.

    More are stored than are shown, because some may have been withdrawn since.
    """

    uid = models.UUIDField(unique=True)
    others = models.JSONField(default=list)

    objects = RelatedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "related stories"

    def __str__(self) -> str:
        return str(self.uid)
