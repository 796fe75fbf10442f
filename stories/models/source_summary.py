"""One passage of *What the papers say*."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import ExpressionWrapper, Q

from newsroom.outlets.models import Outlet
from stories.models.article import Article
from stories.models.story import Story


class SourceSummaryQuerySet(models.QuerySet["SourceSummary"]):
    """Questions about passages."""

    def proposing(self) -> Self:
        """Keep the passages that name outlets which are only proposed."""
        return self.filter(proposes=True)

    def with_outlets(self) -> Self:
        """Fetch along who speaks, with all names that each goes by."""
        return self.prefetch_related(models.Prefetch("outlets", queryset=Outlet.objects.with_folded_aliases()))


class SourceSummary(models.Model):
    """What one outlet reports, or several together; without an outlet, a comparison of our own."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="passages")
    text = models.TextField()
    outlets = models.ManyToManyField(Outlet, blank=True, related_name="passages")
    proposed_outlets = models.JSONField(default=list, blank=True, editable=False)
    # Kept by the database, so that an index finds the few that have some.
    proposes = models.GeneratedField(
        expression=ExpressionWrapper(~Q(proposed_outlets=[]), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    opens_paragraph = models.BooleanField(default=False, db_default=False, editable=False)
    articles = models.ManyToManyField(Article, blank=True, related_name="passages")
    position = models.PositiveSmallIntegerField(default=0)

    objects = SourceSummaryQuerySet.as_manager()

    class Meta:
        verbose_name = "passage"
        ordering: ClassVar = ["position", "pk"]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(proposes=True), name="passage_proposes")]

    def __str__(self) -> str:
        return self.text[:60]
