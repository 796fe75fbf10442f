"""The page of one outlet: its description, its owner, and every story that cites it with what it reported there."""

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
from django.utils.translation import get_language_info

from newsroom.db.keyset import Cursor, PreparedPagination, select_first
from newsroom.db.statements import PreparedQuery
from newsroom.entities.counts import Count
from newsroom.entities.mentions import mention_branches
from newsroom.entities.merged import Families, Family
from newsroom.outlets.models import Outlet
from newsroom.page_cache.dependencies import PageDependencies, list_key, page_key
from newsroom.page_cache.responses import MovedError
from newsroom.text.join import join_list
from newsroom.text.markdown import render
from stories.documents.render import ExplainerFragments
from stories.editions.models import Edition, EditionOutlet
from stories.public.pages.outlets.list import KINDS
from stories.public.pages.works.links import Links, record_text_dependencies
from stories.public.pages.works.outlets import Outlets, outlets_of, outlets_shown
from stories.public.pages.works.placeholders import replace_placeholders, targets_in
from stories.public.pages.works.sections import PassageShown, SourceShown, outlet_uids_in, passages_shown, sources_of
from topics.pages import record_dependencies

STORIES_ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class StoryCoverage:
    """What an outlet reported in one story.

    Each voice has the names of the other outlets that share it. ``articles`` are those cited articles of the outlet
    that no passage draws on.
    """

    edition: Edition
    voices: tuple[tuple[PassageShown, str], ...]
    articles: tuple[SourceShown, ...]


@dataclass(frozen=True, slots=True)
class OutletPage:
    """The content of an outlet's page at one time."""

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
        """Return the page of the outlet at this address, in at most ten queries.

        ``dependencies`` records what the page is built from. Raise MovedError for a former address or a merged outlet,
        and Http404 unless a live edition names the outlet.
        """
        family = get_outlet_family(slug, at=at, dependencies=dependencies)
        outlet = family.thing
        found = _STORIES(before, keys=family.keys, at=at)
        own = family.uids
        read = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in found.rows]
        passages = [passage for _, fragments in read for passage in fragments.passages]
        record_text_dependencies(dependencies, [passage.body_html for passage in passages])
        links = Links.load(targets_in(passage.body_html for passage in passages), topics=(), questions=(), at=at)
        put = partial(replace_placeholders, places=links.addresses, pictures={}, today=timezone.localtime(at).date())
        outlets = outlets_of({uid for _, fragments in read for uid in outlet_uids_in(fragments)})
        return cls(
            outlet=outlet,
            at=at,
            description_html=put(render(outlet.description, numbers={}, anchor="outlet")),
            coverage=[_said(edition, fragments, own, outlets, put) for edition, fragments in read],
            stories=Count(len(found.rows)) if found.is_first and not found.next_cursor else family.count("story"),
            since=next((moment for (moment,) in _FIRST_CITED(keys=family.keys, at=at)), None),
            next_cursor=found.next_cursor,
            is_first=found.is_first,
        )

    @property
    def kinds(self) -> str:
        """The plural name of its kind."""
        return str(KINDS[self.outlet.kind])

    @property
    def language(self) -> str:
        """The name of its language, or the tag if the name is not known."""
        try:
            return str(get_language_info(self.outlet.language)["name_translated"])
        except KeyError:
            return self.outlet.language

    @property
    def host(self) -> str:
        """The host of its home page, without ``www.``."""
        return urlsplit(self.outlet.home_page).netloc.removeprefix("www.")


def get_outlet_family(slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Family[Outlet]:
    """Return the outlet at this address, with those merged into it. Raise as ``OutletPage.load`` does."""
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
    """Return the outlet at this address. Raise as ``OutletPage.load`` does."""
    return get_outlet_family(slug, at=at).thing


def _stories(keys: Collection[int], at: datetime) -> tuple[QuerySet[Edition], list[QuerySet[Any, Any]]]:
    return Edition.objects.all(), mention_branches(Outlet, keys, kind="story", at=at)


def _first_cited(keys: Collection[int], at: datetime) -> QuerySet[Any, Any]:
    """Return when a published story cited the outlet for the first time."""
    seen = EditionOutlet.objects.filter(work_kind="story", live_from__lte=at, live_until__gt=F("live_from"))
    firsts = select_first([seen.filter(outlet=key) for key in keys], order=("live_from",), limit=1)
    return EditionOutlet.objects.filter(pk__in=firsts).order_by("live_from").values_list("live_from")[:1]


def _said(
    edition: Edition, fragments: ExplainerFragments, own: frozenset[UUID], outlets: Outlets, put: partial[str]
) -> StoryCoverage:
    passages = tuple(passage for passage in fragments.passages if any(named.uid in own for named in passage.outlets))
    sources = sources_of(fragments.sources, outlets)
    voices = passages_shown(passages, sources=sources, outlets=outlets, fill=put)
    spoken = {article for voice in voices for article in voice.articles}
    cited = [sources[source.display] for source in fragments.sources if source.outlet.uid in own]
    its_own = outlets_shown((named for passage in passages for named in passage.outlets if named.uid in own), outlets)
    return StoryCoverage(
        edition,
        tuple((voice, join_list(who.name for who in voice.outlets if who not in its_own)) for voice in voices),
        tuple(article for article in cited if article not in spoken),
    )


OUTLETS = Families(lambda: Outlet.objects.select_related("merged_into"))
_STORIES = PreparedPagination(_stories, size=STORIES_ON_A_PAGE, key="edition")
_FIRST_CITED = PreparedQuery(_first_cited)
