"""Sections of a story."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from stories.documents import SECTION_KINDS
from stories.models.story import Story

KIND_CHOICES = [(kind.code, kind.heading or "Other section") for kind in SECTION_KINDS.values()]


class Section(models.Model):
    """A section of a story, in Markdown. The section *What the papers say* has only a heading and a position."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    heading = models.CharField(max_length=300, blank=True, help_text="Leave empty to use the usual heading.")
    text = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["story", "kind"],
                condition=~Q(kind="free"),
                name="section_kind_once",
                violation_error_message="This story already has a section of this kind.",
            ),
            models.CheckConstraint(
                name="section_papers_has_no_text",
                condition=~Q(kind="papers") | Q(text=""),
                violation_error_message="“What the papers say” has no text of its own. Add passages instead.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading or SECTION_KINDS[self.kind].heading
