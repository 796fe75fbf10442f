"""The models for images and their renditions."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from newsroom.media.search_text import build_search_text, split_tags, tag_token
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.text.fold import fold

# The number of newest images whose tags are counted.
MAX_IMAGES_FOR_TAGS = 2_000
# The numbers of characters of the descriptions of an image, for its row and for every form.
MAX_TITLE, MAX_ALT, MAX_CREDIT, MAX_LICENCE, MAX_TAGS = 200, 1_000, 300, 200, 500


def original_path(image: "Image", filename: str) -> str:
    """Return the path for the original of an image."""
    # The name is generated, so that an upload cannot choose its own.
    return f"originals/{image.uid}.{filename.rsplit('.', 1)[-1]}"


def rendition_folder(uid: object) -> str:
    """Return the folder for all files that are made from the image with this uid."""
    return f"renditions/{uid}"


def rendition_path(rendition: "Rendition", filename: str) -> str:
    return f"{rendition_folder(rendition.image.uid)}/{rendition.spec}"


def _parse_uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


class ImageQuerySet(models.QuerySet["Image"]):
    def with_pk(self, number: int) -> Self:
        """Filter to the image with this primary key."""
        return self.filter(pk=number)

    def titled(self, title: str) -> Self:
        """Filter to the images with this title, ignoring case."""
        return self.filter(title__iexact=title)

    def titled_exactly(self, titles: Iterable[str], *, or_numbered: Iterable[int] = ()) -> Self:
        """Filter to the images with a title in ``titles`` (case-sensitive) or a primary key in ``or_numbered``."""
        return self.filter(Q(title__in=set(titles)) | Q(pk__in=set(or_numbered)))

    def matching(self, words: str) -> Self:
        """Filter to the images whose title, alternative text, credit, licence and tags together contain all the words.

        If ``words`` is a uid, filter to the image with that uid.
        """
        if uid := _parse_uid(words):
            return self.filter(uid=uid)
        images = self.all()
        for word in fold(words).split():
            images = images.filter(found_by__contains=word)
        return images

    def with_uid(self, text: str) -> "Image | None":
        """Return the image whose uid is ``text``, or None, also if ``text`` is not a uid."""
        uid = _parse_uid(text)
        return self.filter(uid=uid).first() if uid else None

    def most_used_tags(self, limit: int = 40) -> list[str]:
        """Return the most frequent tags of the newest images, in alphabetical order."""
        lines = Image.objects.order_by("-pk").values_list("tags", flat=True)[:MAX_IMAGES_FOR_TAGS]
        counts = Counter(tag for line in lines for tag in split_tags(line))
        return sorted((tag for tag, _ in counts.most_common(limit)), key=fold)

    def tagged(self, tag: str) -> Self:
        """Filter to the images with this tag, ignoring case and accents."""
        return self.filter(found_by__contains=tag_token(tag))

    def count_by_tag(self, tags: Iterable[str]) -> dict[str, int]:
        """Return the number of images with each of the tags. All rows are read, so the QuerySet must be small."""
        lines = list(self.values_list("found_by", flat=True))
        return {tag: sum(tag_token(tag) in line for line in lines) for tag in tags}

    def perceptual_hashes(self) -> "models.QuerySet[Image, tuple[int, str]]":
        """Return the primary key and the perceptual hash of each image that has one."""
        return self.exclude(look="").order_by().values_list("pk", "look")

    def public(self, at: datetime) -> Self:
        """Filter to the images in editions that are live at ``at``, and to those of topics and authors whom these name.

        The image of a topic that was merged into another is not public. Mentions of the merged topic count for the
        other topic. The image of an author without a public page is not public.
        """
        in_editions = Image.objects.filter(editions__live_from__lte=at, editions__live_until__gt=at)
        on_topics = Image.objects.filter(
            Q(topics__editions__live_from__lte=at, topics__editions__live_until__gt=at)
            | Q(topics__merged__editions__live_from__lte=at, topics__merged__editions__live_until__gt=at),
            topics__merged_into=None,
        )
        of_authors = Image.objects.filter(
            contributors__has_page=True,
            contributors__editions__live_from__lte=at,
            contributors__editions__live_until__gt=at,
        )
        return self.filter(
            Q(pk__in=in_editions.values("pk")) | Q(pk__in=on_topics.values("pk")) | Q(pk__in=of_authors.values("pk"))
        )


class Image(models.Model):
    """An image that was decoded and encoded again: without metadata, upright, and with a generated file name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=original_path, max_length=200)
    title = models.CharField(max_length=MAX_TITLE, help_text="Shown at the desk only.")
    alt = models.CharField(
        "alternative text", max_length=MAX_ALT, blank=True, help_text="Copied into each story that uses the picture."
    )
    credit = models.CharField(max_length=MAX_CREDIT, blank=True)
    licence = models.CharField(
        max_length=MAX_LICENCE,
        blank=True,
        help_text="Usage rights, such as “Our own”, “CC BY 4.0”, “Agency, until 2027”.",
    )
    tags = models.CharField(max_length=MAX_TAGS, blank=True, help_text="Separate tags with commas.")
    found_by = models.TextField(default="", db_default="", editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    look = models.CharField(max_length=16, default="", db_default="", editable=False)
    focal_x = models.PositiveSmallIntegerField(
        "focal point across",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Per cent from the left. The focal point stays in every crop.",
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point down", default=50, validators=[MaxValueValidator(100)], help_text="Per cent from the top."
    )
    missing_since = models.DateTimeField("file missing since", null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="images", editable=False
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = "picture"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"], name="image_by_date"),
            models.Index(fields=["title", "id"], name="image_by_title"),
            models.Index(Upper("title"), name="image_called"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="image_focal_point_inside",
                condition=Q(focal_x__lte=100) & Q(focal_y__lte=100),
                violation_error_message="The focal point must be inside the picture: 0 to 100 per cent.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: Any) -> None:
        """Derive the search text, save the image, and invalidate the pages that show it, also as the image of a topic."""
        self.found_by = build_search_text(self.title, self.alt, self.credit, self.licence, tags=self.tags)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "found_by"}
        is_new = self._state.adding
        with invalidation():
            super().save(**kwargs)
            if not is_new:
                invalidate(page_key("picture", self.uid))
                for topic in self.topics.all():
                    topic.invalidate_pages()

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        # No page may continue to show the image.
        with invalidation():
            invalidate(page_key("picture", self.uid))
            return super().delete(using=using, keep_parents=keep_parents)


class Rendition(models.Model):
    """An image file in a size, shape and format that is served, or the intermediate for making such files."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    spec = models.CharField(max_length=60)
    file = models.FileField(upload_to=rendition_path, max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # The SHA-256 of the stored bytes, in hexadecimal. Earlier releases did not store it; a task computes it for their
    # files.
    digest = models.CharField(max_length=64, default="", db_default="", editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "spec"],
                name="rendition_once",
                violation_error_message="This size of the picture already exists.",
            )
        ]

    def __str__(self) -> str:
        return self.spec
