"""Find the shared rows that a document names: by uid first, then by name or URL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from newsroom.accounts.models import Contributor, User
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.db.statements import PreparedQuery
from newsroom.entities.models import NamedEntity, lock_entities
from newsroom.media.models import Image
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from stories.documents import (
    AnyDocument,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PlacedPicture,
)
from stories.models import FAQ, Article, Outlet, Work, WorkKind
from topics.models import Topic


class UnknownImageError(ValueError):
    """Raised when a document shows an image that is not in the library."""

    def __init__(self, uid: UUID) -> None:
        super().__init__(f"The picture {uid} is not in the library.")


def find_outlets(named: Iterable[NamedOutlet]) -> dict[NamedOutlet, Outlet]:
    """Return the known outlets among ``named``."""
    wanted = list(dict.fromkeys(named))
    by_uid = {outlet.uid: outlet for outlet in Outlet.objects.filter(uid__in=[n.uid for n in wanted if n.uid])}
    found: dict[NamedOutlet, Outlet] = {}
    for name in wanted:
        outlet = by_uid.get(name.uid) if name.uid else None
        outlet = outlet or (Outlet.objects.with_name(name.name).first() if name.uid else None)
        if outlet:
            found[name] = outlet
    return found


def find_topics(named: Iterable[NamedTopic]) -> dict[UUID, Topic]:
    """Return the known topics among ``named``, by the uids of their rows in the work."""
    wanted = [topic for topic in named if topic.topic]
    by_uid = {topic.uid: topic for topic in Topic.objects.filter(uid__in=[t.topic for t in wanted])}
    found: dict[UUID, Topic] = {}
    for named_topic in wanted:
        topic = by_uid.get(named_topic.topic) if named_topic.topic else None
        topic = topic or Topic.objects.with_name(named_topic.name).first()
        if topic:
            found[named_topic.uid] = topic
    return found


def get_images(placed: Iterable[PlacedPicture]) -> dict[UUID, Image]:
    """Return the images by uid; raise UnknownPictureError if one is not in the library."""
    uids = {picture.image for picture in placed}
    images = {image.uid: image for image in Image.objects.filter(uid__in=uids)}
    if missing := uids - set(images):
        raise UnknownImageError(min(missing))
    return images


def get_or_create_contributors(named: Iterable[NamedContributor], *, by: User | None) -> list[Contributor]:
    """Return the contributors in order; unknown ones are created."""
    found = []
    for name in named:
        known = Contributor.objects.filter(uid=name.uid).first() or Contributor.objects.filter(name=name.name).first()
        if known is None:
            known = Contributor.objects.create(uid=name.uid, name=name.name)
            track_changes.record_added(known, by=by)
        found.append(known)
    return found


def get_or_create_articles(cited: Sequence[CitedArticle], *, by: User | None) -> dict[CitedArticle, Article]:
    """Return the article of each citation, found by uid or URL, or created; existing articles are not changed.

    Take four queries, whatever their number.
    """
    if not cited:
        return {}
    either = Q(uid__in={one.article for one in cited}) | Q(url__in={one.url for one in cited})
    rows = list(Article.objects.filter(either))
    by_uid, by_url = {row.uid: row for row in rows}, {row.url: row for row in rows}
    outlets = find_outlets(one.outlet for one in cited)
    made: list[Article] = []
    for one in cited:
        if one.article not in by_uid and one.url not in by_url:
            article = _new_article(one, outlets)
            by_uid[article.uid] = by_url[article.url] = article
            made.append(article)
    Article.objects.bulk_create(made)
    Event.objects.write_all(
        Event.build(track_changes.kind_of(article), article.uid, "added", by=by) for article in made
    )
    return {one: by_uid.get(one.article) or by_url[one.url] for one in cited}


def get_or_create_article(cited: CitedArticle, outlets: dict[NamedOutlet, Outlet], *, by: User | None) -> Article:
    """Return the article, found by uid or URL, or created; an existing article is not changed."""
    known = Article.objects.filter(uid=cited.article).first() or Article.objects.filter(url=cited.url).first()
    if known:
        return known
    made = _new_article(cited, outlets)
    made.save(force_insert=True)
    track_changes.record_added(made, by=by)
    return made


def _new_article(cited: CitedArticle, outlets: dict[NamedOutlet, Outlet]) -> Article:
    outlet = outlets.get(cited.outlet)
    return Article(
        uid=cited.article,
        outlet=outlet,
        proposed_outlet="" if outlet else cited.outlet.name,
        url=cited.url,
        title=cited.title,
        published_on=cited.published_on,
        author=cited.author,
        paywalled=cited.paywalled,
    )


def get_or_create_question(asked: AskedQuestion, *, work: Work) -> tuple[FAQ, bool]:
    """Return the question and whether it was created, in the language and for the owner of ``work``."""
    if known := FAQ.objects.filter(uid=asked.uid).first():
        return known, False
    faq = FAQ.objects.create(
        uid=asked.uid,
        kind=WorkKind.QUESTION,
        slug=Address.objects.find_free_slug(
            "question",
            asked.question,
            uid=asked.uid,
            taken=Work.objects.filter(kind=WorkKind.QUESTION),
        ),
        language=work.language,
        owner=work.owner,
        question=asked.question[:300],
        question_confirmed=True,
        introduction=asked.teaser,
    )
    return faq, True


def proposed_names(named: Iterable[NamedOutlet], found: dict[NamedOutlet, Outlet]) -> list[str]:
    """Return the unknown names among ``named``, without those that differ only in how they are written."""
    return list({fold(name.name): name.name for name in named if name not in found}.values())


_TOPICS = PreparedQuery(lambda uids: Topic.objects.filter(uid__in=uids).order_by())
_OUTLETS = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).order_by())


@dataclass(frozen=True, slots=True)
class NamedEntities:
    """Topics and outlets by uid, each with the entity that it was merged into."""

    topics: dict[UUID, Topic]
    outlets: dict[UUID, Outlet]

    @classmethod
    def load(cls, documents: Iterable[AnyDocument]) -> Self:
        """Return the existing topics and outlets that the documents name. Take at most four queries."""
        every = list(documents)
        topics = {uid for document in every for uid in list_topic_uids(document)}
        outlets = {uid for document in every for uid in list_outlet_uids(document)}
        known_topics = _TOPICS(uids=topics) if topics else []
        known_outlets = _OUTLETS(uids=outlets) if outlets else []
        # Few entities were ever merged: a join for all of them costs more than a query for those.
        prefetch_related_objects([topic for topic in known_topics if topic.merged_into_id], "merged_into")
        prefetch_related_objects([outlet for outlet in known_outlets if outlet.merged_into_id], "merged_into")
        return cls({topic.uid: topic for topic in known_topics}, {outlet.uid: outlet for outlet in known_outlets})

    @classmethod
    def load_locked(cls, documents: Iterable[AnyDocument]) -> Self:
        """Return what ``of`` returns, locked: none of them can be merged until the transaction ends."""
        every = list(documents)
        names = cls.load(every)
        return cls.load(every) if lock_entities([*names.topics.values(), *names.outlets.values()]) else names

    def topics_of(self, document: AnyDocument) -> list[Topic]:
        """Return the topics that a document names, in its order."""
        return [self.topics[uid] for uid in list_topic_uids(document) if uid in self.topics]

    def outlets_of(self, document: AnyDocument) -> list[Outlet]:
        """Return the outlets that a document's passages name, then those that it cites."""
        return [self.outlets[uid] for uid in list_outlet_uids(document) if uid in self.outlets]

    def entities_of(self, document: AnyDocument) -> list[NamedEntity]:
        """Return the topics and then the outlets that a document names."""
        return [*self.topics_of(document), *self.outlets_of(document)]


def list_topic_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the topics that a document names, each once, in its order."""
    return list(dict.fromkeys(topic.topic for topic in document.topics if topic.topic))


def list_reporting_outlet_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the outlets of a story's passages, or those that a question cites, each once, in order."""
    if isinstance(document, Explainer):
        named = [outlet.uid for passage in document.passages for outlet in passage.outlets]
    else:
        named = [cited.outlet.uid for cited in document.citations]
    return [uid for uid in dict.fromkeys(named) if uid]


def list_outlet_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the outlets of passages, then of those that are cited, each once."""
    cited = (cited.outlet.uid for cited in document.citations)
    return [uid for uid in dict.fromkeys([*list_reporting_outlet_uids(document), *cited]) if uid]
