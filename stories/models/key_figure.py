"""The figures of a story."""

import uuid
from typing import ClassVar

from django.db import models

from stories.models.article import Article
from stories.models.story import Story


class KeyFigure(models.Model):
    """A figure of *In figures*: a number, what it counts, according to whom, and as of which day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="figures")
    value = models.CharField("figure", max_length=100)
    counts = models.CharField("what it counts", max_length=300, blank=True)
    according_to = models.CharField(max_length=300, blank=True)
    as_of = models.DateField("as of", null=True, blank=True)
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="figures")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "figure"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.value} {self.counts}".strip()
