"""The page of one outlet: what it is, who owns it, every story that cited it and what it said there."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language_info

from newsroom.pages.answering import MovedError
from newsroom.pages.paging import Place, cut
from newsroom.text.listing import listed
from newsroom.text.markdown import render
from stories.models.edition import Edition, EditionOutlet
from stories.models.outlet import Outlet
from stories.reading.links import Links
from stories.reading.marks import fill, targets_in
from stories.reading.outlet_list import KINDS
from stories.reading.outlets import Outlets, outlets_of, shown
from stories.reading.parts import SourceShown, Voice, sources_of, uids_of, voices_of
from stories.rendering import ExplainerFragments

STORIES_ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Said:
    """What an outlet said in one story.

    Each voice comes with the names of those who share it. ``articles`` are those the story cites where no passage
    draws on them.
    """

    edition: Edition
    voices: tuple[tuple[Voice, str], ...]
    articles: tuple[SourceShown, ...]


@dataclass(frozen=True, slots=True)
class OutletPage:
    """Everything the page of one outlet shows at one moment."""

    outlet: Outlet
    at: datetime
    description_html: str
    said: list[Said]
    stories: int
    since: datetime | None
    earlier: Place | None
    is_first: bool

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime) -> Self:
        """Return the page of the outlet at this address, in eight queries at most.

        Raises MovedError for a former address or a merged outlet, Http404 unless a live edition names the outlet.
        """
        outlet = public_outlet(slug, at=at)
        family = Outlet.objects.filter(Q(pk=outlet.pk) | Q(merged_into=outlet))
        naming = EditionOutlet.objects.filter(outlet__in=family).values("edition")
        stories = Edition.objects.live(at).stories().filter(pk__in=naming)
        found = cut(stories, before=before, size=STORIES_ON_A_PAGE)
        own = set(family.values_list("uid", flat=True))
        read = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in found.rows]
        passages = [passage for _, fragments in read for passage in fragments.passages]
        links = Links.load(targets_in(passage.body_html for passage in passages), topics=(), questions=(), at=at)
        put = partial(fill, places=links.places, pictures={}, today=timezone.localtime(at).date())
        outlets = outlets_of({uid for _, fragments in read for uid in uids_of(fragments)})
        oldest = stories.order_by("first_published_at").values_list("first_published_at", flat=True).first()
        return cls(
            outlet=outlet,
            at=at,
            description_html=put(render(outlet.description, numbers={}, anchor="outlet")),
            said=[_said(edition, fragments, own, outlets, put) for edition, fragments in read],
            stories=stories.count(),
            since=oldest,
            earlier=found.earlier,
            is_first=found.is_first,
        )

    @property
    def kinds(self) -> str:
        """What outlets of its kind are called together."""
        return str(KINDS[self.outlet.kind])

    @property
    def language(self) -> str:
        """The language it appears in, by its name where that is known."""
        try:
            return str(get_language_info(self.outlet.language)["name_translated"])
        except KeyError:
            return self.outlet.language

    @property
    def host(self) -> str:
        """The name of its site, without ``www.``."""
        return urlsplit(self.outlet.home_page).netloc.removeprefix("www.")


def public_outlet(slug: str, *, at: datetime) -> Outlet:
    """Return the outlet that a present or former address leads to. Raises as ``OutletPage.load`` does."""
    outlet = Outlet.objects.led_to(slug, at=at)
    if outlet is None or not Outlet.objects.public(at).filter(pk=outlet.pk).exists():
        raise Http404
    if outlet.slug != slug:
        raise MovedError(outlet.get_absolute_url())
    return outlet


def _said(edition: Edition, fragments: ExplainerFragments, own: set[UUID], outlets: Outlets, put: partial[str]) -> Said:
    passages = tuple(passage for passage in fragments.passages if any(named.uid in own for named in passage.outlets))
    sources = sources_of(fragments.sources, outlets)
    voices = voices_of(passages, sources=sources, outlets=outlets, fill=put)
    spoken = {article for voice in voices for article in voice.articles}
    cited = [sources[source.display] for source in fragments.sources if source.outlet.uid in own]
    its_own = shown((named for passage in passages for named in passage.outlets if named.uid in own), outlets)
    return Said(
        edition,
        tuple((voice, listed(who.name for who in voice.outlets if who not in its_own)) for voice in voices),
        tuple(article for article in cited if article not in spoken),
    )
