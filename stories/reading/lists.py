"""The lists of stories, of questions and of outlets."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Self

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from newsroom.pages.paging import Place, cut
from stories.models.edition import EditionKind, EditionOutlet
from stories.models.outlet import Outlet, OutletKind
from stories.reading.cards import Card, live_questions, live_stories, question_cards, story_cards


@dataclass(frozen=True, slots=True)
class StoryList:
    """Some stories, newest first, and where the earlier ones begin."""

    cards: list[Card]
    earlier: Place | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime) -> Self:
        """Return the stories from the place named ``before`` on. Two queries."""
        found = cut(live_stories(at), before=before)
        return cls(story_cards(found.rows), found.earlier, found.is_first, at)


@dataclass(frozen=True, slots=True)
class QuestionList:
    """Some questions, newest first, and where the earlier ones begin."""

    cards: list[Card]
    earlier: Place | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime) -> Self:
        """Return the questions from the place named ``before`` on. Two queries."""
        found = cut(live_questions(at), before=before)
        return cls(question_cards(found.rows), found.earlier, found.is_first, at)


@dataclass(frozen=True, slots=True)
class OutletCounted:
    """An outlet with the number of live stories that cite it."""

    outlet: Outlet
    stories: int


@dataclass(frozen=True, slots=True)
class OutletList:
    """Every outlet that a live edition names, by what it is and then by name."""

    kinds: list[tuple[str, list[OutletCounted]]]
    at: datetime

    @classmethod
    def load(cls, *, at: datetime) -> Self:
        """Return the outlets. Two queries."""
        stories = (
            EditionOutlet.objects.annotate(present=Coalesce("outlet__merged_into", "outlet"))
            .filter(live_from__lte=at, live_until__gt=at, edition__kind=EditionKind.PAGE)
            .order_by()
            .values("present")
            .annotate(number=Count("edition", filter=Q(edition__work_kind="story"), distinct=True))
        )
        numbers = {row["present"]: row["number"] for row in stories}
        order = list(OutletKind.values)
        counted = sorted(
            (OutletCounted(outlet, numbers.get(outlet.pk, 0)) for outlet in Outlet.objects.public(at)),
            key=lambda row: (order.index(row.outlet.kind), row.outlet.folded_name),
        )
        kinds = groupby(counted, key=lambda row: row.outlet.get_kind_display())
        return cls([(str(kind), list(rows)) for kind, rows in kinds], at)
