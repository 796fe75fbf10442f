"""The front page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects

from newsroom.db.keyset import select_newest
from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import start_of_next_day
from newsroom.http.languages import primary_subtag
from newsroom.page_cache.dependencies import FRONT, QUESTIONS, STORIES, PageDependencies, page_key
from stories.documents.render import ExplainerFragments
from stories.documents.schema import PAPERS
from stories.editions.front_page import FRONT_PAGE_PLACES, FrontPlace
from stories.editions.models import Edition, EditionQuerySet
from stories.public.pages.history.recent_changes import AnnouncedChange, recent_changes
from stories.public.pages.lists.branches import (
    language_arguments,
    list_languages,
    split_by_language,
    split_stories_by_language,
)
from stories.public.pages.lists.cards import (
    Card,
    live_questions,
    live_stories,
    question_cards,
    topic_keys_of,
    topics_by_key,
)
from stories.public.pages.lists.topic_shelves import Shelf, fill_shelves, most_used_topics
from stories.public.pages.works.outlets import OutletShown, outlets_of, outlets_shown
from stories.public.pages.works.placeholders import text_without_citations
from topics.pages import record_dependencies

# The number of newest stories among which the topics of “by topic” are counted.
STORIES_COUNTED = 60
VOICES = 3
COMPARISONS = 1
ASKED = 4


@dataclass(frozen=True, slots=True)
class BandPassage:
    """A passage as plain text; without outlets it is a comparison of our own."""

    outlets: tuple[OutletShown, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Band:
    """The first passages of the lead story, and the address of its section of passages."""

    url: str
    voices: list[BandPassage]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The content of the front page at one time; ``lead`` is None before the first story is published."""

    at: datetime
    lead: Card | None
    band: Band | None
    latest: list[Card]
    shelves: list[Shelf]
    recent_changes: list[AnnouncedChange]
    questions: list[Card]

    @classmethod
    def load(cls, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the front page, in at most twelve queries, or fourteen if there are lists in several languages.

        Stories that editors placed come first, as long as they are live; the others follow by date.
        """
        record_dependencies(dependencies, STORIES, QUESTIONS, FRONT)
        languages = list_languages("story")
        placed = [
            edition for edition in _PLACED(at=at) if languages is None or primary_subtag(edition.language) in languages
        ]
        latest = _LATEST(at=at, **language_arguments(languages))
        first = list({edition.pk: edition for edition in (*placed, *latest)}.values())[:FRONT_PAGE_PLACES]
        _show_pictures(first, dependencies)
        named = topic_keys_of([*placed, *latest])
        firsts = {edition: keys[0] for edition, keys in named.items()}
        used = most_used_topics(latest, named)
        topics = topics_by_key([*(firsts[edition.pk] for edition in first if edition.pk in firsts), *used])
        cards = [Card(edition, topics[firsts[edition.pk]].name if edition.pk in firsts else "") for edition in first]
        lead = cards[0] if cards else None
        if dependencies:  # stories updated today are marked as such, and the page shows the date
            dependencies.limit_validity(start_of_next_day(at))
            dependencies.limit_validity(min((vars(edition)["until"] for edition in placed), default=None))
        return cls(
            at=at,
            lead=lead,
            band=_band(lead.edition) if lead else None,
            latest=cards[1:],
            shelves=fill_shelves(used, topics, shown={edition.pk for edition in first}),
            recent_changes=recent_changes(languages, at=at),
            questions=question_cards(_QUESTIONS(at=at, **language_arguments(list_languages("question")))),
        )


def _placed(at: datetime) -> EditionQuerySet:
    """Return the live stories that editors placed on the front page, in their order."""
    places = FrontPlace.objects.in_force(at)
    place = places.filter(uid=OuterRef("uid"))
    found = _without_pictures(live_stories(at)).filter(uid__in=places.values("uid"))
    until = Subquery(place.values("until"))
    return found.annotate(until=until).order_by(Subquery(place.values("position")))


def _latest(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    return select_newest(
        _without_pictures(live_stories(at)), limit=STORIES_COUNTED, branches=split_stories_by_language(at, languages)
    )


def _questions(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    questions = split_by_language(Edition.objects.live(at).questions(), languages)
    return select_newest(live_questions(at), limit=ASKED, branches=questions)


def _without_pictures(editions: EditionQuerySet) -> EditionQuerySet:
    """Annotate each edition with the uid of its lead image instead of joining the image."""
    return editions.select_related(None).annotate(picture=F("lead_image__uid"))


def _show_pictures(editions: list[Edition], dependencies: PageDependencies | None) -> None:
    """Fetch the lead images of these stories, in at most two queries."""
    pictures = [uid for edition in editions if (uid := vars(edition)["picture"])]
    if dependencies:
        dependencies.read_versions([page_key("picture", uid) for uid in pictures])
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
            BandPassage(outlets_shown(passage.outlets, outlets), text_without_citations(passage.body_html))
            for passage in (*speaking, *compared)
        ],
    )


_PLACED = PreparedQuery(_placed)
_LATEST, _QUESTIONS = PreparedQuery(_latest), PreparedQuery(_questions)
_FRAGMENTS = PreparedQuery(lambda edition: Edition.objects.filter(pk=edition).values_list("fragments"))
