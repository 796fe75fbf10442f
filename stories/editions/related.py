"""Which stories a story leads on to, as they were chosen when it went out."""

from uuid import UUID

from django.db import models


class RelatedQuerySet(models.QuerySet["RelatedStories"]):
    """Questions about what was chosen."""

    def chosen_for(self, uid: UUID) -> list[UUID]:
        """Return the uids of the stories chosen for this one, the nearest first."""
        chosen = self.filter(uid=uid).values_list("others", flat=True).first()
        return [UUID(other) for other in chosen or ()]


class RelatedStories(models.Model):
    """Of the story of this ``uid``: those that share most topics with it, the nearest first, by their uids.

    More are chosen than are shown: some may be withdrawn by then.
    """

    uid = models.UUIDField(unique=True)
    others = models.JSONField(default=list)

    objects = RelatedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "related stories"

    def __str__(self) -> str:
        return str(self.uid)
