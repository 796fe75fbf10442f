"""What the feed of stories holds: the newest, each with its whole text."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from stories.models.edition import Edition
from stories.reading.links import Links
from stories.reading.marks import fill, targets_in
from stories.reading.outlets import outlets_of
from stories.reading.parts import Part, SourceShown, parts_of, sources_of, texts_of, uids_of
from stories.rendering import ExplainerFragments

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


def newest_entries(*, site: str, at: datetime) -> list[Entry]:
    """Return the newest stories that can be read at ``at``. ``site`` is its address. Four queries at most."""
    editions = list(Edition.objects.live(at).stories().newest_first().defer("search_text")[:STORIES])
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
