"""Entries of the feeds of stories: the newest of all, of a topic or of an outlet, each with its full text."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from newsroom.db.keyset import select_newest
from newsroom.entities.merged import Family
from newsroom.outlets.models import Outlet
from newsroom.page_cache.dependencies import STORIES, PageDependencies
from newsroom.page_cache.responses import MovedError
from stories.documents.render import ExplainerFragments
from stories.editions.models import Edition
from stories.public.pages.lists.branches import list_languages, split_stories_by_language
from stories.public.pages.outlets.outlet import get_outlet_family
from stories.public.pages.works.links import Links, record_text_dependencies
from stories.public.pages.works.outlets import outlets_of
from stories.public.pages.works.placeholders import replace_placeholders, targets_in
from stories.public.pages.works.sections import (
    SectionShown,
    SourceShown,
    outlet_uids_in,
    sections_shown,
    sources_of,
    texts_of,
)
from topics.models import Topic
from topics.pages import record_dependencies, topic_family

IN_FEED = 20
_LOCAL = re.compile(r'(<a\b[^>]*?\bhref=")([/#])')


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in a feed; every link in its HTML is absolute."""

    edition: Edition
    byline: tuple[str, ...]
    topics: tuple[str, ...]
    summary_html: str
    parts: list[SectionShown]
    sources: list[SourceShown]


def newest_stories(*, at: datetime, dependencies: PageDependencies | None = None) -> QuerySet[Edition]:
    """Return the newest live stories of the lists in the active language."""
    record_dependencies(dependencies, STORIES)
    languages = list_languages("story")
    walks = () if languages is None else split_stories_by_language(at, languages)
    return select_newest(Edition.objects.live(at).stories(), limit=IN_FEED, branches=walks)


def stories_about(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Topic, QuerySet[Edition]]:
    """Return the topic at this address, and the newest stories that name it or a topic merged into it.

    The stories are those of the lists in the active language. Raise Http404 unless a live edition names the topic, and
    MovedError if its feed has another address.
    """
    family = topic_family(slug, at=at, dependencies=dependencies)
    topic = family.thing
    if topic.slug != slug:
        raise MovedError(f"{topic.get_absolute_url()}feed.atom")
    return topic, _named_by(family)


def stories_citing(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Outlet, QuerySet[Edition]]:
    """Return the outlet at this address, and the newest stories that name it. Raise as ``stories_about`` does."""
    try:
        family = get_outlet_family(slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url}feed.atom") from moved
    return family.thing, _named_by(family)


def _named_by(family: Family[Topic] | Family[Outlet]) -> QuerySet[Edition]:
    return select_newest(
        Edition.objects.all(),
        limit=IN_FEED,
        branches=family.mention_branches("story", languages=list_languages("story")),
        key="edition",
    )


def newest_entries(
    stories: QuerySet[Edition], *, site: str, at: datetime, dependencies: PageDependencies | None = None
) -> list[Entry]:
    """Return ``stories`` as entries of a feed, in at most four queries; ``site`` is the URL of the site."""
    editions = list(stories)
    read = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in editions]
    texts = [text for _, fragments in read for text in texts_of(fragments)]
    record_text_dependencies(dependencies, texts)
    links = Links.load(targets_in(texts), topics=(), questions=(), at=at)
    outlets = outlets_of({uid for _, fragments in read for uid in outlet_uids_in(fragments)})
    today = timezone.localtime(at).date()
    entries = []
    for edition, fragments in read:
        put = partial(
            _complete,
            page=f"{site}{edition.get_absolute_url()}",
            site=site,
            put=partial(replace_placeholders, places=links.addresses, pictures={}, today=today),
        )
        sources = sources_of(fragments.sources, outlets)
        happened = next((section for section in fragments.sections if section.kind == "happened"), None)
        is_summary = happened is not None and fragments.happened_is_summary
        entries.append(
            Entry(
                edition=edition,
                byline=tuple(name.name for name in fragments.byline),
                topics=tuple(topic.name for topic in fragments.topics),
                summary_html=put(happened.body_html if happened and is_summary else fragments.standfirst_html),
                parts=sections_shown(fragments, sources=sources, outlets=outlets, fill=put),
                sources=list(sources.values()),
            )
        )
    return entries


def _complete(html: str, *, page: str, site: str, put: partial[str]) -> str:
    """Return ``html`` with its placeholders replaced and every link to this site absolute."""
    return _LOCAL.sub(lambda found: f"{found[1]}{page if found[2] == '#' else site}{found[2]}", put(html))
