"""The history of a page, and each of its editions as it was, compared with the one before."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from stories.documents.compare import ChangedPart, Comparison, compare
from stories.documents.render import ExplainerFragments
from stories.editions.models import Edition, EditionKind
from stories.public.pages.history.changes import Stage, stages_of
from stories.public.pages.resolve import get_page_under
from stories.public.pages.works.fragments import Fragments, fragments_of, without_desk_parts
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage


def compare_editions(before: Edition, after: Edition) -> Comparison | None:
    """Return what ``after`` changed for readers; None if a document was removed from one of the two.

    The editions must have their documents selected. Labels are in the active language. What only the desk sees is left
    out: articles without a citation, images that are not placed, and the desk's numbers.
    """
    if before.document is None or after.document is None:
        return None
    old, new = fragments_of(before), fragments_of(after)
    comparison = compare(
        without_desk_parts(before.document.value(), old),
        without_desk_parts(after.document.value(), new),
        numbers_before=_numbers(old),
        numbers_after=_numbers(new),
    )
    return replace(comparison, parts=tuple(_seen(part) for part in comparison.parts if not part.is_small))


def _numbers(fragments: Fragments) -> dict[int, int]:
    return {source.number: source.display for source in fragments.sources}


def _seen(part: ChangedPart) -> ChangedPart:
    return replace(
        part,
        fields=tuple(field for field in part.fields if not field.is_small),
        rows=tuple(
            replace(row, fields=tuple(field for field in row.fields if not field.is_small))
            for row in part.rows
            if not row.is_small
        ),
    )


INSTANT = timedelta(microseconds=1)  # an edition is live until just before its end

NEAR = 2  # editions shown on each side of the current one


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """All editions and notices of a page, newest first; ``edition`` is the page or notice of today."""

    edition: Edition
    at: datetime
    stages: list[Stage]

    @classmethod
    def load(cls, kind: str, slug: str, *, at: datetime, or_notice: bool = False) -> Self:
        """Return the history of the page of that kind and slug, in two queries, or three if it has moved.

        With ``or_notice`` return that of a withdrawn page too. Raise as ``standing_under`` does.
        """
        edition = get_page_under(kind, slug, at=at, under="/history/", or_notice=or_notice)
        return cls(edition, at, stages_of(edition.uid, at=at)[::-1])

    @property
    def is_withdrawn(self) -> bool:
        """Return whether the page is withdrawn; the history then shows nothing of what its editions said."""
        return self.edition.kind == EditionKind.NOTICE

    @property
    def editions(self) -> int:
        """The number of pages that were ever public."""
        return sum(stage.is_page for stage in self.stages)

    @property
    def first_published_at(self) -> datetime:
        """The time at which the first edition was published."""
        return self.stages[-1].edition.live_from


@dataclass(frozen=True, slots=True)
class EditionPage:
    """One edition as it was: ``shown`` is its stage, ``page`` its content.

    ``today`` is the live page. ``before`` and ``after`` are the adjacent editions, ``near`` these and some more, newest
    first. ``compared`` is what the edition changed, None for the first.
    """

    shown: Stage
    page: ExplainerPage | QuestionPage
    compared: Comparison | None
    before: Stage | None
    after: Stage | None
    adjacent: list[Stage]
    today: Edition
    at: datetime

    @property
    def template(self) -> str:
        """The template for this kind of page."""
        return "public/story.html" if isinstance(self.page, ExplainerPage) else "public/question.html"

    @property
    def history_url(self) -> str:
        """The address of the list of all editions."""
        return reverse(f"{self.today.work_kind}_history", args=[self.today.slug])

    @classmethod
    def load(cls, kind: str, slug: str, number: int, *, at: datetime) -> Self:
        """Return the ``number``-th public edition of the page of that kind and slug, in at most eight queries.

        Raise as ``HistoryPage.load`` does, and Http404 if there are fewer editions.
        """
        today = get_page_under(kind, slug, at=at, under=f"/history/{number}/")
        stages = [stage for stage in stages_of(today.uid, at=at) if stage.is_page]
        if number > len(stages):
            raise Http404
        shown = stages[number - 1]
        before = stages[number - 2] if number > 1 else None
        kept = Edition.objects.select_related("document").fetch_mode(FETCH_RAISE)
        editions = kept.in_bulk([stage.edition.pk for stage in (before, shown) if stage])
        edition = editions[shown.edition.pk]
        with translation.override(edition.language):
            changed = compare_editions(editions[before.edition.pk], edition) if before else None
        return cls(
            shown=shown,
            page=_as_printed(edition, seen=shown.until - INSTANT if shown.until else at, at=at),
            compared=changed,
            before=before,
            after=stages[number] if number < len(stages) else None,
            adjacent=stages[max(0, number - 1 - NEAR) : number + NEAR][::-1],
            today=today,
            at=at,
        )


def _as_printed(edition: Edition, *, seen: datetime, at: datetime) -> ExplainerPage | QuestionPage:
    fragments = fragments_of(edition)
    if isinstance(fragments, ExplainerFragments):
        return ExplainerPage.as_printed(edition, fragments, seen=seen, at=at)
    return QuestionPage.as_printed(edition, fragments, seen=seen, at=at)
