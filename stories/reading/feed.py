"""What the feeds of stories hold: the newest of all, of a topic, of an outlet, each with its whole text."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.utils import timezone

from newsroom.pages.answering import MovedError
from stories.models.edition import Edition, EditionOutlet, EditionQuerySet, EditionTopic
from stories.models.outlet import Outlet
from stories.reading.links import Links
from stories.reading.marks import fill, targets_in
from stories.reading.outlet import public_outlet
from stories.reading.outlets import outlets_of
from stories.reading.parts import Part, SourceShown, parts_of, sources_of, texts_of, uids_of
from stories.rendering import ExplainerFragments
from topics.models import Topic
from topics.reading import public_topic

STORIES = 20
_LOCAL = re.compile(r'(<a\b[^>]*?\bhref=")([/#])')


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in the feed; every link in its HTML is complete."""

    edition: Edition
    byline: tuple[str, ...]
    topics: tuple[str, ...]
    summary_html: str
    parts: list[Part]
    sources: list[SourceShown]


def all_stories(*, at: datetime) -> EditionQuerySet:
    """Return the stories that can be read at ``at``."""
    return Edition.objects.live(at).stories()


def stories_about(slug: str, *, at: datetime) -> tuple[Topic, EditionQuerySet]:
    """Return the topic at this address and the stories that name it, itself or through one merged into it.

    Raises Http404 unless something that can be read names it, and MovedError where its feed has another address.
    """
    topic = public_topic(slug, at=at)
    if topic.slug != slug:
        raise MovedError(f"{topic.get_absolute_url()}feed.atom")
    naming = EditionTopic.objects.filter(Q(topic=topic.pk) | Q(topic__merged_into=topic.pk))
    return topic, all_stories(at=at).filter(pk__in=naming.values("edition"))


def stories_citing(slug: str, *, at: datetime) -> tuple[Outlet, EditionQuerySet]:
    """Return the outlet at this address and the stories that name it; raises as ``stories_about`` does."""
    try:
        outlet = public_outlet(slug, at=at)
    except MovedError as moved:
        raise MovedError(f"{moved.url}feed.atom") from moved
    naming = EditionOutlet.objects.filter(Q(outlet=outlet.pk) | Q(outlet__merged_into=outlet.pk))
    return outlet, all_stories(at=at).filter(pk__in=naming.values("edition"))


def newest_entries(stories: EditionQuerySet, *, site: str, at: datetime) -> list[Entry]:
    """Return the newest of ``stories``. ``site`` is its address. Four queries at most."""
    editions = list(stories.newest_first()[:STORIES])
    read = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in editions]
    links = Links.load(
        targets_in(text for _, fragments in read for text in texts_of(fragments)), topics=(), questions=(), at=at
    )
    outlets = outlets_of({uid for _, fragments in read for uid in uids_of(fragments)})
    today = timezone.localtime(at).date()
    entries = []
    for edition, fragments in read:
        put = partial(
            _complete,
            page=f"{site}{edition.get_absolute_url()}",
            site=site,
            put=partial(fill, places=links.places, pictures={}, today=today),
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
                parts=parts_of(fragments, sources=sources, outlets=outlets, fill=put),
                sources=list(sources.values()),
            )
        )
    return entries


def _complete(html: str, *, page: str, site: str, put: partial[str]) -> str:
    """Return ``html`` with its marks replaced and every link of this site complete."""
    return _LOCAL.sub(lambda found: f"{found[1]}{page if found[2] == '#' else site}{found[2]}", put(html))
