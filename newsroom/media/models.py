"""Pictures as they are kept, and the sizes they are served in."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


def original_path(image: "Image", filename: str) -> str:
    """Return where an original is kept: named by us, so that no upload chooses its own name."""
    return f"originals/{image.uid}.{filename.rsplit('.', 1)[-1]}"


def rendition_path(rendition: "Rendition", filename: str) -> str:
    """Return where a rendition is kept."""
    return f"renditions/{rendition.image.uid}/{rendition.spec}"


class ImageQuerySet(models.QuerySet["Image"]):
    """Questions about pictures."""

    def numbered(self, number: int) -> Self:
        """Keep the picture of this number in the library."""
        return self.filter(pk=number)

    def titled(self, title: str) -> Self:
        """Keep the pictures that editors call so."""
        return self.filter(title__iexact=title)

    def public(self, at: datetime) -> Self:
        """Keep the pictures that an edition live at ``at`` shows, or a topic that such an edition names.

        A topic that was merged into another shows nothing; what named it names that other.
        """
        in_editions = Image.objects.filter(editions__live_from__lte=at, editions__live_until__gt=at)
        on_topics = Image.objects.filter(
            Q(topics__editions__live_from__lte=at, topics__editions__live_until__gt=at)
            | Q(topics__merged__editions__live_from__lte=at, topics__merged__editions__live_until__gt=at),
            topics__merged_into=None,
        )
        return self.filter(Q(pk__in=in_editions.values("pk")) | Q(pk__in=on_topics.values("pk")))


class Image(models.Model):
    """A picture, decoded and encoded again by us: no metadata, upright, its name our own."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=original_path, max_length=200)
    title = models.CharField(max_length=200, help_text="What editors call it.")
    alt = models.CharField("alternative text", max_length=1_000, blank=True, help_text="Proposed wherever it is used.")
    credit = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    focal_x = models.PositiveSmallIntegerField(
        "focal point across",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Per cent from the left: what no crop may lose.",
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point down", default=50, validators=[MaxValueValidator(100)], help_text="Per cent from the top."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="images", editable=False
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = "picture"
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="image_focal_point_inside",
                condition=Q(focal_x__lte=100) & Q(focal_y__lte=100),
                violation_error_message="The focal point lies inside the picture: 0 to 100 per cent.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Rendition(models.Model):
    """One size, shape and format of a picture, as it is served."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    spec = models.CharField(max_length=60)
    file = models.FileField(upload_to=rendition_path, max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "spec"],
                name="rendition_once",
                violation_error_message="This size of the picture exists.",
            )
        ]

    def __str__(self) -> str:
        return self.spec
