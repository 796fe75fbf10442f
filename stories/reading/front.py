"""The front page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from stories.documents.section_kinds import PAPERS
from stories.models.edition import Edition
from stories.reading.cards import Card, live_questions, live_stories, question_cards, story_cards
from stories.reading.lately import Told, told_lately
from stories.reading.marks import words_only
from stories.reading.outlets import OutletShown, outlets_of, shown
from stories.rendering import ExplainerFragments

STORIES = 7
VOICES = 3
COMPARISONS = 1
CHANGES = 5
QUESTIONS = 4


@dataclass(frozen=True, slots=True)
class BandVoice:
    """A passage in words; without outlets it is a comparison of our own."""

    outlets: tuple[OutletShown, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Band:
    """What the papers say about the first story, and where all of it stands."""

    url: str
    voices: list[BandVoice]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What stands on the front page at one moment; ``lead`` is None before the first story is published."""

    at: datetime
    lead: Card | None
    band: Band | None
    latest: list[Card]
    changed: list[Told]
    questions: list[Card]

    @classmethod
    def load(cls, *, at: datetime) -> Self:
        """Return the front page, in nine queries at most."""
        cards = story_cards(live_stories(at).newest_first()[:STORIES])
        lead = cards[0] if cards else None
        return cls(
            at=at,
            lead=lead,
            band=_band(lead.edition) if lead else None,
            latest=cards[1:],
            changed=told_lately(at=at, limit=CHANGES),
            questions=question_cards(live_questions(at).newest_first()[:QUESTIONS]),
        )


def _band(lead: Edition) -> Band | None:
    stored = Edition.objects.filter(pk=lead.pk).values_list("fragments", flat=True).get()
    fragments = ExplainerFragments.model_validate(stored)
    if not fragments.passages:
        return None
    speaking = [passage for passage in fragments.passages if passage.outlets][:VOICES]
    compared = [passage for passage in fragments.passages if not passage.outlets][:COMPARISONS]
    outlets = outlets_of({name.uid for passage in speaking for name in passage.outlets if name.uid})
    anchor = next((section.anchor for section in fragments.sections if section.kind == PAPERS.code), "")
    return Band(
        url=f"{lead.get_absolute_url()}#{anchor}",
        voices=[
            BandVoice(shown(passage.outlets, outlets), words_only(passage.body_html))
            for passage in (*speaking, *compared)
        ],
    )
