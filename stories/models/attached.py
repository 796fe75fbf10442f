"""The topics of a work, and the images in its text."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from newsroom.media.models import Image
from stories.models.work import Work
from topics.models import Topic


class WorkImage(models.Model):
    """An image in the text of a work. The text refers to it as ``![](picture:UID)``."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="pictures")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="uses", verbose_name="picture")
    alt = models.CharField("alternative text", max_length=1_000, blank=True)
    decorative = models.BooleanField(default=False)
    caption = models.TextField(blank=True)
    credit = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    protects: ClassVar = {
        "image": (
            "{count} page at the desk has “{name}” in its text",
            "{count} pages at the desk have “{name}” in their text",
        )
    }

    class Meta:
        verbose_name = "picture in the text"
        verbose_name_plural = "pictures in the text"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="work_image_decorative_has_no_alt",
                condition=Q(decorative=False) | Q(alt=""),
                violation_error_message="A decorative picture has no alternative text.",
            )
        ]

    def __str__(self) -> str:
        return self.caption or str(self.image)


class WorkTopic(models.Model):
    """A topic of a work: either a confirmed topic or a proposed name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="work_topics")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="work_topics")
    proposed_name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True, help_text="Leave empty to use the topic’s own description.")
    explain = models.BooleanField("explain in place", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    protects: ClassVar = {
        "topic": (
            "{count} page at the desk has the topic “{name}”",
            "{count} pages at the desk have the topic “{name}”",
        )
    }

    class Meta:
        verbose_name = "topic"
        ordering: ClassVar = ["position", "pk"]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(topic=None), name="work_topic_proposed")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="work_topic_or_proposed_name",
                condition=Q(topic__isnull=False, proposed_name="") | (Q(topic=None) & ~Q(proposed_name="")),
                violation_error_message="Choose a topic or propose a name, but not both.",
            ),
            models.UniqueConstraint(
                fields=["work", "topic"],
                name="work_topic_once",
                violation_error_message="This page already has this topic.",
            ),
        ]

    def __str__(self) -> str:
        return self.topic.name if self.topic else f"{self.proposed_name} (proposed)"
