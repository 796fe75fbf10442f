"""Stories and their bylines."""

from collections.abc import Sequence
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from newsroom.accounts.models import Contributor
from newsroom.media.models import Image
from stories.models.work import Work, WorkKind, WorkQuerySet


def default_headings() -> dict[str, str]:
    """Return an empty mapping, because a part has the usual heading in the story's language unless one is set."""
    return {}


class StoryQuerySet(WorkQuerySet["Story"]):
    """Queries for stories."""


class Story(Work):
    """A story with its headline, standfirst and lead image. Byline, sections and passages are separate rows."""

    headline = models.CharField(max_length=300, blank=True)
    headline_confirmed = models.BooleanField(default=False, help_text="Tick once an editor has approved the headline.")
    standfirst = models.TextField(blank=True, help_text="At most 60 words. Used in lists, cards and share pictures.")
    lead_image = models.ForeignKey(
        Image,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leading_stories",
        verbose_name="lead picture",
    )
    lead_alt = models.CharField("alternative text", max_length=1_000, blank=True)
    lead_decorative = models.BooleanField(
        "decorative", default=False, help_text="Purely decorative: screen readers skip it."
    )
    lead_caption = models.TextField("caption", blank=True)
    lead_credit = models.CharField("credit", max_length=300, blank=True)
    method_note = models.TextField("how this page was made", blank=True, help_text="Sources, authors and tools used.")
    part_headings = models.JSONField(default=default_headings, editable=False)
    # The origins of the reports, as in the document, and the citation numbers of articles that nobody has examined.
    origins = models.JSONField(default=list, db_default=[], editable=False)
    unexamined = models.JSONField(default=list, db_default=[], editable=False)

    protects: ClassVar = {
        "lead_image": (
            "{count} story at the desk has “{name}” as its lead picture",
            "{count} stories at the desk have “{name}” as their lead picture",
        )
    }

    objects: ClassVar = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stories"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="story_decorative_has_no_alt",
                condition=Q(lead_decorative=False) | Q(lead_alt=""),
                violation_error_message="A decorative picture has no alternative text.",
            )
        ]

    def __str__(self) -> str:
        return self.headline or f"Untitled story ({self.slug})"

    def clean(self) -> None:
        """Also raise ValidationError if an empty headline is confirmed."""
        # Set before Work.clean(), which compares the slug with those of other works of this kind.
        self.kind = WorkKind.STORY
        super().clean()
        if self.headline_confirmed and not self.headline.strip():
            raise ValidationError({"headline": ValidationError("There is no headline to confirm.", code="empty")})

    def byline_names(self) -> list[str]:
        """Return the names in the byline, in order."""
        return [row.contributor.name for row in self.byline.select_related("contributor")]

    def set_byline(self, contributors: Sequence[Contributor]) -> None:
        """Replace the byline with these contributors, in this order."""
        self.byline.exclude(contributor__in=contributors).delete()
        for position, contributor in enumerate(contributors):
            Byline.objects.update_or_create(story=self, contributor=contributor, defaults={"position": position})


class Byline(models.Model):
    """One contributor in the byline of a story."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="byline")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(default=0)

    protects: ClassVar = {
        "contributor": (
            "{count} story at the desk names “{name}” in its byline",
            "{count} stories at the desk name “{name}” in their bylines",
        )
    }

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["story", "contributor"],
                name="byline_name_once",
                violation_error_message="This contributor is already in the byline.",
            )
        ]

    def __str__(self) -> str:
        return str(self.contributor)
