"""The names, images and links that are looked up when the stored text of an edition is displayed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Self
from uuid import UUID

from django.utils import timezone

from newsroom.http.clock import FOREVER, start_of_day, start_of_next_year
from newsroom.page_cache.dependencies import PageDependencies, page_key
from stories.documents import NamedContributor, NamedOutlet
from stories.documents.render import ImageFragment, TopicMention
from stories.editions.models import Edition
from stories.public.pages.resolve import next_edition_at
from stories.public.pages.works.bylines import Author, load_authors
from stories.public.pages.works.images import Figure, load_figures, load_public_figures, render_figures
from stories.public.pages.works.links import DraftAddresses, Links, select_topics, select_works, topic_page_keys
from stories.public.pages.works.neighbours import Neighbours
from stories.public.pages.works.outlets import Outlets, load_archived_outlets, load_outlets
from stories.public.pages.works.placeholders import find_days, find_link_targets, replace_placeholders
from stories.public.pages.works.sections import Fill
from stories.public.pages.works.topics import TopicCard, build_archived_topic_cards, build_topic_cards


@dataclass(frozen=True, slots=True)
class PageNeeds:
    """The objects to which the fragments of one page refer.

    ``placed_images`` are inside its ``texts``. ``lead_image`` is above them.
    """

    texts: tuple[str, ...]
    outlets: tuple[NamedOutlet, ...]
    topics: tuple[TopicMention, ...]
    placed_images: tuple[ImageFragment, ...]
    lead_image: ImageFragment | None = None
    questions: tuple[UUID, ...] = ()
    byline: tuple[NamedContributor, ...] = ()

    @property
    def pictures(self) -> list[ImageFragment]:
        """All images of the page."""
        return [*self.placed_images, *([self.lead_image] if self.lead_image else [])]

    @property
    def named_topics(self) -> list[UUID]:
        """The uids of the topics that the page names, without names that are only proposed."""
        return [mention.topic for mention in self.topics if mention.topic]


@dataclass(frozen=True, slots=True)
class LiveData:
    """The data that one page needs. ``fill`` replaces the placeholders in the texts of the page.

    ``shows_portraits`` is false for an old edition, which is shown as published, and for a shared preview, which serves
    only its own images.
    """

    neighbours: Neighbours
    links: Links
    outlets: Outlets
    topics: list[TopicCard]
    authors: tuple[Author, ...]
    lead: Figure | None
    fill: Fill
    shows_portraits: bool

    @classmethod
    def load_current(
        cls,
        edition: Edition,
        needs: PageNeeds,
        *,
        dependencies: PageDependencies,
        related_uids: Sequence[UUID] = (),
        limit: int = 0,
        list_keys: Collection[str] = (),
        drafts: DraftAddresses | None = None,
    ) -> Self:
        """Load the data of the page of ``edition`` at the time of ``dependencies``, with current names.

        ``related_uids`` are the uids of stories. The page links to the first ``limit`` of them that are live.
        ``list_keys`` are the page keys of the lists on the page. ``dependencies`` records all page keys before the rows
        are read, and then removes the keys of related stories that the page does not use.

        This takes at most six queries, and one more if a text links to a topic that the page does not name itself.
        ``drafts`` replaces the addresses of questions and images.
        """
        at, targets = dependencies.at, find_link_targets(needs.texts)
        works = {("question", uid) for uid in needs.questions} | select_works(targets)
        works.add((edition.work_kind, edition.translation_group or edition.uid))
        related = {("story", uid) for uid in related_uids} - works
        linked_topics = select_topics(targets) - set(needs.named_topics)
        dependencies.read_versions(
            [
                *(page_key(kind, uid) for kind, uid in works | related),
                *_list_page_keys(needs, linked_topics),
                *list_keys,
            ]
        )
        neighbours = Neighbours.load(edition, {uid for _, uid in works | related}, dependencies=dependencies)
        unused = set(neighbours.uids_after_limit(related_uids, limit))
        dependencies.remove(page_key(kind, uid) for kind, uid in related if uid in unused)
        if linked_topics:
            dependencies.limit_validity(next_edition_at(at=at))
        _record_dates(needs.texts, dependencies)
        links = Links.from_neighbours(neighbours, targets, topics=needs.named_topics, at=at)
        next_day_in((question.valid_until for question in links.questions.values()), dependencies)
        if drafts:
            links = links.with_drafts(drafts.questions)
        today = timezone.localtime(at).date()
        captions = _fill_captions(links, today=today, year=today.year)
        figures = load_figures(needs.pictures, fill=captions, under=drafts.images_prefix if drafts else "")
        return cls(
            neighbours=neighbours,
            links=links,
            outlets=load_outlets({outlet.uid for outlet in needs.outlets if outlet.uid}),
            topics=build_topic_cards(needs.topics, links),
            authors=load_authors(needs.byline, at=at),
            lead=figures.get(needs.lead_image.uid) if needs.lead_image else None,
            fill=_fill_texts(needs, links, figures, today=today, year=today.year),
            shows_portraits=drafts is None,
        )

    @classmethod
    def load_archived(cls, needs: PageNeeds, *, last_seen_at: datetime, at: datetime) -> Self:
        """Load the data of an edition that readers last saw at ``last_seen_at``, for a request at ``at``.

        Names are as printed, and link to pages that are public at ``at``. An image that is not public at ``at`` is
        replaced with its alternative text. Entries dated after ``last_seen_at`` are marked as being in the future. This
        takes at most six queries.
        """
        targets = find_link_targets(needs.texts) | {f"topic:{uid}" for uid in needs.named_topics}
        links = Links.load(targets, topics=(), questions=needs.questions, at=at)
        day, year = timezone.localtime(last_seen_at).date(), timezone.localtime(at).year
        figures = load_public_figures(needs.pictures, fill=_fill_captions(links, today=day, year=year), at=at)
        return cls(
            neighbours=Neighbours({}, []),
            links=links,
            outlets=load_archived_outlets(needs.outlets, at=at),
            topics=build_archived_topic_cards(needs.topics, links),
            authors=load_authors(needs.byline, at=at),
            lead=figures.get(needs.lead_image.uid) if needs.lead_image else None,
            fill=_fill_texts(needs, links, figures, today=day, year=year),
            shows_portraits=False,
        )


def _list_page_keys(needs: PageNeeds, linked_topics: Collection[UUID]) -> Iterator[str]:
    """Yield the page keys of the topics, outlets, images and authors that the page shows.

    For ``linked_topics``, also yield the keys of the lists of works that name them.
    """
    yield from (page_key("topic", uid) for uid in needs.named_topics)
    yield from topic_page_keys(linked_topics)
    yield from (page_key("outlet", outlet.uid) for outlet in needs.outlets if outlet.uid)
    yield from (page_key("picture", picture.image) for picture in needs.pictures)
    yield from (page_key("author", named.uid) for named in needs.byline)


def _record_dates(texts: Iterable[str], dependencies: PageDependencies) -> None:
    """Make the page expire when a dated entry is no longer in the future, and at the end of the year."""
    today = timezone.localdate(dependencies.at)
    dependencies.limit_validity(min((start_of_day(day) for day in find_days(texts) if day > today), default=None))
    dependencies.limit_validity(start_of_next_year(dependencies.at))


def _fill_captions(links: Links, *, today: date, year: int) -> Fill:
    return partial(replace_placeholders, addresses=links.addresses, pictures={}, today=today, year=year)


def _fill_texts(needs: PageNeeds, links: Links, figures: dict[UUID, Figure], *, today: date, year: int) -> Fill:
    placed_images = {picture.uid for picture in needs.placed_images}
    pictures_html = render_figures({uid: figure for uid, figure in figures.items() if uid in placed_images})
    return partial(replace_placeholders, addresses=links.addresses, pictures=pictures_html, today=today, year=year)


def next_day_in(days: Iterable[date | None], dependencies: PageDependencies) -> date | None:
    """Return the earliest of ``days`` that is not past, or None. The page expires at the end of that day."""
    today = timezone.localdate(dependencies.at)
    day = min((day for day in days if day and day >= today), default=None)
    # The last days of the calendar have no next day, and the year 9000 means “no end”.
    if day and day < FOREVER.date():
        dependencies.limit_validity(start_of_day(day + timedelta(days=1)))
    return day


def last_check_date(edition: Edition, *, dependencies: PageDependencies) -> date | None:
    """Return the day of the work's last check, or of a later update, which counts as one.

    ``edition`` must be annotated by ``with_review_dates``. Return None if the work was never checked, unless its review
    date has passed. ``dependencies`` supplies the time, and records when the review date passes.
    """
    review_by: date | None = getattr(edition, "review_by", None)
    checked_on: date | None = getattr(edition, "checked_on", None)
    updated: date = timezone.localdate(edition.updated_at)
    if checked_on:
        return max(checked_on, updated)
    if review_by is None:
        return None
    if review_by >= timezone.localdate(dependencies.at):
        dependencies.limit_validity(start_of_day(review_by + timedelta(days=1)))
        return None
    return updated
