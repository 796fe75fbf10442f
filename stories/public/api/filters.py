"""Filters for the API's lists of stories and questions. Their cost does not grow with the number of works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from newsroom.db.keyset import Page, limit_branches, paginate
from newsroom.entities.merged import Family
from newsroom.http.languages import primary_subtag
from newsroom.outlets.models import Outlet
from stories.editions.models import Edition, EditionOutlet, EditionQuerySet, EditionQuestionState
from stories.public.pages.lists.branches import split_by_language
from topics.models import Topic

# The maximum number of rows of each branch that are tested against a second filter for one page.
MAX_TESTED_ROWS = 1_000

type Branch = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """The filters of a list: kind of work, topic, outlet, language, and a span of update times.

    ``since`` is inclusive, and ``until`` is exclusive. Of questions, ``state`` is the state, and an answer expires before
    ``expires_before``.
    """

    kind: str
    topic: Family[Topic] | None
    outlet: Family[Outlet] | None
    language: str | None
    since: datetime | None
    until: datetime | None
    state: str | None = None
    expires_before: date | None = None

    def paginate(self, live: EditionQuerySet, *, before: str, size: int) -> Page[Edition]:
        """Return a page of the matching works among ``live``, newest first, from the cursor ``before`` on.

        An index applies the filters and returns the rows in order. No index covers both a topic and an outlet, a
        language tag with several subtags, or what a question adds. In these cases, at most the next ``MAX_TESTED_ROWS`` rows of each branch are
        tested against the second filter. If fewer than ``size`` of them match, the page is shorter, and the next page
        starts after the tested rows.

        This takes one query and, with a second filter, one more for each branch. An entity and the entities merged into
        it have one branch each. Raise Http404 if ``before`` is neither empty nor a cursor.
        """
        branches = [self._filter_span(branch) for branch in self._build_branches(live)]
        if not branches:
            return Page([], None, is_first=not before)
        end = None
        if self._has_second_filter:
            branches, end = limit_branches(branches, before=before, limit=MAX_TESTED_ROWS)
            branches = [self._apply_second_filter(branch) for branch in branches]
        page = paginate(live, before=before, size=size, branches=branches, key="edition" if self._family else "pk")
        return page if page.next_cursor else Page(page.rows, end, page.is_first)

    @property
    def _family(self) -> Family[Topic] | Family[Outlet] | None:
        return self.topic or self.outlet

    @property
    def _has_second_filter(self) -> bool:
        return bool((self.topic and self.outlet) or self.state or self.expires_before) or "-" in (self.language or "")

    def _build_branches(self, live: EditionQuerySet) -> Sequence[Branch]:
        languages = [primary_subtag(self.language)] if self.language else None
        if self._family:
            return self._family.mention_branches(self.kind, languages=languages)
        return split_by_language(live, languages)

    def _filter_span(self, branch: Branch) -> Branch:
        if self.since:
            branch = branch.filter(updated_at__gte=self.since)
        return branch.filter(updated_at__lt=self.until) if self.until else branch

    def _apply_second_filter(self, branch: Branch) -> Branch:
        """Apply the filters that no index covers."""
        if self.state or self.expires_before:
            states = EditionQuestionState.objects.filter(
                edition=OuterRef("edition" if self._family else "pk")
            ).order_by()
            if self.state:
                states = states.filter(state=self.state)
            if self.expires_before:
                states = states.filter(first_expires_on__lt=self.expires_before)
            branch = branch.filter(IsNull(Subquery(states.values("pk")[:1]), False))
        if self.topic and self.outlet:
            citations = EditionOutlet.objects.filter(
                edition=OuterRef("edition"), outlet__in=self.outlet.keys
            ).order_by()
            branch = branch.filter(IsNull(Subquery(citations.values("pk")[:1]), False))
        if self.language and "-" in self.language:
            in_language = Q(language__iexact=self.language) | Q(language__istartswith=f"{self.language}-")
            if not self._family:
                return branch.filter(in_language)
            editions = Edition.objects.filter(in_language, pk=OuterRef("edition")).order_by()
            branch = branch.filter(IsNull(Subquery(editions.values("pk")[:1]), False))
        return branch
