"""Invalidate the pages that show an edition, list it, or depend on what names an entity."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet, Value

from newsroom.db.statements import PreparedQuery
from newsroom.page_cache.dependencies import FRONT, NAMES, QUESTIONS, SITE, STORIES, list_key, page_key
from newsroom.page_cache.invalidation import ensure_keys, invalidate
from stories.documents import AnyDocument, Explainer
from stories.drafts.references import NamedEntities
from stories.models import Edition, EditionImage, EditionOutlet, EditionQuestion, EditionTopic
from stories.publishing.editions.projections import list_image_uids
from topics.models import Topic


def invalidate_pages_of(editions: Iterable[Edition]) -> None:
    """Invalidate the page keys of these editions, of lists that hold them, and of what they name. Take two queries.

    The projections must exist: call this after they are written and before they are deleted.
    """
    shown = list(editions)
    _invalidate(shown, _named({edition.pk for edition in shown}))


def invalidate_pages_naming(frozen: Sequence[tuple[Edition, AnyDocument]], *, names: NamedEntities) -> None:
    """Invalidate what ``invalidate_pages_of`` does, for new editions whose documents are given.

    Take one query if the documents name topics, and none otherwise.
    """
    named: set[tuple[str, UUID]] = set()
    for _, document in frozen:
        for topic in names.topics_of(document):
            named |= {("topic", topic.uid), ("topic", topic.remaining.uid)}
        for outlet in names.outlets_of(document):
            named |= {("outlet", outlet.uid), ("outlet", outlet.remaining.uid)}
        named |= {("picture", uid) for uid in list_image_uids(document)}
        if isinstance(document, Explainer):
            named |= {("question", asked.uid) for asked in document.questions}
    _invalidate([edition for edition, _ in frozen], named)


def _invalidate(editions: Sequence[Edition], named: set[tuple[str, UUID]]) -> None:
    names: set[str] = set()
    for edition in editions:
        names.add(page_key(edition.work_kind, edition.uid))
        names.add(STORIES if edition.work_kind == "story" else QUESTIONS)
        if edition.translation_group:
            names.add(page_key(edition.work_kind, edition.translation_group))
    # Not the page keys of what is named: other pages that name the same question still show the same.
    names |= {list_key(kind, uid) for kind, uid in named if kind != "picture"}
    names |= {list_key("topic", uid) for uid in _merged_into({uid for kind, uid in named if kind == "topic"})}
    invalidate(*names)
    asked = (list_key("question", edition.uid) for edition in editions if edition.work_kind == "question")
    ensure_keys(SITE, NAMES, FRONT, *(page_key(kind, uid) for kind, uid in named), *asked)


def _named(editions: set[int]) -> set[tuple[str, UUID]]:
    """Return the kinds and uids of what the editions name, and of the entities that these were merged into."""
    if not editions:
        return set()
    return set(_NAMED(editions=editions))


def _merged_into(topics: set[UUID]) -> list[UUID]:
    """Return the topics that were merged into these, since texts that name them link to the page that remains."""
    return [uid for (uid,) in _JOINED(topics=sorted(topics))] if topics else []


_JOINED = PreparedQuery(lambda topics: Topic.objects.filter(merged_into__uid__in=topics).order_by().values_list("uid"))


def _naming(editions: Sequence[int]) -> QuerySet[Any, tuple[str, UUID]]:
    topics = EditionTopic.objects.filter(edition__id__in=editions).order_by()
    outlets = EditionOutlet.objects.filter(edition__id__in=editions).order_by()
    questions = EditionQuestion.objects.filter(edition__id__in=editions).order_by()
    pictures = EditionImage.objects.filter(edition__id__in=editions).order_by()
    arms = [
        topics.values_list(_said("topic"), "topic__uid"),
        topics.exclude(topic__merged_into=None).values_list(_said("topic"), "topic__merged_into__uid"),
        outlets.values_list(_said("outlet"), "outlet__uid"),
        outlets.exclude(outlet__merged_into=None).values_list(_said("outlet"), "outlet__merged_into__uid"),
        questions.values_list(_said("question"), "question_uid"),
        pictures.values_list(_said("picture"), "image__uid"),
    ]
    return arms[0].union(*arms[1:]).order_by()


_NAMED = PreparedQuery(_naming)


def _said(kind: str) -> Value:
    return Value(kind, output_field=CharField())
