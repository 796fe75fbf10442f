"""Pictures as they are kept, and the sizes they are served in."""

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

from newsroom.media.search_text import folded_words, holds_tag, tags_in
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.text.fold import fold

# So many of the newest pictures tell which tags are in use.
MOST_READ = 2_000


def original_path(image: "Image", filename: str) -> str:
    """Return where an original is kept: named by us, so that no upload chooses its own name."""
    return f"originals/{image.uid}.{filename.rsplit('.', 1)[-1]}"


def folder_of(uid: object) -> str:
    """Return the folder in which everything is kept that is made of the picture with this uid."""
    return f"renditions/{uid}"


def rendition_path(rendition: "Rendition", filename: str) -> str:
    """Return where a rendition is kept."""
    return f"{folder_of(rendition.image.uid)}/{rendition.spec}"


class ImageQuerySet(models.QuerySet["Image"]):
    """Questions about pictures."""

    def numbered(self, number: int) -> Self:
        """Keep the picture of this number in the library."""
        return self.filter(pk=number)

    def titled(self, title: str) -> Self:
        """Keep the pictures that editors call so."""
        return self.filter(title__iexact=title)

    def titled_exactly(self, titles: Iterable[str], *, or_numbered: Iterable[int] = ()) -> Self:
        """Keep the pictures with one of these titles, letter by letter, or one of these keys."""
        return self.filter(Q(title__in=set(titles)) | Q(pk__in=set(or_numbered)))

    def saying(self, words: str) -> Self:
        """Keep the pictures whose title, text, credit, licence or tags hold each of the words, or the one of this uid."""
        try:
            return self.filter(uid=uuid.UUID(words.strip()))
        except ValueError:
            found = self.all()
        for word in fold(words).split():
            found = found.filter(found_by__contains=word)
        return found

    def most_used_tags(self, limit: int = 40) -> list[str]:
        """Return the tags that most of the newest pictures have, in their order."""
        lines = Image.objects.order_by("-pk").values_list("tags", flat=True)[:MOST_READ]
        counts = Counter(tag for line in lines for tag in tags_in(line))
        return sorted((tag for tag, _ in counts.most_common(limit)), key=fold)

    def tagged(self, tag: str) -> Self:
        """Keep the pictures with this tag, however it is written."""
        return self.filter(found_by__contains=holds_tag(tag))

    def tally_of_tags(self, tags: Iterable[str]) -> dict[str, int]:
        """Return how many of these pictures, which are few, have each of the tags."""
        lines = list(self.values_list("found_by", flat=True))
        return {tag: sum(holds_tag(tag) in line for line in lines) for tag in tags}

    def looks(self) -> "models.QuerySet[Image, tuple[int, str]]":
        """Return the key of each picture that has a look, with the look."""
        return self.exclude(look="").order_by().values_list("pk", "look")

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
    licence = models.CharField(
        max_length=200, blank=True, help_text="Under what it may be used: “Our own”, “CC BY 4.0”, “Agency, until 2027”."
    )
    tags = models.CharField(max_length=500, blank=True, help_text="Words by which it is found, parted by commas.")
    found_by = models.TextField(default="", db_default="", editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    look = models.CharField(max_length=16, default="", db_default="", editable=False)
    focal_x = models.PositiveSmallIntegerField(
        "focal point across",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Per cent from the left: what no crop may lose.",
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
                violation_error_message="The focal point lies inside the picture: 0 to 100 per cent.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: Any) -> None:
        """Derive what it is found by."""
        self.found_by = folded_words(self.title, self.alt, self.credit, self.licence, tags=self.tags)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "found_by"}
        is_new = self._state.adding
        with invalidation():
            super().save(**kwargs)
            if not is_new:
                invalidate(page_key("picture", self.uid))

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete it, and let no page go on showing it."""
        with invalidation():
            invalidate(page_key("picture", self.uid))
            return super().delete(using=using, keep_parents=keep_parents)


class Rendition(models.Model):
    """What is made of a picture: one size, shape and format, as it is served, or its plate."""

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
