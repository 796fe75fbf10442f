"""What readers see: editions with a life span."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.db.keyset import PartOf
from newsroom.http.clock import FOREVER
from newsroom.http.languages import Primary
from newsroom.http.reverse import address_of
from newsroom.media.models import Image
from stories.models.edition_queries import Change as Change
from stories.models.edition_queries import EditionKind as EditionKind
from stories.models.edition_queries import EditionQuerySet as EditionQuerySet

LONGEST_FOLDED_TITLE = 300
_SPAN = ("live_until", "live_from")
_UID = F("uid").desc()
_WRITTEN_IN = ("work_kind", "kind", Primary("language"))
# What is counted, and which edition it is, is read without the row.
_IN_ORDER = ("work_kind", "-updated_at", "-uid", *_SPAN, "language", "edition")


class Edition(models.Model):
    """One state of one work as readers see it, from ``live_from`` until just before ``live_until``."""

    work = models.ForeignKey("stories.Work", on_delete=models.PROTECT, related_name="editions")
    uid = models.UUIDField(db_index=True, help_text="The work's own.")
    work_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=EditionKind, default=EditionKind.PAGE)
    number = models.PositiveIntegerField(
        help_text="In the order in which editions were made; also cancelled ones count."
    )
    major = models.PositiveIntegerField(default=1)
    minor = models.PositiveIntegerField(default=0)
    document = models.ForeignKey("stories.Document", null=True, on_delete=models.PROTECT, related_name="editions")
    revision = models.ForeignKey("stories.Revision", null=True, on_delete=models.PROTECT, related_name="editions")
    slug = models.CharField(max_length=200)
    language = models.CharField(max_length=35)
    direction = models.CharField(max_length=3, default="ltr")
    translation_group = models.UUIDField(null=True, help_text="What the same page in other languages has too.")
    title = models.CharField(max_length=1_000)
    folded_title = models.CharField(
        max_length=LONGEST_FOLDED_TITLE, blank=True, help_text="By which another page of the same title is found."
    )
    summary = models.TextField(blank=True)
    fragments = models.JSONField(default=dict)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField(default=FOREVER)
    is_scheduled = models.BooleanField(default=False, help_text="Made for a time that was still to come.")
    known_findings = models.JSONField(default=list, help_text="Marks of what checks found when it was scheduled.")
    first_published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    change = models.CharField(max_length=16, choices=Change)
    note = models.TextField(blank=True, help_text="What changed, for readers.")
    was_wrong = models.TextField(blank=True, help_text="What a correction corrects.")
    is_right = models.TextField(blank=True, help_text="What is right instead.")
    notice = models.TextField(blank=True, help_text="Why the page was withdrawn, for readers.")
    instead = models.UUIDField(null=True, help_text="The work that a notice leads readers to, by its uid.")
    outlet_count = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(default=1)
    lead_image = models.ForeignKey(Image, null=True, on_delete=models.PROTECT, related_name="+")
    lead_alt = models.CharField(max_length=1_000, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="editions"
    )
    bundle = models.ForeignKey("stories.Bundle", null=True, on_delete=models.PROTECT, related_name="editions")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-live_from", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["work_kind", "slug", "live_until"], name="edition_by_address"),
            # Lists walk along these from a place on, and pass by what has ended without reading its row.
            models.Index(fields=["work_kind", "kind", "-updated_at", "-uid", *_SPAN], name="edition_by_date"),
            models.Index(
                fields=["work_kind", "kind", "-first_published_at", "-uid", *_SPAN], name="edition_by_first_date"
            ),
            models.Index(*_WRITTEN_IN, F("updated_at").desc(), _UID, *_SPAN, name="edition_by_language"),
            models.Index(*_WRITTEN_IN, F("first_published_at").desc(), _UID, *_SPAN, name="edition_by_language_first"),
            models.Index(fields=["change", "-live_from", "-uid"], name="edition_by_change"),
            models.Index("change", Primary("language"), F("live_from").desc(), _UID, name="edition_by_change_language"),
            models.Index(fields=["folded_title"], name="edition_by_title"),
            # When time alone changes something next.
            models.Index(fields=["live_from", "live_until"], name="edition_by_begin"),
            # Of each part of a sitemap the newest is found without reading the rest.
            models.Index(
                "work_kind", "kind", PartOf("work_id"), F("updated_at").desc(), *_SPAN, name="edition_by_part"
            ),
            models.Index(
                fields=["translation_group"], condition=Q(translation_group__isnull=False), name="edition_translations"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "number"],
                name="edition_number_once",
                violation_error_message="Somebody published an edition of this number a moment ago.",
            ),
            models.UniqueConstraint(
                fields=["work"],
                condition=Q(live_until=FOREVER),
                name="edition_one_without_end",
                violation_error_message="Another edition of this page has no end yet.",
            ),
            models.CheckConstraint(
                name="edition_span_not_negative",
                condition=Q(live_until__gte=F("live_from")),
                violation_error_message="An edition cannot end before it begins.",
            ),
            models.CheckConstraint(
                name="edition_page_has_document",
                condition=Q(kind=EditionKind.NOTICE) | Q(document__isnull=False, revision__isnull=False),
                violation_error_message="A page is made from a revision.",
            ),
            models.CheckConstraint(
                name="edition_notice_has_words",
                condition=Q(kind=EditionKind.PAGE) | ~Q(notice=""),
                violation_error_message="A withdrawn page says why.",
            ),
            models.CheckConstraint(
                name="edition_correction_says_both",
                condition=~Q(change=Change.CORRECTION) | (~Q(was_wrong="") & ~Q(is_right="")),
                violation_error_message="A correction says what was wrong and what is right.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return address_of(self.work_kind, self.slug)

    @property
    def label(self) -> str:
        """Return the edition's label for people: major and minor number, parted by a point."""
        return f"{self.major}.{self.minor}"

    @property
    def is_cancelled(self) -> bool:
        """Say whether this was a schedule that was cancelled: it spans no moment."""
        return self.live_until == self.live_from


class Projection(models.Model):
    """Something an edition names, with the edition's span, so that lists need not join."""

    position = models.PositiveSmallIntegerField(default=0)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]


class ListedProjection(Projection):
    """A name with what orders the editions that name it, so that its lists find the newest without reading the rest."""

    work_kind = models.CharField(max_length=10)
    language = models.CharField(max_length=35, help_text="Without country and script.")
    updated_at = models.DateTimeField()
    uid = models.UUIDField(help_text="The work's own.")

    class Meta(Projection.Meta):
        abstract = True


class EditionTopic(ListedProjection):
    """A topic that an edition names."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_topics")
    topic = models.ForeignKey("topics.Topic", on_delete=models.PROTECT, related_name="editions", db_index=False)

    class Meta(ListedProjection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["topic", "-live_from", "live_until"], name="edition_topic_span"),
            models.Index(fields=["topic", *_IN_ORDER], name="edition_topic_by_date"),
        ]

    def __str__(self) -> str:
        return str(self.topic)


class EditionOutlet(ListedProjection):
    """An outlet that an edition names."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_outlets")
    outlet = models.ForeignKey("stories.Outlet", on_delete=models.PROTECT, related_name="editions", db_index=False)

    class Meta(ListedProjection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["outlet", "-live_from", "live_until"], name="edition_outlet_span"),
            models.Index(fields=["outlet", *_IN_ORDER], name="edition_outlet_by_date"),
        ]

    def __str__(self) -> str:
        return str(self.outlet)


class EditionQuestion(Projection):
    """A question that a story's edition asks, by the uid of the question's work."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_questions")
    question_uid = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return str(self.question_uid)


class EditionImage(Projection):
    """A picture that an edition shows."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="editions")

    class Meta(Projection.Meta):
        indexes: ClassVar = [models.Index(fields=["image", "-live_from"], name="edition_image_span")]

    def __str__(self) -> str:
        return str(self.image)


class EditionArticle(Projection):
    """An article that an edition cites."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_articles")
    article = models.ForeignKey("stories.Article", on_delete=models.PROTECT, related_name="editions")

    def __str__(self) -> str:
        return str(self.article)


class EditionContributor(Projection):
    """Somebody in an edition's byline."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_contributors")
    contributor = models.ForeignKey("accounts.Contributor", on_delete=models.PROTECT, related_name="editions")

    def __str__(self) -> str:
        return str(self.contributor)


PROJECTIONS: tuple[type[Projection], ...] = (
    EditionTopic, EditionOutlet, EditionQuestion, EditionImage, EditionArticle, EditionContributor,
)  # fmt: skip
