"""Editions, the projections from which lists are read, and change notes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, JSONField, Model, OuterRef, Q, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsroom.db.json_values import ValuesInList
from newsroom.db.keyset import SitemapPart
from newsroom.http.clock import FOREVER
from newsroom.http.languages import PrimarySubtag
from newsroom.http.reverse import reverse_slug
from newsroom.media.models import Image
from stories.editions.forecasts import ForecastQuerySet
from stories.editions.question_states import QuestionStateQuerySet, find_newest_day
from stories.editions.related import RelatedStories
from stories.editions.review_date import Freshness


class EditionKind(models.TextChoices):
    """The kind of an edition: a page, or the notice that replaces a withdrawn page."""

    PAGE = "page", "Page"
    NOTICE = "notice", "Notice"


class Change(models.TextChoices):
    """The kind of change that an edition makes for readers."""

    FIRST = "first", _("First published")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")
    MINOR = "minor", _("Minor change")
    RETURN = "return", _("Published again")
    WITHDRAWAL = "withdrawal", _("Withdrawn")
    EXPIRY = "expiry", _("Expired")


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_force(self, at: datetime) -> Self:
        """Return the editions in force at ``at``: pages and notices."""
        return self.filter(live_from__lte=at, live_until__gt=at)

    def live(self, at: datetime) -> Self:
        """Return the pages that are live at ``at``."""
        return self.in_force(at).filter(kind=EditionKind.PAGE)

    def stories(self) -> Self:
        return self.filter(work_kind="story")

    def questions(self) -> Self:
        return self.filter(work_kind="question")

    def of_works(self, uids: Iterable[UUID]) -> Self:
        """Return the editions of the works with these uids."""
        return self.filter(uid__in=set(uids))

    def once_public(self, at: datetime) -> Self:
        """Return the pages that were live at some time up to ``at``."""
        return self.filter(kind=EditionKind.PAGE, live_from__lte=at, live_until__gt=F("live_from"))

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        """Return the editions of works of these kinds."""
        return self.filter(work_kind__in=list(kinds))

    def starting_between(self, first: datetime, end: datetime) -> Self:
        """Return the editions whose span begins at ``first`` or later and before ``end``."""
        return self.filter(live_from__gte=first, live_from__lt=end)

    def with_number(self, work: Model, number: int) -> "Edition | None":
        """Return the edition of ``work`` with this number, or None."""
        return self.filter(work=work.pk, number=number).first()

    def of_bundle(self, bundle: Model) -> Self:
        """Return the editions published with ``bundle``, in order of creation."""
        return self.filter(bundle=bundle.pk).order_by("pk")

    def without_cancelled(self) -> Self:
        """Exclude cancelled schedules, whose span is empty."""
        return self.filter(live_until__gt=F("live_from"))

    def with_predecessor(self, edition: "Edition") -> Self:
        """Return ``edition`` and the edition of the same work that it replaced."""
        return self.filter(Q(pk=edition.pk) | Q(live_until=edition.live_from), uid=edition.uid)

    def pending(self, at: datetime) -> Self:
        """Return the schedules that are pending at ``at``, earliest first."""
        return self.without_cancelled().filter(is_scheduled=True, live_from__gt=at).order_by("live_from", "pk")

    def with_review_dates(self) -> Self:
        """Annotate each edition with ``review_by`` and ``checked_on``, the review date and last check of its work."""
        dates = Freshness.objects.filter(uid=OuterRef("uid"))
        return self.annotate(
            review_by=Subquery(dates.values("review_by")[:1]), checked_on=Subquery(dates.values("checked_on")[:1])
        )

    def with_ordinals(self) -> Self:
        """Annotate each edition with ``ordinal``, which is otherwise a query for each."""
        numbers = self.model._default_manager.pages_before(OuterRef("uid"), OuterRef("live_from")).order_by()
        number = numbers.values("uid").annotate(number=Count("pk")).values("number")
        return self.annotate(ordinal=Coalesce(Subquery(number), 0) + 1)

    def labels(self, keys: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
        """Return the label of each edition, keyed by the uid of its work and its stored number. Unknown keys are left out."""
        uids, numbers = {uid for uid, _ in keys}, {number for _, number in keys}
        rows = self.filter(uid__in=uids, number__in=numbers).with_ordinals().only("uid", "number")
        return {key: row.label for row in rows if (key := (row.uid, row.number)) in keys}

    def pages_before(self, uid: UUID | OuterRef, at: datetime | OuterRef) -> Self:
        """Return the pages of a work that begin before ``at`` and are or will be public."""
        return self.filter(uid=uid, kind=EditionKind.PAGE, live_from__lt=at).without_cancelled()

    def with_answer_days(self) -> Self:
        """Annotate each question with the as-of dates of its answers and its short answer, which ``as_of`` needs."""
        # The fragments of stories, which may be long, are not read.
        days = When(work_kind="question", then=ValuesInList("fragments", "answers", "as_of"))
        short_answer_day = When(work_kind="question", then=KT("fragments__short_answer_as_of"))
        return self.annotate(
            answer_days=Case(days, default=None, output_field=JSONField()), short_answer_day=Case(short_answer_day)
        )

    def with_question_states(self) -> Self:
        """Annotate each question with its projected state, as ``question_state``, and the days of its projection."""
        return self.annotate(
            question_state=F("edition_question_states__state"),
            open_since=F("edition_question_states__open_since"),
            first_expires_on=F("edition_question_states__first_expires_on"),
            valid_until=F("edition_question_states__valid_until"),
        )

    def with_successor_and_related(self, at: datetime) -> Self:
        """Annotate each edition with ``next_live_from`` and ``related_uids``.

        ``next_live_from`` is the start of the next edition of the same work after ``at``, or None. ``related_uids``
        is the list of the uids of the related stories, most closely related first, or None if none are stored.
        """
        following = self.model._default_manager.filter(
            uid=OuterRef("uid"), live_from__gt=at, live_until__gt=F("live_from")
        )
        related = RelatedStories.objects.filter(uid=OuterRef("uid"))
        return self.annotate(
            next_live_from=Subquery(following.order_by("live_from").values("live_from")[:1]),
            related_uids=Subquery(related.values("others")[:1]),
        )

    def of_page_and_neighbours(self, uid: UUID, others: Iterable[UUID], group: UUID, *, at: datetime) -> Self:
        """Return the editions of a work up to ``at``, and the current and scheduled editions of its neighbours.

        ``uid`` is the uid of the work. Its neighbours are the works ``others`` and the works in the translation group
        ``group``. Current means in force at ``at``. Cancelled schedules are excluded.
        """
        of_page = Q(uid=uid, live_from__lte=at)
        of_neighbours = (Q(uid__in=others) | Q(translation_group=group)) & ~Q(uid=uid) & Q(live_until__gt=at)
        return self.filter(of_page | of_neighbours).without_cancelled()

    def pending_with_pk(self, key: int, *, at: datetime) -> "Edition | None":
        """Return the edition with this primary key, with its work loaded, or None if it is not pending at ``at``."""
        return self.pending(at).filter(pk=key).select_related("work").first()

    def published_together_with(self, edition: "Edition") -> Self:
        """Return the other schedules that go live together with the scheduled ``edition``.

        These are the editions of the members of its bundle and of the questions that it asks, if they start at the same
        time.
        """
        is_companion = Q(uid__in=edition.edition_questions.values("question_uid"))
        if edition.bundle_id is not None:
            is_companion |= Q(bundle=edition.bundle_id)
        companions = self.without_cancelled().filter(is_companion, is_scheduled=True, live_from=edition.live_from)
        return companions.exclude(pk=edition.pk)

    def corrections(self) -> Self:
        return self.filter(change=Change.CORRECTION)

    def for_cards(self) -> Self:
        """Join the lead image and defer the HTML, which lists do not show."""
        return self.select_related("lead_image").defer("fragments")

    def newest_first(self) -> Self:
        """Order by the time that readers see as *Updated*, newest first; the order is total."""
        return self.order_by("-updated_at", "-pk")


MAX_FOLDED_TITLE_LENGTH = 300
_SPAN = ("live_until", "live_from")  # with them, a list skips ended editions without reading their rows
_UID = F("uid").desc()
_LANGUAGE_COLUMNS = ("work_kind", "kind", PrimarySubtag("language"))
# Lists and counts of a projection read these columns from the index alone.
_LIST_COLUMNS = ("work_kind", "-updated_at", "-uid", *_SPAN, "language", "edition")


class Edition(models.Model):
    """The state of a work that readers see from ``live_from`` until just before ``live_until``."""

    work = models.ForeignKey("stories.Work", on_delete=models.PROTECT, related_name="editions")
    uid = models.UUIDField(db_index=True, help_text="The uid of the page.")
    work_kind = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=EditionKind, default=EditionKind.PAGE)
    number = models.PositiveIntegerField(
        help_text="Counts editions in the order of their creation, including cancelled ones."
    )
    # The release before this one prints these two numbers. Nothing else reads them.
    major = models.PositiveIntegerField(default=1)
    minor = models.PositiveIntegerField(default=0)
    document = models.ForeignKey("stories.Document", null=True, on_delete=models.PROTECT, related_name="editions")
    revision = models.ForeignKey("stories.Revision", null=True, on_delete=models.PROTECT, related_name="editions")
    slug = models.CharField(max_length=200)
    language = models.CharField(max_length=35)
    direction = models.CharField(max_length=3, default="ltr")
    translation_group = models.UUIDField(null=True, help_text="Shared by the same page in other languages.")
    title = models.CharField(
        max_length=1_000, blank=True, help_text="Empty for a notice that hides the headline of the page."
    )
    folded_title = models.CharField(
        max_length=MAX_FOLDED_TITLE_LENGTH, blank=True, help_text="Used to find other pages with the same title."
    )
    summary = models.TextField(blank=True)
    fragments = models.JSONField(default=dict)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField(default=FOREVER)
    is_scheduled = models.BooleanField(default=False, help_text="Created for a future time.")
    known_findings = models.JSONField(default=list, help_text="Marks of the findings when it was scheduled.")
    first_published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    change = models.CharField(max_length=16, choices=Change)
    note = models.TextField(blank=True, help_text="What changed, for readers.")
    was_wrong = models.TextField(blank=True, help_text="What the page said before a correction.")
    is_right = models.TextField(blank=True, help_text="What the page says after a correction.")
    corrected_section = models.UUIDField(
        null=True,
        help_text="The uid of the section, passage or answer that is corrected, or of the page for its opening.",
    )
    corrected_paragraph = models.PositiveSmallIntegerField(
        null=True, help_text="The corrected paragraph of the section, counted from 0."
    )
    wrong_since = models.DateTimeField(null=True, help_text="When readers first saw what is corrected, if known.")
    notice = models.TextField(blank=True, help_text="Why the page was withdrawn, for readers.")
    instead = models.UUIDField(null=True, help_text="The uid of the page that the notice suggests.")
    redirects = models.BooleanField(
        default=False, db_default=False, help_text="Redirects readers to the suggested page while that is live."
    )
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
            # Lists read these indexes from a cursor onwards, and skip ended editions without reading their rows.
            models.Index(fields=["work_kind", "kind", "-updated_at", "-uid", *_SPAN], name="edition_by_date"),
            models.Index(
                fields=["work_kind", "kind", "-first_published_at", "-uid", *_SPAN], name="edition_by_first_date"
            ),
            models.Index(*_LANGUAGE_COLUMNS, F("updated_at").desc(), _UID, *_SPAN, name="edition_by_language"),
            models.Index(
                *_LANGUAGE_COLUMNS, F("first_published_at").desc(), _UID, *_SPAN, name="edition_by_language_first"
            ),
            models.Index(fields=["change", "-live_from", "-uid"], name="edition_by_change"),
            models.Index(
                "change", PrimarySubtag("language"), F("live_from").desc(), _UID, name="edition_by_change_language"
            ),
            models.Index(fields=["folded_title"], name="edition_by_title"),
            # This index finds the next time at which pages change without a write.
            models.Index(fields=["live_from", "live_until"], name="edition_by_begin"),
            # This index finds the newest edition of each part of a sitemap without reading the others.
            models.Index(
                "work_kind", "kind", SitemapPart("work_id"), F("updated_at").desc(), *_SPAN, name="edition_by_part"
            ),
            models.Index(
                fields=["translation_group"], condition=Q(translation_group__isnull=False), name="edition_translations"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "number"],
                name="edition_number_once",
                violation_error_message="Someone published an edition with this number a moment ago.",
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
                violation_error_message="A published page needs a revision.",
            ),
            models.CheckConstraint(
                name="edition_notice_has_words",
                condition=Q(kind=EditionKind.PAGE) | ~Q(notice=""),
                violation_error_message="A withdrawn page needs a notice.",
            ),
            models.CheckConstraint(
                name="edition_correction_says_both",
                condition=~Q(change=Change.CORRECTION) | (~Q(was_wrong="") & ~Q(is_right="")),
                violation_error_message="A correction needs both the wrong and the right version.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return reverse_slug(self.work_kind, self.slug)

    @property
    def shown_title(self) -> str:
        """The title for readers, also of a notice that hides it."""
        return self.title or gettext("Withdrawn page")

    @cached_property
    def ordinal(self) -> int:
        """Return the number of a page for readers, as in its address: it counts the public editions of the work from 1.

        A pending schedule has the number that it will have unless an edition before it is added or cancelled.
        """
        return Edition.objects.pages_before(self.uid, self.live_from).count() + 1

    @property
    def label(self) -> str:
        """The number of the edition as readers and editors see it."""
        return str(self.ordinal)

    @property
    def as_of(self) -> date:
        """The newest as-of date of the question's answers, or the day of its last update if no answer has one.

        Raise KeyError if the edition was not selected by ``with_answer_days``.
        """
        row = vars(self)
        return find_newest_day([*(row["answer_days"] or ()), row["short_answer_day"]], updated_at=self.updated_at)

    @property
    def is_cancelled(self) -> bool:
        """Whether this is a cancelled schedule, which has an empty span."""
        return self.live_until == self.live_from


class Projection(models.Model):
    """Base class for rows about an object that an edition names.

    Each row repeats the span of the edition, so that lists need no join.
    """

    position = models.PositiveSmallIntegerField(default=0)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]


class ListedProjection(Projection):
    """Base class for projections that repeat the sort columns of lists, so that an index can provide the order."""

    work_kind = models.CharField(max_length=10)
    language = models.CharField(max_length=35, help_text="Without country and script.")
    updated_at = models.DateTimeField()
    uid = models.UUIDField(help_text="The uid of the page.")

    class Meta(Projection.Meta):
        abstract = True


class EditionTopic(ListedProjection):
    """A topic that an edition names."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_topics")
    topic = models.ForeignKey("topics.Topic", on_delete=models.PROTECT, related_name="editions", db_index=False)

    protects: ClassVar = {"topic": ("{count} edition names “{name}”", "{count} editions name “{name}”")}

    class Meta(ListedProjection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["topic", "-live_from", "live_until"], name="edition_topic_span"),
            models.Index(fields=["topic", *_LIST_COLUMNS], name="edition_topic_by_date"),
        ]

    def __str__(self) -> str:
        return str(self.topic)


class EditionOutlet(ListedProjection):
    """An outlet that an edition names."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_outlets")
    outlet = models.ForeignKey("stories.Outlet", on_delete=models.PROTECT, related_name="editions", db_index=False)

    protects: ClassVar = {"outlet": ("{count} edition names “{name}”", "{count} editions name “{name}”")}

    class Meta(ListedProjection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["outlet", "-live_from", "live_until"], name="edition_outlet_span"),
            models.Index(fields=["outlet", *_LIST_COLUMNS], name="edition_outlet_by_date"),
        ]

    def __str__(self) -> str:
        return str(self.outlet)


class EditionQuestion(Projection):
    """A question that an edition of a story asks, identified by the uid of the question."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_questions")
    question_uid = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return str(self.question_uid)


class EditionImage(Projection):
    """An image that an edition shows."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="editions")

    protects: ClassVar = {"image": ("{count} edition shows “{name}”", "{count} editions show “{name}”")}

    class Meta(Projection.Meta):
        indexes: ClassVar = [models.Index(fields=["image", "-live_from"], name="edition_image_span")]

    def __str__(self) -> str:
        return str(self.image)


class EditionArticle(Projection):
    """An article that an edition cites."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_articles")
    article = models.ForeignKey("stories.Article", on_delete=models.PROTECT, related_name="editions")

    protects: ClassVar = {"article": ("{count} edition cites “{name}”", "{count} editions cite “{name}”")}

    def __str__(self) -> str:
        return str(self.article)


class EditionContributor(Projection):
    """A contributor in the byline of an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_contributors")
    contributor = models.ForeignKey("accounts.Contributor", on_delete=models.PROTECT, related_name="editions")

    protects: ClassVar = {
        "contributor": (
            "{count} edition names “{name}” in its byline",
            "{count} editions name “{name}” in their bylines",
        )
    }

    class Meta(Projection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["contributor", "-live_from", "live_until"], name="edition_contributor_span")
        ]

    def __str__(self) -> str:
        return str(self.contributor)


class EditionQuestionState(Projection):
    """The state of a question in an edition of its page, and the days on which its answers expire.

    An edition without a state and without an answer that expires has no row.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="edition_question_states", db_index=False
    )
    uid = models.UUIDField(help_text="The uid of the question.")
    language = models.CharField(max_length=35, help_text="Without country and script.")
    state = models.CharField(max_length=10, blank=True)
    open_since = models.DateField(null=True)
    first_expires_on = models.DateField(null=True)
    valid_until = models.DateField(null=True, help_text="The last day before the question may have changed.")

    objects = QuestionStateQuerySet.as_manager()

    class Meta(Projection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["uid", "-live_from", "live_until"], name="question_state_span"),
            # The list of open questions reads this index in order.
            models.Index(
                fields=["state", "open_since", "uid", *_SPAN, "language", "edition"], name="question_state_by_date"
            ),
            models.Index(fields=["-live_from", "state", "language"], name="question_state_by_begin"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition"],
                name="question_state_once",
                violation_error_message="This edition already has a state.",
            ),
        ]

    def __str__(self) -> str:
        return self.state


class EditionAnswer(Projection):
    """An answer that expires, in an edition of a question page. The short answer has the uid of the question."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_answers")
    uid = models.UUIDField(help_text="The uid of the question.")
    answer = models.UUIDField(help_text="The uid of the answer.")
    expires_on = models.DateField()

    class Meta(Projection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["uid", "-live_from", "live_until"], name="edition_answer_span"),
            models.Index(fields=["expires_on", "id", *_SPAN], name="edition_answer_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.answer)


class EditionForecast(Projection):
    """A forecast in an edition of a story, or the one void row without words that the notice of a withdrawn story has."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_forecasts")
    uid = models.UUIDField(help_text="The uid of the story.")
    forecast = models.UUIDField(help_text="The uid of the forecast.")
    language = models.CharField(max_length=35, help_text="Without country and script.")
    speaker = models.CharField(max_length=200, blank=True)
    speaker_folded = models.CharField(max_length=200, blank=True)
    speaker_kind = models.CharField(max_length=20, blank=True)
    expected = models.CharField(max_length=500, blank=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10)
    decided_on = models.DateField(null=True)
    chance = models.PositiveSmallIntegerField(null=True)
    has_range = models.BooleanField(default=False, help_text="Whether it names an amount or the ends of a range.")
    # The digest of what must not change in the forecast.
    frozen = models.CharField(max_length=64, blank=True)

    objects = ForecastQuerySet.as_manager()

    class Meta(Projection.Meta):
        indexes: ClassVar = [
            models.Index(fields=["uid", "-live_from", "live_until"], name="edition_forecast_span"),
            models.Index(fields=["forecast", "-live_from"], name="edition_forecast_history"),
            models.Index(fields=["due_on", "forecast", *_SPAN, "state", "language"], name="edition_forecast_by_day"),
            models.Index(
                fields=["-decided_on", "-forecast", *_SPAN, "state", "language"],
                condition=Q(decided_on__isnull=False),
                name="edition_forecast_by_decision",
            ),
            models.Index(
                fields=["speaker_folded", "due_on", "forecast", *_SPAN, "state"], name="edition_forecast_by_speaker"
            ),
            models.Index(fields=["-live_from"], name="edition_forecast_by_begin"),
            models.Index(fields=["live_until", "due_on"], condition=Q(state="open"), name="edition_forecast_open"),
        ]

    def __str__(self) -> str:
        return self.speaker


PROJECTIONS: tuple[type[Projection], ...] = (
    EditionTopic, EditionOutlet, EditionQuestion, EditionImage, EditionArticle, EditionContributor,
    EditionQuestionState, EditionAnswer, EditionForecast,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """The kind of a change and its ``note`` for readers. A correction also says what was wrong and what is right."""

    change: Change
    note: str = ""
    was_wrong: str = ""
    is_right: str = ""
