"""Filters of the search page, each choice with the number of results that it would leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from newsroom.outlets.models import Outlet
from newsroom.search.counts import Count, Counts
from stories.documents.headings import usual_heading
from stories.documents.schema import SECTION_KINDS
from stories.public.pages.search.names import EntityName, EntityNames
from stories.public.pages.search.query import SearchParameters
from topics.models import Topic

KINDS: dict[str, Promise] = {
    "story": _("Stories"),
    "question": _("Questions"),
    "topic": _("Topics"),
    "source": _("Sources"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, which would leave ``number`` results, or more if ``is_capped``.

    ``number`` is 0 if it is not known.
    """

    value: str
    name: str
    number: int
    is_capped: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """The values of one filter parameter; ``anything`` is the label of the empty choice."""

    name: str
    label: str
    anything: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """All filters except those by date."""

    filters: list[Filter]

    @classmethod
    def from_counts(
        cls, asked: SearchParameters, told: Counts, names: EntityNames, *, topic: Topic | None, outlet: Outlet | None
    ) -> Self:
        """Return the filters with their counts; ``topic`` and ``outlet`` are the current choices."""
        topics = _named(names.topics, told.topics, topic)
        outlets = _named(names.outlets, told.outlets, outlet)
        return cls(
            [
                Filter("kind", gettext("Kind"), gettext("All kinds"), _fixed(KINDS, told.kinds, asked.kind)),
                Filter("topic", gettext("Topic"), gettext("All topics"), topics),
                Filter("source", gettext("Source"), gettext("All sources"), outlets),
                Filter(
                    "section",
                    gettext("Part of a story"),
                    gettext("All parts"),
                    _fixed(_sections(), told.sections, asked.section),
                ),
            ]
        )

    @property
    def chosen(self) -> list[str]:
        """The names of the current choices."""
        return [choice.name for offer in self.filters for choice in offer.choices if choice.is_chosen]


def _sections() -> dict[str, str]:
    """Return the names of the kinds of section in the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    return {code: usual_heading(code, language) or gettext("Other sections") for code in SECTION_KINDS}


def _fixed(names: Mapping[str, str | Promise], told: Iterable[Count], chosen: str) -> list[Choice]:
    numbers = {count.value: count for count in told}
    return [
        Choice(
            value,
            str(name),
            numbers[value].number if value in numbers else 0,
            numbers[value].is_capped if value in numbers else False,
            value == chosen,
        )
        for value, name in names.items()
    ]


def _named(things: Mapping[UUID, EntityName], told: list[Count], chosen: Topic | Outlet | None) -> list[Choice]:
    """Return the counted entities, most frequent first; the chosen one is always included."""
    choices = {
        uid: Choice(thing.slug, thing.name, count.number, count.is_capped, bool(chosen and uid == chosen.uid))
        for count in told
        if (thing := things.get(uid := UUID(count.value)))
    }
    if chosen:
        choices.setdefault(chosen.uid, Choice(chosen.slug, chosen.name, 0, is_capped=False, is_chosen=True))
    return list(choices.values())
