"""The filters of the search page, and the number of results that each choice leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from newsroom.outlets.models import Outlet
from newsroom.search.counts import Count, Counts
from newsroom.text.language_cache import cache_by_language
from stories.documents.headings import usual_heading
from stories.documents.schema import SECTION_KINDS
from stories.public.pages.search.names import EntityName, EntityNames
from stories.public.pages.search.query import SearchParameters
from topics.models import Topic

KINDS: dict[str, Promise] = {
    "story": _("Stories"),
    "question": _("Questions"),
    "topic": _("Topics"),
    "source": _("Outlets"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter. It leaves ``number`` results, or more if ``is_capped`` is true.

    ``number`` is 0 if the number of results is not known.
    """

    value: str
    name: str
    number: int
    is_capped: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """The choices of one filter parameter. ``any_label`` is the label of the empty choice."""

    name: str
    label: str
    any_label: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """All filters except the date filters."""

    filters: list[Filter]

    @classmethod
    def from_counts(
        cls,
        parameters: SearchParameters,
        counts: Counts,
        names: EntityNames,
        *,
        topic: Topic | None,
        outlet: Outlet | None,
    ) -> Self:
        """Return the filters, with counts except for sections. ``topic`` and ``outlet`` are the current choices."""
        labels = _get_labels()
        choices = {
            "kind": _build_choices(labels.kinds, counts.kinds, parameters.kind),
            "topic": _build_entity_choices(names.topics, counts.topics, topic),
            "source": _build_entity_choices(names.outlets, counts.outlets, outlet),
            "section": build_section_choices((), parameters.section),
        }
        return cls([Filter(name, *labels.filters[name], choices[name]) for name in choices])

    @property
    def chosen(self) -> list[str]:
        """The names of the current choices."""
        return [choice.name for each in self.filters for choice in each.choices if choice.is_chosen]


def build_section_choices(counts: Iterable[Count], chosen: str) -> list[Choice]:
    """Return a choice for each kind of section, in the active language."""
    return _build_choices(_get_labels().sections, counts, chosen)


class _Labels(NamedTuple):
    """The labels of each filter and of its empty choice, and the names of the kinds of result and of section."""

    filters: dict[str, tuple[str, str]]
    kinds: dict[str, str]
    sections: dict[str, str]


@cache_by_language(64)
def _get_labels() -> _Labels:
    filters = {
        "kind": (gettext("Type"), gettext("All types")),
        "topic": (gettext("Topic"), gettext("All topics")),
        "source": (gettext("Outlet"), gettext("All outlets")),
        "section": (gettext("Section of a story"), gettext("All sections")),
    }
    usual = {code: usual_heading(code, get_language() or settings.LANGUAGE_CODE) for code in SECTION_KINDS}
    return _Labels(
        filters=filters,
        kinds={kind: str(name) for kind, name in KINDS.items()},
        sections={code: heading or gettext("Other sections") for code, heading in usual.items()},
    )


def _build_choices(names: Mapping[str, str], counts: Iterable[Count], chosen: str) -> list[Choice]:
    counts_by_value = {count.value: count for count in counts}
    return [
        Choice(
            value,
            name,
            counts_by_value[value].number if value in counts_by_value else 0,
            counts_by_value[value].is_capped if value in counts_by_value else False,
            value == chosen,
        )
        for value, name in names.items()
    ]


def _build_entity_choices(
    names: Mapping[UUID, EntityName], counts: list[Count], chosen: Topic | Outlet | None
) -> list[Choice]:
    """Return a choice for each counted entity, most frequent first. The chosen entity is always included."""
    choices = {
        uid: Choice(name.slug, name.name, count.number, count.is_capped, bool(chosen and uid == chosen.uid))
        for count in counts
        if (name := names.get(uid := UUID(count.value)))
    }
    if chosen:
        choices.setdefault(chosen.uid, Choice(chosen.slug, chosen.name, 0, is_capped=False, is_chosen=True))
    return list(choices.values())
