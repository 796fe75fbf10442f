"""Entries of story feeds, each with its full text: the newest stories of the site, of a topic or of an outlet."""

import re
from dataclasses import dataclass, replace
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
from stories.public.pages.works.key_figures import list_as_sentences
from stories.public.pages.works.links import Links, record_text_dependencies
from stories.public.pages.works.outlets import load_outlets
from stories.public.pages.works.placeholders import find_link_targets, replace_placeholders
from stories.public.pages.works.sections import (
    RenderedSection,
    SourceEntry,
    build_source_entries,
    iter_story_texts,
    list_outlet_uids,
    render_sections,
)
from topics.models import Topic
from topics.pages import record_dependencies, topic_family

MAX_IN_FEED = 20
_LOCAL_LINK = re.compile(r'(<a\b[^>]*?\bhref=")([/#])')


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in a feed. Every link in its HTML is absolute."""

    edition: Edition
    byline: tuple[str, ...]
    topics: tuple[str, ...]
    summary_html: str
    parts: list[RenderedSection]
    sources: list[SourceEntry]


def newest_stories(*, at: datetime, dependencies: PageDependencies | None = None) -> QuerySet[Edition]:
    """Return the ``MAX_IN_FEED`` newest live stories that are in the lists of the active language."""
    record_dependencies(dependencies, STORIES)
    languages = list_languages("story")
    branches = () if languages is None else split_stories_by_language(at, languages)
    return select_newest(Edition.objects.live(at).stories(), limit=MAX_IN_FEED, branches=branches)


def stories_about(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Topic, QuerySet[Edition]]:
    """Return the topic at this address, and the newest stories that name it or a topic merged into it.

    Only stories in the lists of the active language are included. Raise Http404 unless a live edition names the topic,
    and MovedError if its feed has another address.
    """
    family = topic_family(slug, at=at, dependencies=dependencies)
    topic = family.thing
    if topic.slug != slug:
        raise MovedError(f"{topic.get_absolute_url()}feed.atom")
    return topic, _list_newest(family)


def stories_citing(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Outlet, QuerySet[Edition]]:
    """Return the outlet at this address, and the newest stories that name it or an outlet merged into it.

    Only stories in the lists of the active language are included. Raise the same exceptions as ``stories_about``.
    """
    try:
        family = get_outlet_family(slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url}feed.atom") from moved
    return family.thing, _list_newest(family)


def _list_newest(family: Family[Topic] | Family[Outlet]) -> QuerySet[Edition]:
    return select_newest(
        Edition.objects.all(),
        limit=MAX_IN_FEED,
        branches=family.mention_branches("story", languages=list_languages("story")),
        key="edition",
    )


def newest_entries(
    stories: QuerySet[Edition], *, site: str, at: datetime, dependencies: PageDependencies | None = None
) -> list[Entry]:
    """Return ``stories`` as entries of a feed. ``site`` is the URL of the site.

    This takes at most four queries, and one more if ``dependencies`` is given.
    """
    editions = list(stories)
    parsed = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in editions]
    texts = [text for _, fragments in parsed for text in iter_story_texts(fragments)]
    record_text_dependencies(dependencies, texts)
    links = Links.load(find_link_targets(texts), topics=(), questions=(), at=at)
    outlets = load_outlets({uid for _, fragments in parsed for uid in list_outlet_uids(fragments)})
    today = timezone.localtime(at).date()
    entries = []
    for edition, fragments in parsed:
        fill = partial(
            _fill_and_complete_links,
            page=f"{site}{edition.get_absolute_url()}",
            site=site,
            fill=partial(replace_placeholders, addresses=links.addresses, pictures={}, today=today),
        )
        sources = build_source_entries(fragments.sources, outlets)
        happened = fragments.happened
        entries.append(
            Entry(
                edition=edition,
                byline=tuple(name.name for name in fragments.byline),
                topics=tuple(topic.name for topic in fragments.topics),
                summary_html=fill(happened.body_html if happened else fragments.standfirst_html),
                parts=[
                    _with_sentences(part, at)
                    for part in render_sections(fragments, sources=sources, outlets=outlets, fill=fill, at=at)
                ],
                sources=list(sources.values()),
            )
        )
    return entries


def _with_sentences(part: RenderedSection, at: datetime) -> RenderedSection:
    """Return the section with a sentence for each figure, because feeds have no style sheet."""
    return replace(part, body_html=list_as_sentences(part.figures, at)) if part.figures else part


def _fill_and_complete_links(html: str, *, page: str, site: str, fill: partial[str]) -> str:
    """Return ``html`` with its placeholders replaced and with every link to this site as an absolute URL."""
    return _LOCAL_LINK.sub(lambda match: f"{match[1]}{page if match[2] == '#' else site}{match[2]}", fill(html))
