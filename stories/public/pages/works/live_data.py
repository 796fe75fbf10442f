"""Current data for the frozen text of an edition: names, images and links."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Self
from uuid import UUID

from django.utils import timezone

from newsroom.http.clock import start_of_day, start_of_next_year
from newsroom.page_cache.dependencies import PageDependencies, page_key
from stories.documents import NamedOutlet
from stories.documents.render import ImageFragment, TopicMention
from stories.editions.models import Edition
from stories.public.pages.resolve import next_edition_at
from stories.public.pages.works.images import Figure, figures_of, public_figures_of
from stories.public.pages.works.images import render_figures as printed_figures
from stories.public.pages.works.links import DraftAddresses, Links, topic_page_keys, topics_in, works_in
from stories.public.pages.works.neighbours import Neighbours
from stories.public.pages.works.outlets import Outlets, outlets_as_printed, outlets_of
from stories.public.pages.works.placeholders import days_in, replace_placeholders, targets_in
from stories.public.pages.works.sections import Fill
from stories.public.pages.works.topics import TopicShown, topics_as_printed, topics_shown


@dataclass(frozen=True, slots=True)
class PageNeeds:
    """What the fragments of one page need: ``placed`` images are inside its ``texts``, ``lead`` is above them."""

    texts: tuple[str, ...]
    outlets: tuple[NamedOutlet, ...]
    topics: tuple[TopicMention, ...]
    placed: tuple[ImageFragment, ...]
    lead: ImageFragment | None = None
    questions: tuple[UUID, ...] = ()

    @property
    def pictures(self) -> list[ImageFragment]:
        """All images of the page."""
        return [*self.placed, *([self.lead] if self.lead else [])]

    @property
    def own_topics(self) -> list[UUID]:
        """The uids of the topics that the page names, without proposed names."""
        return [mention.topic for mention in self.topics if mention.topic]


@dataclass(frozen=True, slots=True)
class LiveData:
    """The data found for the needs of one page; ``fill`` replaces the placeholders in its texts."""

    neighbours: Neighbours
    links: Links
    outlets: Outlets
    topics: list[TopicShown]
    lead: Figure | None
    fill: Fill

    @classmethod
    def load_current(
        cls,
        edition: Edition,
        needs: PageNeeds,
        *,
        dependencies: PageDependencies,
        others: Sequence[UUID] = (),
        most: int = 0,
        lists: Collection[str] = (),
        drafts: DraftAddresses | None = None,
    ) -> Self:
        """Return what the page of ``edition`` shows at the time of ``dependencies``, under present names.

        ``others`` are stories, of which the page links to the first ``most`` that are live. ``lists`` are the keys of
        lists on the page. ``dependencies`` records all of these keys before the rows are read, and then drops those of
        unused ``others``.

        It takes at most five queries, and one more if a text links to a topic that the page does not name itself.
        ``drafts`` replaces the addresses of questions and images.
        """
        at, targets = dependencies.at, targets_in(needs.texts)
        works = {("question", uid) for uid in needs.questions} | works_in(targets)
        works.add((edition.work_kind, edition.translation_group or edition.uid))
        related = {("story", uid) for uid in others} - works
        foreign = topics_in(targets) - set(needs.own_topics)
        dependencies.read_versions(
            [*(page_key(kind, uid) for kind, uid in works | related), *_keys(needs, foreign), *lists]
        )
        neighbours = Neighbours.load(edition, {uid for _, uid in works | related}, dependencies=dependencies)
        beyond = set(neighbours.unused_after(others, most))
        dependencies.remove(page_key(kind, uid) for kind, uid in related if uid in beyond)
        if foreign:
            dependencies.limit_validity(next_edition_at(at=at))
        _heed_days(needs.texts, dependencies)
        links = Links.among(neighbours, targets, topics=needs.own_topics, at=at)
        if drafts:
            links = links.with_drafts(drafts.questions)
        today = timezone.localtime(at).date()
        captions = _captions(links, today=today)
        figures = figures_of(needs.pictures, fill=captions, under=drafts.images_prefix if drafts else "")
        return cls(
            neighbours=neighbours,
            links=links,
            outlets=outlets_of({outlet.uid for outlet in needs.outlets if outlet.uid}),
            topics=topics_shown(needs.topics, links),
            lead=figures.get(needs.lead.uid) if needs.lead else None,
            fill=_texts(needs, links, figures, today=today),
        )

    @classmethod
    def load_as_printed(cls, needs: PageNeeds, *, seen: datetime, at: datetime) -> Self:
        """Return what an edition that readers last saw at ``seen`` shows at ``at``, in at most four queries.

        Names are as printed, and link to the pages that are public at ``at``. An image that is not public then is
        described in words. What was ahead at ``seen`` is shown as ahead.
        """
        targets = targets_in(needs.texts) | {f"topic:{uid}" for uid in needs.own_topics}
        links = Links.load(targets, topics=(), questions=needs.questions, at=at)
        day = timezone.localtime(seen).date()
        figures = public_figures_of(needs.pictures, fill=_captions(links, today=day), at=at)
        return cls(
            neighbours=Neighbours({}, []),
            links=links,
            outlets=outlets_as_printed(needs.outlets, at=at),
            topics=topics_as_printed(needs.topics, links),
            lead=figures.get(needs.lead.uid) if needs.lead else None,
            fill=_texts(needs, links, figures, today=day),
        )


def _keys(needs: PageNeeds, foreign: Collection[UUID]) -> Iterator[str]:
    """Yield the keys of the topics, outlets and images that the page shows.

    For ``foreign`` topics, also yield the keys of the lists of what names them.
    """
    yield from (page_key("topic", uid) for uid in needs.own_topics)
    yield from topic_page_keys(foreign)
    yield from (page_key("outlet", outlet.uid) for outlet in needs.outlets if outlet.uid)
    yield from (page_key("picture", picture.image) for picture in needs.pictures)


def _heed_days(texts: Iterable[str], dependencies: PageDependencies) -> None:
    """Make the page expire when a dated entry is no longer ahead, and when dates are printed with the year."""
    today = timezone.localdate(dependencies.at)
    dependencies.limit_validity(min((start_of_day(day) for day in days_in(texts) if day > today), default=None))
    dependencies.limit_validity(start_of_next_year(dependencies.at))


def _captions(links: Links, *, today: date) -> Fill:
    return partial(replace_placeholders, places=links.addresses, pictures={}, today=today)


def _texts(needs: PageNeeds, links: Links, figures: dict[UUID, Figure], *, today: date) -> Fill:
    placed = {picture.uid for picture in needs.placed}
    inside = printed_figures({uid: figure for uid, figure in figures.items() if uid in placed})
    return partial(replace_placeholders, places=links.addresses, pictures=inside, today=today)


def overdue_check_date(edition: Edition, *, dependencies: PageDependencies) -> date | None:
    """Return the day on which the work was last checked, if its review date has passed, else None.

    ``edition`` must come from ``with_dates_of_looks``. If no check is recorded since the last update, return the day of
    that update. ``dependencies`` gives the time, and records when the review date passes.
    """
    review_by, checked_on = (getattr(edition, name, None) for name in ("review_by", "checked_on"))
    if review_by is None:
        return None
    if review_by >= timezone.localdate(dependencies.at):
        dependencies.limit_validity(start_of_day(review_by + timedelta(days=1)))
        return None
    updated: date = timezone.localdate(edition.updated_at)
    return max(checked_on, updated) if checked_on else updated
