"""Topics and the names they are known by."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.addresses.models import Address
from newsroom.addresses.slugs import slugify, validate_slug
from newsroom.media.models import Image
from newsroom.text.folding import fold


class TopicKind(models.TextChoices):
    """What a topic is."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    PLACE = "place", _("Place")
    EVENT = "event", _("Event")
    SUBJECT = "subject", _("Subject")


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions about topics."""

    def standing(self) -> Self:
        """Leave out topics that were merged into another."""
        return self.filter(merged_into=None)

    def public(self, at: datetime) -> Self:
        """Keep the topics that an edition live at ``at`` names, itself or through one merged into it."""
        named = Topic.objects.filter(editions__live_from__lte=at, editions__live_until__gt=at)
        return self.standing().filter(
            Q(pk__in=named.values("pk")) | Q(pk__in=named.exclude(merged_into=None).values("merged_into"))
        )

    def counting_works(self) -> Self:
        """Add to each topic how many works on the desk name it."""
        return self.annotate(work_count=Count("work_topics", filter=Q(work_topics__work__binned_at=None)))

    def used(self, is_used: bool) -> Self:
        """Keep the topics that works name, or those that none names."""
        named = Topic.objects.filter(work_topics__isnull=False).values("pk")
        return self.filter(pk__in=named) if is_used else self.exclude(pk__in=named)

    def called(self, name: str) -> Self:
        """Keep the topic of this name or alias, however it is written."""
        folded = fold(name)
        return self.standing().filter(
            Q(folded_name=folded) | Q(pk__in=TopicAlias.objects.filter(folded=folded).values("topic"))
        )


class Topic(models.Model):
    """A person, an organisation, a place, an event or a subject."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    slug = models.CharField(max_length=200, unique=True, validators=[validate_slug])
    kind = models.CharField(max_length=20, choices=TopicKind, default=TopicKind.SUBJECT, db_default=TopicKind.SUBJECT)
    description = models.TextField(blank=True, help_text="About 30 words, in Markdown.")
    wikipedia = models.URLField("Wikipedia address", max_length=500, blank=True)
    wikidata = models.CharField(
        "Wikidata item",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9]\d*$", "A Wikidata item is a Q and a number, such as Q42.")],
    )
    picture = models.ForeignKey(Image, null=True, blank=True, on_delete=models.PROTECT, related_name="topics")
    picture_alt = models.CharField("alternative text", max_length=1_000, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="topic_has_name",
                condition=~Q(name="") & ~Q(folded_name=""),
                violation_error_message="A topic needs a name with letters in it.",
            ),
            models.CheckConstraint(
                name="topic_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")),
                violation_error_message="A topic cannot be merged into itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Derive the folded name."""
        self.folded_name = fold(self.name)[:200]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on as they came

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])

    def clean(self) -> None:
        """Refuse a name that another one has or is known by, and an address that was once another's."""
        if not slugify(self.name):
            raise ValidationError({"name": "A topic needs a name with letters in it."}, code="empty")
        holder = Address.objects.holder("topic", self.slug)
        if holder is not None and holder != self.uid:
            raise ValidationError({"slug": "This address led to another page once; it stays with it."}, code="taken")
        others = Topic.objects.called(self.name).exclude(pk=self.pk)
        if other := others.first():
            raise ValidationError(
                {"name": f"“{self.name}” is already the topic “{other}”. Join the two instead."}, code="taken"
            )

    def works(self) -> list[models.Model]:
        """Return the stories and questions that name it, each once."""
        rows = self.work_topics.select_related("work__story", "work__faq").order_by("-work__pk")
        return [getattr(row.work, "story", None) or row.work.faq for row in rows]

    def set_aliases(self, names: Sequence[str]) -> None:
        """Let exactly these further names lead here."""
        wanted = {fold(name)[:200]: name for name in names}
        self.aliases.exclude(folded__in=wanted).delete()
        for folded, name in wanted.items():
            TopicAlias.objects.update_or_create(topic=self, folded=folded, defaults={"name": name})


class TopicAlias(models.Model):
    """Another name of a topic."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    folded = models.CharField(
        max_length=200,
        unique=True,
        editable=False,
        error_messages={"unique": "Another topic is already known by this name."},
    )

    class Meta:
        verbose_name_plural = "aliases"
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Derive the folded name."""
        self.folded = fold(self.name)[:200]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on as they came

    def clean(self) -> None:
        """Refuse an alias that another topic has as its name or alias."""
        if other := Topic.objects.called(self.name).exclude(pk=self.topic_id).first():
            raise ValidationError({"name": f"“{self.name}” already leads to the topic “{other}”."}, code="taken")
