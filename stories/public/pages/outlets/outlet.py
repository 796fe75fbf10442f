"""The page of an outlet: its description and owner, and the stories that name it, with its reports in each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone

from newsroom.db.keyset import Cursor, PreparedPagination, select_first
from newsroom.db.statements import PreparedQuery
from newsroom.entities.counts import Count
from newsroom.entities.mentions import mention_branches
from newsroom.entities.merged import Families, Family
from newsroom.http.languages import translated_name
from newsroom.outlets.models import Outlet
from newsroom.page_cache.dependencies import PageDependencies, list_key, page_key
from newsroom.page_cache.responses import MovedError
from newsroom.page_cache.text_links import render_text
from newsroom.text.join import join_list
from stories.documents.render import ExplainerFragments
from stories.editions.models import Edition, EditionOutlet
from stories.public.pages.outlets.list import KINDS
from stories.public.pages.works.links import Links, record_text_dependencies
from stories.public.pages.works.outlets import Outlets, list_printed_outlets, load_outlets
from stories.public.pages.works.placeholders import find_link_targets, replace_placeholders
from stories.public.pages.works.sections import (
    RenderedPassage,
    SourceEntry,
    build_source_entries,
    list_outlet_uids,
    render_passages,
)
from topics.pages import record_dependencies

STORIES_ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class StoryCoverage:
    """The reports of an outlet in a story.

    ``voices`` holds the passages that name the outlet, each with the names of the other outlets that it names.
    ``articles`` holds the cited articles of the outlet on which no such passage is based. Both are empty if only a point
    or a forecast of the story names the outlet.
    """

    edition: Edition
    voices: tuple[tuple[RenderedPassage, str], ...]
    articles: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class OutletPage:
    """The content of an outlet's page at a given time."""

    outlet: Outlet
    at: datetime
    description_html: str
    coverage: list[StoryCoverage]
    stories: Count
    since: datetime | None
    next_cursor: Cursor | None
    is_first: bool

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the outlet at this address, with the stories that follow the cursor ``before``.

        This takes at most eight queries, and three more to record in ``dependencies`` what the page depends on; three
        more if the description has links by uid. Raise MovedError for a former address or a merged outlet. Raise
        Http404 if the cursor is invalid or if no live edition names the outlet.
        """
        family = get_outlet_family(slug, at=at, dependencies=dependencies)
        outlet = family.thing
        story_page = _STORIES(before, keys=family.keys, at=at)
        outlet_uids = family.uids
        parsed = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in story_page.rows]
        passages = [passage for _, fragments in parsed for passage in fragments.passages]
        record_text_dependencies(dependencies, [passage.body_html for passage in passages])
        links = Links.load(find_link_targets(passage.body_html for passage in passages), topics=(), questions=(), at=at)
        today = timezone.localtime(at).date()
        fill = partial(replace_placeholders, addresses=links.addresses, pictures={}, today=today, year=today.year)
        outlets = load_outlets({uid for _, fragments in parsed for uid in list_outlet_uids(fragments)})
        return cls(
            outlet=outlet,
            at=at,
            description_html=render_text(outlet.description, anchor="outlet", at=at, dependencies=dependencies),
            coverage=[_build_coverage(edition, fragments, outlet_uids, outlets, fill) for edition, fragments in parsed],
            stories=Count(len(story_page.rows))
            if story_page.is_first and not story_page.next_cursor
            else family.count("story"),
            since=next((moment for (moment,) in _FIRST_CITATION(keys=family.keys, at=at)), None),
            next_cursor=story_page.next_cursor,
            is_first=story_page.is_first,
        )

    @property
    def kinds(self) -> str:
        """The name of the outlet's kind in the plural."""
        return str(KINDS[self.outlet.kind])

    @property
    def language(self) -> str:
        """The name of the outlet's language, or the language tag if Django does not know the name."""
        return translated_name(self.outlet.language)

    @property
    def host(self) -> str:
        """The host of the outlet's home page, without ``www.``."""
        return urlsplit(self.outlet.home_page).netloc.removeprefix("www.")


def get_outlet_family(slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Family[Outlet]:
    """Return the family of the outlet at this address: the outlet and the outlets merged into it.

    Raise MovedError for a former address or a merged outlet, and Http404 if no live edition names the outlet.
    """
    outlet = OUTLETS.get_by_slug(slug, at=at)
    if outlet is None:
        raise Http404
    record_dependencies(dependencies, page_key("outlet", outlet.uid), list_key("outlet", outlet.uid))
    family = OUTLETS.family_of(outlet, at=at)
    if not family.keys:
        raise Http404
    if family.thing.slug != slug:
        raise MovedError(family.thing.get_absolute_url())
    return family


def get_public_outlet(slug: str, *, at: datetime) -> Outlet:
    """Return the outlet at this address. Raise the same exceptions as ``get_outlet_family``."""
    return get_outlet_family(slug, at=at).thing


def _list_stories(keys: Collection[int], at: datetime) -> tuple[QuerySet[Edition], list[QuerySet[Any, Any]]]:
    return Edition.objects.all(), mention_branches(Outlet, keys, kind="story", at=at)


def _find_first_citation(keys: Collection[int], at: datetime) -> QuerySet[Any, Any]:
    """Return a QuerySet with the time at which a published story first named the outlet, if any did."""
    citations = EditionOutlet.objects.filter(work_kind="story", live_from__lte=at, live_until__gt=F("live_from"))
    firsts = select_first([citations.filter(outlet=key) for key in keys], order=("live_from",), limit=1)
    return EditionOutlet.objects.filter(pk__in=firsts).order_by("live_from").values_list("live_from")[:1]


def _build_coverage(
    edition: Edition, fragments: ExplainerFragments, outlet_uids: frozenset[UUID], outlets: Outlets, fill: partial[str]
) -> StoryCoverage:
    passages = tuple(
        passage for passage in fragments.passages if any(named.uid in outlet_uids for named in passage.outlets)
    )
    sources = build_source_entries(fragments.sources, outlets)
    voices = render_passages(passages, sources=sources, outlets=outlets, fill=fill)
    used_articles = {article for voice in voices for article in voice.articles}
    cited_articles = [sources[source.display] for source in fragments.sources if source.outlet.uid in outlet_uids]
    outlet_names = list_printed_outlets(
        (named for passage in passages for named in passage.outlets if named.uid in outlet_uids), outlets
    )
    return StoryCoverage(
        edition,
        tuple(
            (voice, join_list(other.name for other in voice.outlets if other not in outlet_names)) for voice in voices
        ),
        tuple(article for article in cited_articles if article not in used_articles),
    )


OUTLETS = Families(lambda: Outlet.objects.select_related("merged_into"))
_STORIES = PreparedPagination(_list_stories, size=STORIES_ON_A_PAGE, key="edition")
_FIRST_CITATION = PreparedQuery(_find_first_citation)
