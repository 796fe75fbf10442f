"""What is asked of editions: kinds, changes, and the questions that readers' pages and verbs put."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Model, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from stories.models.freshness import Freshness
from stories.models.related import RelatedStories

if TYPE_CHECKING:
    from stories.models.edition import Edition


class EditionKind(models.TextChoices):
    """A page that can be read, or the notice that stands in its place."""

    PAGE = "page", "Page"
    NOTICE = "notice", "Notice"


class Change(models.TextChoices):
    """What an edition changed for readers."""

    FIRST = "first", _("First published")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")
    MINOR = "minor", _("Minor change")
    RETURN = "return", _("Published again")
    WITHDRAWAL = "withdrawal", _("Withdrawn")
    EXPIRY = "expiry", _("Expired")


class EditionQuerySet(models.QuerySet["Edition"]):
    """Questions about what readers see; every one is asked for a moment."""

    def standing(self, at: datetime) -> Self:
        """Keep what stands at ``at``: pages and notices."""
        return self.filter(live_from__lte=at, live_until__gt=at)

    def live(self, at: datetime) -> Self:
        """Keep the pages that can be read at ``at``."""
        return self.standing(at).filter(kind=EditionKind.PAGE)

    def stories(self) -> Self:
        """Keep editions of stories."""
        return self.filter(work_kind="story")

    def questions(self) -> Self:
        """Keep editions of questions."""
        return self.filter(work_kind="question")

    def of_works(self, uids: Iterable[UUID]) -> Self:
        """Keep editions of the works with these uids."""
        return self.filter(uid__in=set(uids))

    def once_public(self, at: datetime) -> Self:
        """Keep pages that readers could see at some time up to ``at``."""
        return self.filter(kind=EditionKind.PAGE, live_from__lte=at, live_until__gt=F("live_from"))

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        """Keep editions of works of these kinds."""
        return self.filter(work_kind__in=list(kinds))

    def beginning(self, first: datetime, end: datetime) -> Self:
        """Keep what begins from ``first`` until just before ``end``."""
        return self.filter(live_from__gte=first, live_from__lt=end)

    def numbered(self, work: Model, number: int) -> "Edition | None":
        """Return the edition of this number of a work, or None."""
        return self.filter(work=work.pk, number=number).first()

    def of_bundle(self, bundle: Model) -> Self:
        """Keep what went out with a bundle, in the order in which it was made."""
        return self.filter(bundle=bundle.pk).order_by("pk")

    def spanning(self) -> Self:
        """Leave out cancelled schedules, which span no moment."""
        return self.filter(live_until__gt=F("live_from"))

    def with_the_one_before(self, edition: "Edition") -> Self:
        """Keep an edition and the one of its work that ended where it begins."""
        return self.filter(Q(pk=edition.pk) | Q(live_until=edition.live_from), uid=edition.uid)

    def waiting(self, at: datetime) -> Self:
        """Keep what was scheduled and still waits for its time at ``at``, in the order of their times."""
        return self.spanning().filter(is_scheduled=True, live_from__gt=at).order_by("live_from", "pk")

    def with_dates_of_looks(self) -> Self:
        """Say of each work by which day somebody looks at it (``review_by``), and that of the last look (``checked_on``)."""
        dates = Freshness.objects.filter(uid=OuterRef("uid"))
        return self.annotate(
            review_by=Subquery(dates.values("review_by")[:1]), checked_on=Subquery(dates.values("checked_on")[:1])
        )

    def with_what_follows(self, at: datetime) -> Self:
        """Say of each when the next edition of its work begins after ``at`` (``follows_at``), and which stories it leads on to."""
        following = self.model._default_manager.filter(
            uid=OuterRef("uid"), live_from__gt=at, live_until__gt=F("live_from")
        )
        chosen = RelatedStories.objects.filter(uid=OuterRef("uid"))
        return self.annotate(
            follows_at=Subquery(following.order_by("live_from").values("live_from")[:1]),
            leads_on_to=Subquery(chosen.values("others")[:1]),
        )

    def beside(self, own: UUID, others: Iterable[UUID], group: UUID, *, at: datetime) -> Self:
        """Keep what stood at the page of ``own`` up to ``at``, and what stands or will stand at those of ``others``.

        So do those of its translation ``group``. What was cancelled is left out.
        """
        past = Q(uid=own, live_from__lte=at)
        around = (Q(uid__in=others) | Q(translation_group=group)) & ~Q(uid=own) & Q(live_until__gt=at)
        return self.filter(past | around).spanning()

    def waiting_at_key(self, key: int, *, at: datetime) -> "Edition | None":
        """Return the edition of this key, with its work, where it still waits for its time at ``at``."""
        return self.waiting(at).filter(pk=key).select_related("work").first()

    def going_with(self, edition: "Edition") -> Self:
        """Keep what goes out at the very moment of a scheduled edition with it: its bundle, the questions that it asks."""
        asked = edition.edition_questions.values("question_uid")
        along = Q(uid__in=asked) if edition.bundle_id is None else Q(uid__in=asked) | Q(bundle=edition.bundle_id)
        together = self.spanning().filter(along, is_scheduled=True, live_from=edition.live_from)
        return together.exclude(pk=edition.pk)

    def corrections(self) -> Self:
        """Keep editions that corrected something."""
        return self.filter(change=Change.CORRECTION)

    def for_cards(self) -> Self:
        """Leave out what a list does not show: the document and the HTML."""
        return self.select_related("lead_image").defer("fragments")

    def newest_first(self) -> Self:
        """Order by what readers call *Updated*, newest first; total."""
        return self.order_by("-updated_at", "-pk")
