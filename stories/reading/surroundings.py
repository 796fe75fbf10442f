"""What a page takes from today for its frozen words: names, pictures and links; for an old edition the links alone."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Self
from uuid import UUID

from django.utils import timezone

from stories.documents import NamedOutlet
from stories.reading.links import DraftPlaces, Links
from stories.reading.marks import fill, targets_in
from stories.reading.outlets import Outlets, outlets_as_printed, outlets_of
from stories.reading.parts import Fill
from stories.reading.pictures import Figure, figures_of, public_figures_of
from stories.reading.pictures import printed as printed_figures
from stories.reading.topics_named import TopicShown, topics_as_printed, topics_shown
from stories.rendering import ShownPicture, TopicMention


@dataclass(frozen=True, slots=True)
class Needs:
    """What the fragments of one page ask for: ``placed`` pictures stand inside its ``texts``, ``lead`` above them."""

    texts: tuple[str, ...]
    outlets: tuple[NamedOutlet, ...]
    topics: tuple[TopicMention, ...]
    placed: tuple[ShownPicture, ...]
    lead: ShownPicture | None = None
    questions: tuple[UUID, ...] = ()

    @property
    def pictures(self) -> list[ShownPicture]:
        """All pictures of the page."""
        return [*self.placed, *([self.lead] if self.lead else [])]

    @property
    def own_topics(self) -> list[UUID]:
        """The topics that the page itself names, without those that are only proposed."""
        return [mention.topic for mention in self.topics if mention.topic]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found for the needs of one page; ``fill`` replaces the marks in its texts."""

    links: Links
    outlets: Outlets
    topics: list[TopicShown]
    lead: Figure | None
    fill: Fill

    @classmethod
    def today(cls, needs: Needs, *, at: datetime, drafts: DraftPlaces | None = None) -> Self:
        """Return what the page that is read at ``at`` shows: everything as it is called now. Five queries at most.

        With ``drafts`` its questions and pictures are where those say.
        """
        links = Links.load(targets_in(needs.texts), topics=needs.own_topics, questions=needs.questions, at=at)
        if drafts:
            links = links.with_drafts(drafts.questions)
        today = timezone.localtime(at).date()
        captions = _captions(links, today=today)
        figures = figures_of(needs.pictures, fill=captions, under=drafts.pictures if drafts else "")
        return cls(
            links=links,
            outlets=outlets_of({outlet.uid for outlet in needs.outlets if outlet.uid}),
            topics=topics_shown(needs.topics, links, at=at),
            lead=figures.get(needs.lead.uid) if needs.lead else None,
            fill=_texts(needs, links, figures, today=today),
        )

    @classmethod
    def as_printed(cls, needs: Needs, *, seen: datetime, at: datetime) -> Self:
        """Return what an edition that readers last saw at ``seen`` shows at ``at``. Four queries at most.

        Names are those it was printed with, and lead to a page where there is one at ``at``. A picture that is not
        public then is there in words only. What lay ahead at ``seen`` lies ahead.
        """
        targets = targets_in(needs.texts) | {f"topic:{uid}" for uid in needs.own_topics}
        links = Links.load(targets, topics=(), questions=needs.questions, at=at)
        day = timezone.localtime(seen).date()
        figures = public_figures_of(needs.pictures, fill=_captions(links, today=day), at=at)
        return cls(
            links=links,
            outlets=outlets_as_printed(needs.outlets, at=at),
            topics=topics_as_printed(needs.topics, links),
            lead=figures.get(needs.lead.uid) if needs.lead else None,
            fill=_texts(needs, links, figures, today=day),
        )


def _captions(links: Links, *, today: date) -> Fill:
    return partial(fill, places=links.places, pictures={}, today=today)


def _texts(needs: Needs, links: Links, figures: dict[UUID, Figure], *, today: date) -> Fill:
    placed = {picture.uid for picture in needs.placed}
    inside = printed_figures({uid: figure for uid, figure in figures.items() if uid in placed})
    return partial(fill, places=links.places, pictures=inside, today=today)
