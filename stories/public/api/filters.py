"""Filters of the API's lists of stories and questions, at a cost that does not grow with the number of works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from newsroom.db.keyset import Page, limit_branches, paginate
from newsroom.entities.merged import Family
from newsroom.http.languages import primary_subtag
from newsroom.outlets.models import Outlet
from stories.editions.models import Edition, EditionOutlet, EditionQuerySet
from stories.public.pages.lists.branches import split_by_language
from topics.models import Topic

# With two filters, at most so many rows that match the first are tried against the second for one page.
MOST_LOOKED_AT = 1_000

type Walk = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """The filters of a list: kind of work, topic, outlet, language, and a span of update times.

    ``since`` is inclusive and ``until`` exclusive.
    """

    kind: str
    topic: Family[Topic] | None
    outlet: Family[Outlet] | None
    language: str | None
    since: datetime | None
    until: datetime | None

    def paginate(self, live: EditionQuerySet, *, before: str, size: int) -> Page[Edition]:
        """Return a page of the ``live`` works that match, newest first, from the cursor ``before`` on.

        An index returns the rows that match one filter in order. With two filters, the second is tried on the next
        ``MOST_LOOKED_AT`` rows of the first. Such a page may hold fewer than ``size`` rows; the next one begins behind
        the rows tried.

        It takes one query, or two with a second filter, and one more for each merged entity. Raise Http404 if
        ``before`` is no cursor.
        """
        found = [self._within(walk) for walk in self._walks(live)]
        if not found:
            return Page([], None, is_first=not before)
        end = None
        if self._is_tried:
            found, end = limit_branches(found, before=before, limit=MOST_LOOKED_AT)
            found = [self._tried(walk) for walk in found]
        page = paginate(live, before=before, size=size, branches=found, key="edition" if self._family else "pk")
        return page if page.next_cursor else Page(page.rows, end, page.is_first)

    @property
    def _family(self) -> Family[Topic] | Family[Outlet] | None:
        return self.topic or self.outlet

    @property
    def _is_tried(self) -> bool:
        return bool(self.topic and self.outlet) or "-" in (self.language or "")

    def _walks(self, live: EditionQuerySet) -> Sequence[Walk]:
        languages = [primary_subtag(self.language)] if self.language else None
        if self._family:
            return self._family.mention_branches(self.kind, languages=languages)
        return split_by_language(live, languages)

    def _within(self, walk: Walk) -> Walk:
        if self.since:
            walk = walk.filter(updated_at__gte=self.since)
        return walk.filter(updated_at__lt=self.until) if self.until else walk

    def _tried(self, walk: Walk) -> Walk:
        """Filter the rows by the remaining filters."""
        if self.topic and self.outlet:
            citing = EditionOutlet.objects.filter(edition=OuterRef("edition"), outlet__in=self.outlet.keys).order_by()
            walk = walk.filter(IsNull(Subquery(citing.values("pk")[:1]), False))
        if self.language and "-" in self.language:
            written = Q(language__iexact=self.language) | Q(language__istartswith=f"{self.language}-")
            if not self._family:
                return walk.filter(written)
            editions = Edition.objects.filter(written, pk=OuterRef("edition")).order_by()
            walk = walk.filter(IsNull(Subquery(editions.values("pk")[:1]), False))
        return walk
