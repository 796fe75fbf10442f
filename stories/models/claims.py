"""The points on which a story compares outlets, and what each outlet says about them."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from newsroom.outlets.models import Outlet
from stories.documents.schema.claims import DIFFERENCES, KINDS, STANCES
from stories.models.article import Article
from stories.models.story import Story


class StoryClaim(models.Model):
    """One checkable point on which outlets are compared."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="claims")
    claim = models.CharField("point", max_length=300)
    kind = models.CharField(max_length=20, default="fact")
    unit = models.CharField(max_length=100, blank=True)
    as_of = models.DateField("as of", null=True, blank=True)
    brief = models.CharField("line for the top of the page", max_length=300, blank=True)
    difference = models.CharField(max_length=20, blank=True)
    note = models.TextField("why they differ", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "point"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="story_claim_kind_is_known",
                condition=Q(kind__in=list(KINDS)),
                violation_error_message="Choose a kind from the list.",
            ),
            models.CheckConstraint(
                name="story_claim_difference_is_known",
                condition=Q(difference__in=["", *DIFFERENCES]),
                violation_error_message="Choose a difference from the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.claim


class ClaimCellQuerySet(models.QuerySet["ClaimCell"]):
    def of_story(self, story: Story) -> Self:
        """Return the cells of all points of a story, in page order."""
        return self.filter(claim__story=story).in_page_order()

    def in_page_order(self) -> Self:
        """Return the cells in the order of their points, then in their own order."""
        return self.order_by("claim__position", "claim", "position", "pk")


class ClaimCell(models.Model):
    """What one outlet says about a claim; the outlet may still be a proposed name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(StoryClaim, on_delete=models.CASCADE, related_name="cells")
    outlet = models.ForeignKey(Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="claim_cells")
    proposed_outlet = models.CharField(max_length=200, blank=True)
    stance = models.CharField(max_length=10, default="says")
    value = models.CharField("as printed", max_length=300, blank=True)
    low = models.CharField("from", max_length=30, blank=True)
    high = models.CharField("to", max_length=30, blank=True)
    approximate = models.BooleanField(default=False)
    when = models.CharField(max_length=16, blank=True)
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="claim_cells")
    quotation = models.CharField("quoted words", max_length=300, blank=True)
    attributed_to = models.CharField("from whom", max_length=200, blank=True)
    as_of = models.DateField("as of", null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    protects: ClassVar = {
        "outlet": (
            "{count} point at the desk compares “{name}” with other outlets",
            "{count} points at the desk compare “{name}” with other outlets",
        )
    }

    objects = ClaimCellQuerySet.as_manager()

    class Meta:
        verbose_name = "outlet of a point"
        verbose_name_plural = "outlets of a point"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="claim_cell_outlet_or_proposed",
                condition=Q(outlet__isnull=False, proposed_outlet="") | (Q(outlet=None) & ~Q(proposed_outlet="")),
                violation_error_message="Choose an outlet or propose a name, but not both.",
            ),
            models.CheckConstraint(
                name="claim_cell_stance_is_known",
                condition=Q(stance__in=list(STANCES)),
                violation_error_message="Choose what the outlet says from the list.",
            ),
            models.CheckConstraint(
                name="claim_cell_value_only_if_given",
                condition=Q(stance__in=["says", "denies"]) | Q(value="", low="", high="", when=""),
                violation_error_message="An outlet that does not mention a point, or is not clear, has no value.",
            ),
            models.UniqueConstraint(
                fields=["claim", "outlet"],
                name="claim_cell_once_per_outlet",
                violation_error_message="This outlet is already compared here.",
            ),
            models.UniqueConstraint(
                fields=["claim", "proposed_outlet"],
                condition=Q(outlet=None),
                name="claim_cell_once_per_proposed",
                violation_error_message="This outlet is already compared here.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_name}: {self.value or self.stance}"

    @property
    def outlet_name(self) -> str:
        """The name of the outlet, whether confirmed or proposed."""
        return self.outlet.name if self.outlet else self.proposed_outlet


class DismissedProposal(models.Model):
    """A proposed point that an editor dismissed, by its digest, so that it is not proposed again."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="dismissed_proposals")
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["story", "digest"], name="proposal_dismissed_once")]

    def __str__(self) -> str:
        return self.digest
