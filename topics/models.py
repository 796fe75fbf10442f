"""The models for topics and their aliases."""

from collections.abc import Collection
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsroom.desk.changelists.filters import is_referred_to
from newsroom.entities.alphabet import Initial
from newsroom.entities.models import Alias, EntityQuerySet, NamedEntity
from newsroom.http.reverse import reverse_slug
from newsroom.media.models import Image
from newsroom.page_cache.dependencies import SUBJECTS, page_key
from newsroom.page_cache.invalidation import invalidate


class TopicKind(models.TextChoices):
    """The kind of a topic."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    PLACE = "place", _("Place")
    EVENT = "event", _("Event")
    SUBJECT = "subject", _("Subject")


class TopicQuerySet(EntityQuerySet["Topic"]):
    """Queries for topics."""

    def used(self, is_used: bool) -> Self:
        """Return the topics that works name or, if ``is_used`` is False, all others."""
        named = is_referred_to(Topic, "work_topics")
        return self.filter(named if is_used else ~named)


class Topic(NamedEntity):
    """A person, an organisation, a place, an event or a subject."""

    address_kind = "topic"
    merged_fields = (("description",), ("wikipedia",), ("wikidata",), ("picture", "picture_alt"))

    kind = models.CharField(max_length=20, choices=TopicKind, default=TopicKind.SUBJECT, db_default=TopicKind.SUBJECT)
    description = models.TextField(blank=True, help_text="About 30 words, in Markdown.")
    wikipedia = models.URLField("Wikipedia address", max_length=500, blank=True)
    wikidata = models.CharField(
        "Wikidata item",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9]\d*$", "Enter a Q and a number, such as Q42.")],
    )
    picture = models.ForeignKey(Image, null=True, blank=True, on_delete=models.PROTECT, related_name="topics")
    picture_alt = models.CharField("alternative text", max_length=1_000, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged"
    )

    protects: ClassVar = {
        "picture": ("{count} topic shows “{name}”", "{count} topics show “{name}”"),
        "merged_into": ("{count} topic was merged into “{name}”", "{count} topics were merged into “{name}”"),
    }

    objects = TopicQuerySet.as_manager()

    class Meta(NamedEntity.Meta):
        indexes: ClassVar = [
            *NamedEntity.Meta.indexes,
            models.Index("kind", Initial("folded_name"), "folded_name", name="topic_from_a_to_z"),
            models.Index(fields=["name", "id"], condition=Q(merged_into__isnull=False), name="topic_joined"),
        ]

    def get_absolute_url(self) -> str:
        return reverse_slug("topic", self.slug)

    @property
    def same_as_urls(self) -> tuple[str, ...]:
        """The URLs of the topic on Wikipedia and Wikidata, if known."""
        item = f"https://www.wikidata.org/wiki/{self.wikidata}" if self.wikidata else ""
        return tuple(address for address in (self.wikipedia, item) if address)

    def invalidate_pages(self) -> None:
        """Invalidate what a topic's pages depend on, the pages of its authors, and the navigation if it shows the topic."""
        super().invalidate_pages()
        authors = self.contributors.model.objects.filter(Q(topics=self.pk) | Q(topics__merged_into=self.pk))
        invalidate(*(page_key("author", uid) for uid in authors.values_list("uid", flat=True)))
        if NavigationPlace.objects.naming([self.uid]).exists():
            invalidate(SUBJECTS)

    def draft_mentions(self) -> models.QuerySet[Any]:
        """Return the rows through which works outside the trash name the topic."""
        return self.work_topics.filter(work__binned_at=None)

    def works(self, *, limit: int, kind: str = "") -> list[models.Model]:
        """Return at most ``limit`` works that name the topic, newest first; with ``kind``, only works of that kind."""
        rows = self.work_topics.filter(work__kind=kind) if kind else self.work_topics.all()
        newest = rows.select_related("work__story", "work__faq").order_by("-work_id")[:limit]
        return [getattr(row.work, "story", None) or row.work.faq for row in newest]


class TopicAlias(Alias):
    """Another name of a topic."""

    leads_to = "topic"

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")

    class Meta(Alias.Meta):
        pass


class NavigationPlaceQuerySet(models.QuerySet["NavigationPlace"]):
    def naming(self, topics: Collection[UUID]) -> Self:
        """Return the places of the topics with these uids, and of topics merged into them."""
        return self.filter(Q(topic__uid__in=topics) | Q(topic__merged_into__uid__in=topics))


class NavigationPlace(models.Model):
    """The place of a topic among the subjects in the navigation of the public site, in one language.

    ``label`` is shown instead of the topic’s name, if it is set.
    """

    language = models.CharField(max_length=35)
    position = models.PositiveSmallIntegerField(help_text="Position 1 comes first.")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="navigation_places")
    label = models.CharField(max_length=40, blank=True, help_text="Leave empty to show the name of the topic.")

    objects = NavigationPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "position in the navigation"
        verbose_name_plural = "positions in the navigation"
        ordering: ClassVar = ["language", "position"]
        default_permissions: ClassVar = ("change",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["language", "position"],
                name="navigation_place_once",
                violation_error_message="This position is taken.",
            ),
            models.UniqueConstraint(
                fields=["language", "topic"],
                name="navigation_topic_once",
                violation_error_message="This topic already has a position.",
            ),
        ]

    def __str__(self) -> str:
        return f"position {self.position} ({self.language})"
