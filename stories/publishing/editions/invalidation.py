"""Invalidate the pages that show an edition, list it, or depend on which editions name an entity."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, CharField, QuerySet, Value
from django.db.models.functions import Coalesce

from newsroom.db.statements import PreparedQuery
from newsroom.page_cache.dependencies import FRONT, NAMES, QUESTIONS, SITE, STORIES, SUBJECTS, list_key, page_key
from newsroom.page_cache.invalidation import ensure_keys, invalidate
from stories.documents import AnyDocument, Explainer
from stories.drafts.references import NamedEntities
from stories.models import Edition, EditionContributor, EditionImage, EditionOutlet, EditionQuestion, EditionTopic
from stories.publishing.editions.projections import list_image_uids
from topics.models import NavigationPlace, Topic
from topics.navigation import invalidate_subjects


def invalidate_pages_of(editions: Iterable[Edition]) -> None:
    """Invalidate the page keys of these editions, of lists that contain them, and of lists for objects that they name.

    The projections must exist: call this after they are written and before they are deleted.
    """
    listed = list(editions)
    _invalidate(listed, _load_named_objects({edition.pk for edition in listed}))


def invalidate_pages_naming(
    editions_with_documents: Sequence[tuple[Edition, AnyDocument]],
    *,
    names: NamedEntities,
    replaced: Sequence[Edition] = (),
) -> None:
    """Invalidate the same page keys as ``invalidate_pages_of``, for new editions whose documents are given.

    Also invalidate those of ``replaced``, the editions that the new ones end.
    """
    named = _load_named_objects({edition.pk for edition in replaced})
    for _, document in editions_with_documents:
        for topic in names.topics_of(document):
            named |= {("topic", topic.uid), ("topic", topic.remaining.uid)}
        for outlet in names.outlets_of(document):
            named |= {("outlet", outlet.uid), ("outlet", outlet.remaining.uid)}
        named |= {("picture", uid) for uid in list_image_uids(document)}
        if isinstance(document, Explainer):
            named |= {("question", question.uid) for question in document.questions}
            named |= {("author", name.uid) for name in document.byline}
    _invalidate([*replaced, *(edition for edition, _ in editions_with_documents)], named)


def _invalidate(editions: Sequence[Edition], named: set[tuple[str, UUID]]) -> None:
    """Invalidate the keys of the editions; ``named`` contains the kind and the uid of each object that they name."""
    keys: set[str] = set()
    for edition in editions:
        keys.add(page_key(edition.work_kind, edition.uid))
        keys.add(STORIES if edition.work_kind == "story" else QUESTIONS)
        if edition.translation_group:
            keys.add(page_key(edition.work_kind, edition.translation_group))
    # The page keys of named objects are not invalidated, because other pages that name the same objects do not change.
    keys |= {list_key(kind, uid) for kind, uid in named if kind != "picture"}
    merged, subjects = _load_merged_topics({uid for kind, uid in named if kind == "topic"})
    keys |= {list_key("topic", uid) for uid in merged}
    invalidate(*keys)
    if subjects and (stories := {edition.uid for edition in editions if edition.work_kind == "story"}):
        invalidate_subjects(subjects, works=stories)
    question_lists = (list_key("question", edition.uid) for edition in editions if edition.work_kind == "question")
    ensure_keys(SITE, SUBJECTS, NAMES, FRONT, *(page_key(kind, uid) for kind, uid in named), *question_lists)


def _load_named_objects(editions: set[int]) -> set[tuple[str, UUID]]:
    """Return the kind and the uid of each object that the editions name, and of any entity into which it was merged."""
    if not editions:
        return set()
    return set(_NAMED_OBJECTS(editions=editions))


def _load_merged_topics(topics: set[UUID]) -> tuple[set[UUID], set[int]]:
    """Return the uids of the topics merged into ``topics``, and the keys of those that are in the navigation.

    Texts that name a merged topic link to the remaining one.
    """
    rows = _MERGED_TOPICS(topics=sorted(topics)) if topics else ()
    merged, subjects = set(), set()
    for uid, key in rows:
        if key:
            subjects.add(key)
        else:
            merged.add(uid)
    return merged, subjects


def _query_merged_topics(topics: Sequence[UUID]) -> QuerySet[Any, tuple[UUID, int]]:
    merged = Topic.objects.filter(merged_into__uid__in=topics).order_by()
    chosen = NavigationPlace.objects.naming(topics).order_by()
    no_key = Value(0, output_field=BigIntegerField())
    remaining = Coalesce("topic__merged_into", "topic", output_field=BigIntegerField())
    return merged.values_list("uid", no_key).union(chosen.values_list("topic__uid", remaining)).order_by()


_MERGED_TOPICS = PreparedQuery(_query_merged_topics)


def _query_named_objects(editions: Sequence[int]) -> QuerySet[Any, tuple[str, UUID]]:
    topics = EditionTopic.objects.filter(edition__id__in=editions).order_by()
    outlets = EditionOutlet.objects.filter(edition__id__in=editions).order_by()
    questions = EditionQuestion.objects.filter(edition__id__in=editions).order_by()
    pictures = EditionImage.objects.filter(edition__id__in=editions).order_by()
    authors = EditionContributor.objects.filter(edition__id__in=editions).order_by()
    selects = [
        topics.values_list(_kind_value("topic"), "topic__uid"),
        topics.exclude(topic__merged_into=None).values_list(_kind_value("topic"), "topic__merged_into__uid"),
        outlets.values_list(_kind_value("outlet"), "outlet__uid"),
        outlets.exclude(outlet__merged_into=None).values_list(_kind_value("outlet"), "outlet__merged_into__uid"),
        questions.values_list(_kind_value("question"), "question_uid"),
        pictures.values_list(_kind_value("picture"), "image__uid"),
        authors.values_list(_kind_value("author"), "contributor__uid"),
    ]
    return selects[0].union(*selects[1:]).order_by()


_NAMED_OBJECTS = PreparedQuery(_query_named_objects)


def _kind_value(kind: str) -> Value:
    return Value(kind, output_field=CharField())
