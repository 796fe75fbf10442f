"""The front page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects

from newsroom.db.keyset import newest
from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import midnight_after
from newsroom.http.languages import primary
from newsroom.page_cache.dependencies import FRONT, QUESTIONS, STORIES, PageDependencies, page_key
from stories.documents.render import ExplainerFragments
from stories.documents.schema import PAPERS
from stories.editions.front_page import PLACES, FrontPlace
from stories.editions.models import Edition, EditionQuerySet
from stories.public.pages.history.recent_changes import Told, told_lately
from stories.public.pages.lists.branches import languages_of, spoken, story_walks, walks
from stories.public.pages.lists.cards import Card, live_questions, live_stories, named_by, question_cards, topics_with
from stories.public.pages.lists.topic_shelves import Shelf, in_use, shelves
from stories.public.pages.works.outlets import OutletShown, outlets_of, shown
from stories.public.pages.works.placeholders import words_only
from topics.pages import watch

# The number of newest stories among which the topics of “by topic” are counted.
LATELY = 60
VOICES = 3
COMPARISONS = 1
ASKED = 4


@dataclass(frozen=True, slots=True)
class BandVoice:
    """A passage as plain text; without outlets it is a comparison of our own."""

    outlets: tuple[OutletShown, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Band:
    """The first passages of the lead story, and the address of its section of passages."""

    url: str
    voices: list[BandVoice]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The content of the front page at one time; ``lead`` is None before the first story is published."""

    at: datetime
    lead: Card | None
    band: Band | None
    latest: list[Card]
    shelves: list[Shelf]
    changed: list[Told]
    questions: list[Card]

    @classmethod
    def load(cls, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the front page, in at most twelve queries, or fourteen if there are lists in several languages.

        Stories that editors placed come first, as long as they are live; the others follow by date.
        """
        watch(dependencies, STORIES, QUESTIONS, FRONT)
        languages = languages_of("story")
        placed = [edition for edition in _PLACED(at=at) if languages is None or primary(edition.language) in languages]
        latest = _LATEST(at=at, **spoken(languages))
        first = list({edition.pk: edition for edition in (*placed, *latest)}.values())[:PLACES]
        _show_pictures(first, dependencies)
        named = named_by([*placed, *latest])
        firsts = {edition: keys[0] for edition, keys in named.items()}
        used = in_use(latest, named)
        topics = topics_with([*(firsts[edition.pk] for edition in first if edition.pk in firsts), *used])
        cards = [Card(edition, topics[firsts[edition.pk]].name if edition.pk in firsts else "") for edition in first]
        lead = cards[0] if cards else None
        if dependencies:  # stories updated today are marked as such, and the page shows the date
            dependencies.expires_at(midnight_after(at))
            dependencies.expires_at(min((vars(edition)["until"] for edition in placed), default=None))
        return cls(
            at=at,
            lead=lead,
            band=_band(lead.edition) if lead else None,
            latest=cards[1:],
            shelves=shelves(used, topics, shown={edition.pk for edition in first}),
            changed=told_lately(languages, at=at),
            questions=question_cards(_QUESTIONS(at=at, **spoken(languages_of("question")))),
        )


def _placed(at: datetime) -> EditionQuerySet:
    """Return the live stories that editors placed on the front page, in their order."""
    places = FrontPlace.objects.standing(at)
    place = places.filter(uid=OuterRef("uid"))
    found = _without_pictures(live_stories(at)).filter(uid__in=places.values("uid"))
    until = Subquery(place.values("until"))
    return found.annotate(until=until).order_by(Subquery(place.values("position")))


def _latest(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    return newest(_without_pictures(live_stories(at)), limit=LATELY, walks=story_walks(at, languages))


def _questions(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    questions = walks(Edition.objects.live(at).questions(), languages)
    return newest(live_questions(at), limit=ASKED, walks=questions)


def _without_pictures(editions: EditionQuerySet) -> EditionQuerySet:
    """Annotate each edition with the uid of its lead image instead of joining the image."""
    return editions.select_related(None).annotate(picture=F("lead_image__uid"))


def _show_pictures(editions: list[Edition], dependencies: PageDependencies | None) -> None:
    """Fetch the lead images of these stories, in at most two queries."""
    pictures = [uid for edition in editions if (uid := vars(edition)["picture"])]
    if dependencies:
        dependencies.depends_on([page_key("picture", uid) for uid in pictures])
    if pictures:
        prefetch_related_objects(editions, "lead_image")


def _band(lead: Edition) -> Band | None:
    ((stored,),) = _FRAGMENTS(edition=lead.pk)
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


_PLACED = PreparedQuery(_placed)
_LATEST, _QUESTIONS = PreparedQuery(_latest), PreparedQuery(_questions)
_FRAGMENTS = PreparedQuery(lambda edition: Edition.objects.filter(pk=edition).values_list("fragments"))
