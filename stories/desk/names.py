"""Fetches the topics and outlets that documents name, all at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db.models import prefetch_related_objects

from newsroom.db.statements import Prepared
from newsroom.entities.models import Named, hold
from stories.documents import AnyDocument, Explainer
from stories.models import Outlet
from topics.models import Topic

_TOPICS = Prepared(lambda uids: Topic.objects.filter(uid__in=uids).order_by())
_OUTLETS = Prepared(lambda uids: Outlet.objects.filter(uid__in=uids).order_by())


@dataclass(frozen=True, slots=True)
class Names:
    """Topics and outlets by uid, each with what it was merged into at hand."""

    topics: dict[UUID, Topic]
    outlets: dict[UUID, Outlet]

    @classmethod
    def of(cls, documents: Iterable[AnyDocument]) -> Self:
        """Return those that the documents name, as far as they are there. Four queries at most, however many they are."""
        every = list(documents)
        topics = {uid for document in every for uid in topics_in(document)}
        outlets = {uid for document in every for uid in outlets_in(document)}
        known_topics = _TOPICS(uids=topics) if topics else []
        known_outlets = _OUTLETS(uids=outlets) if outlets else []
        # Few were ever merged: joining them to all costs more than asking for those.
        prefetch_related_objects([topic for topic in known_topics if topic.merged_into_id], "merged_into")
        prefetch_related_objects([outlet for outlet in known_outlets if outlet.merged_into_id], "merged_into")
        return cls({topic.uid: topic for topic in known_topics}, {outlet.uid: outlet for outlet in known_outlets})

    @classmethod
    def held(cls, documents: Iterable[AnyDocument]) -> Self:
        """Return what ``of`` does; nobody joins any of these to another one until the transaction is over."""
        every = list(documents)
        names = cls.of(every)
        return cls.of(every) if hold([*names.topics.values(), *names.outlets.values()]) else names

    def topics_of(self, document: AnyDocument) -> list[Topic]:
        """Return the topics that a document names, in its order."""
        return [self.topics[uid] for uid in topics_in(document) if uid in self.topics]

    def outlets_of(self, document: AnyDocument) -> list[Outlet]:
        """Return the outlets that speak in a document or are cited, in its order."""
        return [self.outlets[uid] for uid in outlets_in(document) if uid in self.outlets]

    def named_by(self, document: AnyDocument) -> list[Named]:
        """Return all that a document names: its topics, then its outlets."""
        return [*self.topics_of(document), *self.outlets_of(document)]


def topics_in(document: AnyDocument) -> list[UUID]:
    """Return the uids of the topics that a document names, each once, in its order."""
    return list(dict.fromkeys(topic.topic for topic in document.topics if topic.topic))


def outlets_speaking(document: AnyDocument) -> list[UUID]:
    """Return the uids of the outlets that speak in the passages, each once, in order; of cited ones in a question."""
    if isinstance(document, Explainer):
        named = [outlet.uid for passage in document.passages for outlet in passage.outlets]
    else:
        named = [cited.outlet.uid for cited in document.citations]
    return [uid for uid in dict.fromkeys(named) if uid]


def outlets_in(document: AnyDocument) -> list[UUID]:
    """Return the uids of the outlets that speak, then of those that are cited, each once."""
    cited = (cited.outlet.uid for cited in document.citations)
    return [uid for uid in dict.fromkeys([*outlets_speaking(document), *cited]) if uid]
