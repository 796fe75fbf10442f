"""The forecasts of a story."""

import uuid
from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from newsroom.outlets.models import Outlet
from stories.documents.schema.forecasts import SPEAKER_KINDS, STATES
from stories.models.article import Article
from stories.models.story import Story


class StoryForecastQuerySet(models.QuerySet["StoryForecast"]):
    def list_speakers(self, *, limit: int) -> list[str]:
        """Return the names of the speakers in use, in order, at most ``limit``."""
        names = self.exclude(speaker="").order_by("speaker").values_list("speaker", flat=True)
        return list(names.distinct()[:limit])

    def to_notify(self, today: date, *, escalate_after: timedelta) -> Self:
        """Return the forecasts whose day has come and about which people have not been told yet, as far as it is due."""
        is_late = Q(escalated_at=None, due_on__lte=today - escalate_after)
        return self.filter(Q(reminded_at=None, due_on__lte=today) | is_late)


class StoryForecast(models.Model):
    """A forecast: who expected what by which day, and how it was decided. Its outlet may still be a proposed name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="forecasts")
    speaker = models.CharField("who", max_length=200, blank=True)
    speaker_kind = models.CharField(max_length=20, default="official")
    outlet = models.ForeignKey(Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="forecasts")
    proposed_outlet = models.CharField(max_length=200, blank=True)
    said_on = models.DateField("said on", null=True, blank=True)
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="forecasts")
    quotation = models.CharField("quoted words", max_length=300, blank=True)
    expected = models.CharField("what is expected", max_length=500, blank=True)
    due_on = models.DateField("by", null=True, blank=True)
    chance = models.PositiveSmallIntegerField(null=True, blank=True)
    low = models.CharField("from", max_length=30, blank=True)
    high = models.CharField("to", max_length=30, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, default="open")
    outcome = models.TextField(blank=True)
    outcome_article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="decided_forecasts"
    )
    decided_on = models.DateField("decided on", null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # When the owner was told that the day has come, and the editors that nobody has decided the forecast since.
    reminded_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)

    protects: ClassVar = {
        "outlet": (
            "{count} forecast at the desk is by “{name}”",
            "{count} forecasts at the desk are by “{name}”",
        )
    }

    objects = StoryForecastQuerySet.as_manager()

    class Meta:
        verbose_name = "forecast"
        ordering: ClassVar = ["position", "pk"]
        indexes: ClassVar = [models.Index(fields=["id"], condition=~Q(proposed_outlet=""), name="forecast_proposes")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="forecast_outlet_or_proposed",
                condition=Q(outlet=None) | Q(proposed_outlet=""),
                violation_error_message="Choose an outlet or propose a name, but not both.",
            ),
            models.CheckConstraint(
                name="forecast_chance_is_percent",
                condition=Q(chance=None) | Q(chance__range=(0, 100)),
                violation_error_message="A chance is a percentage from 0 to 100.",
            ),
            models.CheckConstraint(
                name="forecast_state_is_known",
                condition=Q(state__in=list(STATES)),
                violation_error_message="Choose one of the outcomes.",
            ),
            models.CheckConstraint(
                name="forecast_speaker_kind_is_known",
                condition=Q(speaker_kind__in=list(SPEAKER_KINDS)),
                violation_error_message="Choose one of the kinds of speakers.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.expected}"
