"""Find or create rows that several documents may share, by uid, or else by name or URL."""

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
from stories.documents.as_shown import as_shown
from stories.documents.walk import list_outlets
from stories.models import FAQ, Article, Outlet, Work, WorkKind
from topics.models import Topic


class UnknownImageError(ValueError):
    """Raised when a document shows an image that is not in the library."""

    def __init__(self, uid: UUID) -> None:
        super().__init__(f"The picture {uid} is not in the library.")


def find_outlets(named: Iterable[NamedOutlet]) -> dict[NamedOutlet, Outlet]:
    """Return the existing outlet for each of ``named`` that has one. Names without a uid are not looked up."""
    unique = list(dict.fromkeys(named))
    by_uid = {outlet.uid: outlet for outlet in Outlet.objects.filter(uid__in=[each.uid for each in unique if each.uid])}
    outlets: dict[NamedOutlet, Outlet] = {}
    for each in unique:
        outlet = by_uid.get(each.uid) if each.uid else None
        outlet = outlet or (Outlet.objects.with_name(each.name).first() if each.uid else None)
        if outlet:
            outlets[each] = outlet
    return outlets


def find_topics(named: Iterable[NamedTopic]) -> dict[UUID, Topic]:
    """Return the existing topics of ``named``, without proposed names, keyed by the uids of their rows in the work."""
    confirmed = [each for each in named if each.topic]
    by_uid = {topic.uid: topic for topic in Topic.objects.filter(uid__in=[each.topic for each in confirmed])}
    topics: dict[UUID, Topic] = {}
    for each in confirmed:
        topic = by_uid.get(each.topic) if each.topic else None
        topic = topic or Topic.objects.with_name(each.name).first()
        if topic:
            topics[each.uid] = topic
    return topics


def get_images(pictures: Iterable[PlacedPicture]) -> dict[UUID, Image]:
    """Return the images, keyed by uid. Raise UnknownImageError if one is not in the library."""
    uids = {picture.image for picture in pictures}
    images = {image.uid: image for image in Image.objects.filter(uid__in=uids)}
    if missing := uids - set(images):
        raise UnknownImageError(min(missing))
    return images


def get_or_create_contributors(named: Iterable[NamedContributor], *, by: User | None) -> list[Contributor]:
    """Return the contributors in order, found by uid or name; create missing ones, each with an audit entry."""
    contributors = []
    for each in named:
        contributor = (
            Contributor.objects.filter(uid=each.uid).first() or Contributor.objects.filter(name=each.name).first()
        )
        if contributor is None:
            contributor = Contributor.objects.create(uid=each.uid, name=each.name)
            track_changes.record_added(contributor, by=by)
        contributors.append(contributor)
    return contributors


def get_or_create_articles(cited: Sequence[CitedArticle], *, by: User | None) -> dict[CitedArticle, Article]:
    """Return the article of each citation, found by uid or URL; create those that do not exist.

    Existing articles are not changed. Each new one gets an audit entry; ``by`` is None if no user is responsible.
    """
    if not cited:
        return {}
    is_cited = Q(uid__in={each.article for each in cited}) | Q(url__in={each.url for each in cited})
    rows = list(Article.objects.filter(is_cited))
    by_uid, by_url = {row.uid: row for row in rows}, {row.url: row for row in rows}
    outlets = find_outlets(each.outlet for each in cited)
    created: list[Article] = []
    for each in cited:
        if each.article not in by_uid and each.url not in by_url:
            article = _build_article(each, outlets)
            by_uid[article.uid] = by_url[article.url] = article
            created.append(article)
    Article.objects.bulk_create(created)
    Event.objects.write_all(
        Event.build(track_changes.kind_of(article), article.uid, "added", by=by) for article in created
    )
    return {each: by_uid.get(each.article) or by_url[each.url] for each in cited}


def get_or_create_article(cited: CitedArticle, outlets: dict[NamedOutlet, Outlet], *, by: User | None) -> Article:
    """Return the article, found by uid or URL; create it, with an audit entry, if it does not exist.

    Existing articles are not changed.
    """
    existing = Article.objects.filter(uid=cited.article).first() or Article.objects.filter(url=cited.url).first()
    if existing:
        return existing
    article = _build_article(cited, outlets)
    article.save(force_insert=True)
    track_changes.record_added(article, by=by)
    return article


def _build_article(cited: CitedArticle, outlets: dict[NamedOutlet, Outlet]) -> Article:
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
        archived_url=cited.archived_url,
        archived_on=cited.archived_on,
    )


def confirms_questions(by: User | None) -> bool:
    """Return whether the wording of a question is confirmed if ``by`` asks it. None stands for a management command."""
    return by is None or by.has_perm("stories.publish_work")


def get_or_create_question(asked: AskedQuestion, *, work: Work, by: User | None) -> tuple[FAQ, bool]:
    """Return the question and whether it was created.

    A new question has the language and the owner of ``work``, and the teaser as its introduction. Its wording is
    confirmed if ``by`` may publish.
    """
    if existing := FAQ.objects.filter(uid=asked.uid).first():
        return existing, False
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
        question_confirmed=confirms_questions(by),
        introduction=asked.teaser,
    )
    return faq, True


def list_proposed_names(named: Iterable[NamedOutlet], outlets: dict[NamedOutlet, Outlet]) -> list[str]:
    """Return the names of those in ``named`` that have no outlet in ``outlets``.

    If several names have the same folded form, return only the last.
    """
    return list({fold(each.name): each.name for each in named if each not in outlets}.values())


_TOPICS = PreparedQuery(lambda uids: Topic.objects.filter(uid__in=uids).order_by())
_OUTLETS = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).order_by())


@dataclass(frozen=True, slots=True)
class NamedEntities:
    """Topics and outlets by uid, each loaded with the entity into which it was merged, if any."""

    topics: dict[UUID, Topic]
    outlets: dict[UUID, Outlet]

    @classmethod
    def load(cls, documents: Iterable[AnyDocument]) -> Self:
        """Load the existing topics and outlets that the documents name. This takes at most four queries."""
        all_documents = list(documents)
        topic_uids = {uid for document in all_documents for uid in list_topic_uids(document)}
        outlet_uids = {uid for document in all_documents for uid in list_outlet_uids(document)}
        topics = _TOPICS(uids=topic_uids) if topic_uids else []
        outlets = _OUTLETS(uids=outlet_uids) if outlet_uids else []
        # Few entities have been merged, so a join for all entities would cost more than a query for these few.
        prefetch_related_objects([topic for topic in topics if topic.merged_into_id], "merged_into")
        prefetch_related_objects([outlet for outlet in outlets if outlet.merged_into_id], "merged_into")
        return cls({topic.uid: topic for topic in topics}, {outlet.uid: outlet for outlet in outlets})

    @classmethod
    def load_locked(cls, documents: Iterable[AnyDocument]) -> Self:
        """Load and lock the entities, so that none of them can be merged until the transaction ends."""
        all_documents = list(documents)
        names = cls.load(all_documents)
        # Load again if an entity was merged before the lock.
        return cls.load(all_documents) if lock_entities([*names.topics.values(), *names.outlets.values()]) else names

    def topics_of(self, document: AnyDocument) -> list[Topic]:
        """Return the topics that a document names, in the order of the document."""
        return [self.topics[uid] for uid in list_topic_uids(document) if uid in self.topics]

    def outlets_of(self, document: AnyDocument) -> list[Outlet]:
        """Return the outlets that readers of a document see, in the order of ``list_outlet_uids``."""
        return [self.outlets[uid] for uid in list_outlet_uids(document) if uid in self.outlets]

    def entities_of(self, document: AnyDocument) -> list[NamedEntity]:
        """Return the topics and then the outlets that a document names."""
        return [*self.topics_of(document), *self.outlets_of(document)]


def list_topic_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the topics that a document names, in order and without duplicates."""
    return list(dict.fromkeys(topic.topic for topic in document.topics if topic.topic))


def list_reporting_outlet_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the outlets that the passages and points of a story name, or that a question cites.

    The uids are in order, without duplicates.
    """
    if isinstance(document, Explainer):
        named = [outlet.uid for passage in document.passages for outlet in passage.outlets]
        named += [cell.outlet.uid for claim in document.claims for cell in claim.cells]
    else:
        named = [cited.outlet.uid for cited in document.citations]
    return [uid for uid in dict.fromkeys(named) if uid]


def list_outlet_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of all outlets that readers of a document see, without duplicates.

    Those that passages name come first, and those that are only cited last.
    """
    return list(dict.fromkeys(outlet.uid for outlet in list_outlets(as_shown(document)) if outlet.uid))
