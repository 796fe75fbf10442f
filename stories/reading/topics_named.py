"""The topics that a page names, as they are today."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Coalesce

from newsroom.text.plain import words_of
from stories.models.edition import EditionKind, EditionTopic
from stories.reading.links import Links
from stories.rendering import TopicMention
from topics.models import TopicKind

# The topic that is named, or the one it was merged into.
PRESENT = Coalesce("topic__merged_into", "topic")


@dataclass(frozen=True, slots=True)
class TopicShown:
    """A topic on a card: present name, kind and address; this work's description, or else the topic's own.

    ``explain`` says whether its first mentions may be explained in place. ``what`` is its kind as machines are told,
    ``elsewhere`` where it is in Wikipedia and Wikidata.
    """

    name: str
    url: str
    kind: str
    description: str
    pk: int | None
    explain: bool = False
    uid: UUID | None = None
    what: str = ""
    elsewhere: tuple[str, ...] = ()

    @property
    def is_explained(self) -> bool:
        """Say whether there is something to explain it with, and no editor refused."""
        return self.explain and bool(self.name and self.description)


def topics_shown(mentions: Iterable[TopicMention], links: Links) -> list[TopicShown]:
    """Return the mentioned topics in their order, each once.

    How many stories name them is not told: it would change the page of each whenever one of them goes out.
    """
    named = list(mentions)
    found = {mention.topic: links.topics[mention.topic] for mention in named if mention.topic in links.topics}
    shown: dict[object, TopicShown] = {}
    for mention in named:
        topic = found.get(mention.topic) if mention.topic else None
        if topic is None:
            shown.setdefault(mention.name, _proposed(mention))
            continue
        description = mention.description_words or words_of(topic.description)
        shown.setdefault(
            topic.pk,
            TopicShown(
                topic.name,
                topic.get_absolute_url(),
                str(TopicKind(topic.kind).label),
                description,
                topic.pk,
                mention.explain,
                topic.uid,
                topic.kind,
                topic.elsewhere,
            ),
        )
    return list(shown.values())


def _proposed(mention: TopicMention) -> TopicShown:
    return TopicShown(mention.name, "", "", mention.description_words, None, mention.explain)


def topics_as_printed(mentions: Iterable[TopicMention], links: Links) -> list[TopicShown]:
    """Return the mentioned topics by the names they were printed with; those that ``links`` knows lead to their page."""
    return [
        TopicShown(
            mention.name,
            links.places.get(f"topic:{mention.topic}", ""),
            "",
            mention.description_words,
            None,
        )
        for mention in mentions
    ]


def stories_naming(topics: Collection[int], *, at: datetime) -> dict[int, tuple[int, datetime]]:
    """Return, by topic, how many live stories name it (or one merged into it) and when the latest was updated."""
    rows = naming("story", at=at).annotate(present=PRESENT).filter(present__in=topics).order_by().values("present")
    counted = rows.annotate(number=Count("edition", distinct=True), latest=Max("edition__updated_at"))
    return {row["present"]: (row["number"], row["latest"]) for row in counted}


def naming(kind: str, *, at: datetime) -> QuerySet[EditionTopic]:
    """Return where the live pages of that kind name topics."""
    return EditionTopic.objects.filter(
        live_from__lte=at, live_until__gt=at, edition__work_kind=kind, edition__kind=EditionKind.PAGE
    )
