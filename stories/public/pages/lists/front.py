"""The front page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Self

from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects

from newsroom.db.keyset import select_newest
from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import start_of_next_day
from newsroom.http.languages import primary_subtag
from newsroom.page_cache.dependencies import FRONT, QUESTIONS, STORIES, NoDependencies, PageDependencies, page_key
from stories.documents.render import ExplainerFragments
from stories.documents.render.paragraphs import text_without_citations
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
    find_headings,
    live_questions,
    live_stories,
    load_topic_keys,
    load_topics_by_key,
    question_cards,
)
from stories.public.pages.lists.topic_shelves import Shelf, fill_shelves, find_most_used_topics
from stories.public.pages.works.outlets import PrintedOutlet, list_printed_outlets, load_outlets
from topics.navigation import load_navigation
from topics.pages import record_dependencies

# The number of newest stories whose topics are counted to choose the shelves.
STORIES_COUNTED = 60
MAX_PASSAGES = 3
MAX_COMPARISONS = 1
MAX_QUESTIONS = 4


@dataclass(frozen=True, slots=True)
class PassageExcerpt:
    """A passage as plain text. A passage without outlets is our own comparison of the reports."""

    outlets: tuple[PrintedOutlet, ...]
    words: str


@dataclass(frozen=True, slots=True)
class LeadCoverage:
    """The first passages of the lead story, and the address of its section with all passages."""

    url: str
    voices: list[PassageExcerpt]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The content of the front page at a given time. ``lead`` is None if there are no stories."""

    at: datetime
    lead: Card | None
    band: LeadCoverage | None
    latest: list[Card]
    shelves: list[Shelf]
    recent_changes: list[AnnouncedChange]
    questions: list[Card]

    @classmethod
    def load(cls, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the front page. Live stories that editors have placed come first, then the newest of the others.

        This takes at most thirteen queries, or fifteen if there are lists in several languages. It takes three more if
        ``dependencies`` is given.
        """
        record_dependencies(dependencies, STORIES, QUESTIONS, FRONT)
        languages = list_languages("story")
        placed = [
            edition for edition in _PLACED(at=at) if languages is None or primary_subtag(edition.language) in languages
        ]
        latest = _LATEST(at=at, **language_arguments(languages))
        top = list({edition.pk: edition for edition in (*placed, *latest)}.values())[:FRONT_PAGE_PLACES]
        _load_images(top, dependencies)
        topic_keys = load_topic_keys([*placed, *latest])
        navigation = load_navigation(dependencies or NoDependencies(at=at))
        stories_by_topic = find_most_used_topics(latest, topic_keys)
        topics_of_top = {edition.pk: topic_keys.get(edition.pk, []) for edition in top}
        topics = load_topics_by_key([*chain.from_iterable(topics_of_top.values()), *stories_by_topic])
        names, kinds = (
            {key: topic.name for key, topic in topics.items()},
            {key: each.kind for key, each in topics.items()},
        )
        labels = find_headings(top, topics_of_top, names=names, kinds=kinds, navigation=navigation)
        cards = [Card(edition, labels.get(edition.pk, "")) for edition in top]
        lead = cards[0] if cards else None
        if dependencies:  # the page prints the current date, and highlights stories that were updated today
            dependencies.limit_validity(start_of_next_day(at))
            dependencies.limit_validity(min((vars(edition)["until"] for edition in placed), default=None))
        return cls(
            at=at,
            lead=lead,
            band=_build_lead_coverage(lead.edition) if lead else None,
            latest=cards[1:],
            shelves=fill_shelves(stories_by_topic, topics, shown={edition.pk for edition in top}),
            recent_changes=recent_changes(languages, at=at),
            questions=question_cards(_QUESTIONS(at=at, **language_arguments(list_languages("question"))), navigation),
        )


def _list_placed(at: datetime) -> EditionQuerySet:
    """Return the live stories that editors have placed on the front page, in the editors' order."""
    places = FrontPlace.objects.in_force(at)
    place = places.filter(uid=OuterRef("uid"))
    stories = _annotate_image_uid(live_stories(at)).filter(uid__in=places.values("uid"))
    until = Subquery(place.values("until"))
    return stories.annotate(until=until).order_by(Subquery(place.values("position")))


def _list_latest(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    return select_newest(
        _annotate_image_uid(live_stories(at)), limit=STORIES_COUNTED, branches=split_stories_by_language(at, languages)
    )


def _list_questions(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    questions = split_by_language(Edition.objects.live(at).questions(), languages)
    return select_newest(live_questions(at), limit=MAX_QUESTIONS, branches=questions)


def _annotate_image_uid(editions: EditionQuerySet) -> EditionQuerySet:
    """Annotate each edition with the uid of its lead image, instead of selecting all columns of the image."""
    return editions.select_related(None).annotate(picture=F("lead_image__uid"))


def _load_images(editions: list[Edition], dependencies: PageDependencies | None) -> None:
    """Fetch the lead images of these stories, and record them in ``dependencies``, in at most two queries."""
    pictures = [uid for edition in editions if (uid := vars(edition)["picture"])]
    if dependencies:
        dependencies.read_versions([page_key("picture", uid) for uid in pictures])
    if pictures:
        prefetch_related_objects(editions, "lead_image")


def _build_lead_coverage(lead: Edition) -> LeadCoverage | None:
    ((stored,),) = _FRAGMENTS(edition=lead.pk)
    fragments = ExplainerFragments.model_validate(stored)
    if not fragments.passages:
        return None
    passages = [passage for passage in fragments.passages if passage.outlets][:MAX_PASSAGES]
    comparisons = [passage for passage in fragments.passages if not passage.outlets][:MAX_COMPARISONS]
    outlets = load_outlets({name.uid for passage in passages for name in passage.outlets if name.uid})
    anchor = next((section.anchor for section in fragments.sections if section.kind == PAPERS.code), "")
    return LeadCoverage(
        url=f"{lead.get_absolute_url()}#{anchor}",
        voices=[
            PassageExcerpt(list_printed_outlets(passage.outlets, outlets), text_without_citations(passage.body_html))
            for passage in (*passages, *comparisons)
        ],
    )


_PLACED = PreparedQuery(_list_placed)
_LATEST, _QUESTIONS = PreparedQuery(_list_latest), PreparedQuery(_list_questions)
_FRAGMENTS = PreparedQuery(lambda edition: Edition.objects.filter(pk=edition).values_list("fragments"))
