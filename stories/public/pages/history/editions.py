"""The history of a page, and each edition as readers last saw it, compared with the previous edition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from stories.documents import AnyDocument, Explainer
from stories.documents.compare import ChangedPart, Comparison, compare
from stories.documents.fields import FieldSpec
from stories.documents.render import ExplainerFragments
from stories.documents.walk import replace_values
from stories.editions.models import Edition, EditionKind
from stories.public.pages.history.changes import Stage, load_stages
from stories.public.pages.history.claim_changes import ClaimChange, compare_claims
from stories.public.pages.resolve import get_page_under
from stories.public.pages.works.fragments import Fragments, list_sources, parse_fragments, remove_desk_parts
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage


def compare_editions(before: Edition, after: Edition) -> Comparison | None:
    """Return the changes that ``after`` made for readers, or None if one of the editions no longer has a document.

    The documents must have been loaded with the editions, for example by ``select_related()``. Labels are in the active
    language. What only the desk sees is left out, such as articles without a citation, images that are not placed, and
    the desk's own source numbers, and so are fields that no page shows.
    """
    if before.document is None or after.document is None:
        return None
    old, new = parse_fragments(before), parse_fragments(after)
    was, is_now = _as_read(before.document.value(), old), _as_read(after.document.value(), new)
    comparison = compare(
        was, is_now, numbers_before=_map_source_numbers(was, old), numbers_after=_map_source_numbers(is_now, new)
    )
    return replace(
        comparison, parts=tuple(_remove_small_changes(part) for part in comparison.parts if not part.is_small)
    )


def _as_read(document: AnyDocument, fragments: Fragments) -> AnyDocument:
    """Return ``document`` with what its page shows: without other fields, and with the difference of each point."""

    def hide(name: str, spec: FieldSpec, value: object) -> object:
        return value if spec.is_shown else "" if isinstance(value, str) else None

    shown = replace_values(remove_desk_parts(document, fragments), hide)
    if not (isinstance(shown, Explainer) and isinstance(fragments, ExplainerFragments)):
        return shown
    differences = {claim.uid: claim.difference for claim in fragments.claims}
    claims = (claim.model_copy(update={"difference": differences.get(claim.uid, "")}) for claim in shown.claims)
    return shown.model_copy(update={"claims": tuple(claims)})


def _map_source_numbers(document: AnyDocument, fragments: Fragments) -> dict[int, int]:
    return {source.number: source.display for source in list_sources(document, fragments)}


def _remove_small_changes(part: ChangedPart) -> ChangedPart:
    return replace(
        part,
        fields=tuple(field for field in part.fields if not field.is_small),
        rows=tuple(
            replace(row, fields=tuple(field for field in row.fields if not field.is_small))
            for row in part.rows
            if not row.is_small
        ),
    )


SMALLEST_INTERVAL = timedelta(microseconds=1)  # an edition is live until just before its end

ADJACENT_EDITIONS = 2  # the number of editions to list on each side of the one shown


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """All editions and notices of a page, newest first. ``edition`` is the page or notice now in force."""

    edition: Edition
    at: datetime
    stages: list[Stage]

    @classmethod
    def load(cls, kind: str, slug: str, *, at: datetime, or_notice: bool = False) -> Self:
        """Return the history of the page of this kind and slug, in two queries, or three if the page has expired.

        If ``or_notice`` is true, also return the history of a withdrawn page. Raise the same exceptions as
        ``get_page_under``.
        """
        edition = get_page_under(kind, slug, at=at, under="/history/", or_notice=or_notice)
        return cls(edition, at, load_stages(edition.uid, at=at)[::-1])

    @property
    def is_withdrawn(self) -> bool:
        """Whether the page is withdrawn. The history then shows none of the text of its editions."""
        return self.edition.kind == EditionKind.NOTICE

    @property
    def editions(self) -> int:
        """The number of editions that have been public."""
        return sum(stage.is_page for stage in self.stages)

    @property
    def first_published_at(self) -> datetime:
        """The time at which the first edition was published."""
        return self.stages[-1].edition.live_from


@dataclass(frozen=True, slots=True)
class EditionPage:
    """An edition as readers last saw it: ``shown`` is its stage, and ``page`` is its content.

    ``today`` is the live edition. ``before`` and ``after`` are the previous and the next edition. ``adjacent`` holds
    this edition and up to ``ADJACENT_EDITIONS`` on each side, newest first. ``compared`` holds the changes that the
    edition made. It is None for the first edition, and if this or the previous edition no longer has a document.
    ``claims`` are the changes to the points on which a story compares outlets.
    """

    shown: Stage
    page: ExplainerPage | QuestionPage
    compared: Comparison | None
    claims: tuple[ClaimChange, ...]
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
        """Return the ``number``-th public edition of the page of this kind and slug, in at most eight queries.

        Raise the same exceptions as ``HistoryPage.load``, and Http404 if there are fewer editions.
        """
        today = get_page_under(kind, slug, at=at, under=f"/history/{number}/")
        stages = [stage for stage in load_stages(today.uid, at=at) if stage.is_page]
        if number > len(stages):
            raise Http404
        shown = stages[number - 1]
        before = stages[number - 2] if number > 1 else None
        with_documents = Edition.objects.with_ordinals().select_related("document").fetch_mode(FETCH_RAISE)
        editions = with_documents.in_bulk([stage.edition.pk for stage in (before, shown) if stage])
        edition = editions[shown.edition.pk]
        with translation.override(edition.language):
            changed = compare_editions(editions[before.edition.pk], edition) if before else None
            claims = compare_claims(editions[before.edition.pk], edition) if before else ()
        return cls(
            shown=shown,
            page=_load_archived_page(
                edition,
                corrections=[stage for stage in reversed(stages[:number]) if stage.is_correction],
                last_seen_at=shown.until - SMALLEST_INTERVAL if shown.until else at,
                at=at,
            ),
            compared=changed,
            claims=claims,
            before=before,
            after=stages[number] if number < len(stages) else None,
            adjacent=stages[max(0, number - 1 - ADJACENT_EDITIONS) : number + ADJACENT_EDITIONS][::-1],
            today=today,
            at=at,
        )


def _load_archived_page(
    edition: Edition, *, corrections: Sequence[Stage], last_seen_at: datetime, at: datetime
) -> ExplainerPage | QuestionPage:
    fragments = parse_fragments(edition)
    if isinstance(fragments, ExplainerFragments):
        return ExplainerPage.load_archived(
            edition, fragments, corrections=corrections, last_seen_at=last_seen_at, at=at
        )
    return QuestionPage.load_archived(edition, fragments, corrections=corrections, last_seen_at=last_seen_at, at=at)
