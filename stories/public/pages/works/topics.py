"""The cards of topics on pages, under present names or as printed, and the latest update of a story about each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from newsroom.entities.mentions import live_mentions
from newsroom.text.plain import plain_text
from stories.documents.render import TopicMention
from stories.public.pages.works.links import Links
from topics.models import Topic, TopicKind
from topics.navigation import list_heading_topics


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic on a card: its name, kind and address, and its description.

    The description is the work's own or, if it has none, the topic's. ``explain`` says whether its first mention may
    open the card. ``same_as`` holds its URLs on Wikipedia and Wikidata.
    """

    name: str
    url: str
    kind: str
    description: str
    pk: int | None
    explain: bool = False
    uid: UUID | None = None
    kind_code: str = ""
    same_as: tuple[str, ...] = ()

    @property
    def is_explained(self) -> bool:
        """Whether the first mention opens the card: there is a page and a description, and no editor has switched it off."""
        return self.explain and bool(self.name and self.url and self.description)


def build_topic_cards(mentions: Iterable[TopicMention], links: Links) -> list[TopicCard]:
    """Return the cards of the mentioned topics in order, without duplicates."""
    # The cards do not count stories. With a count, each new story would change every page that names one of its topics.
    cards: dict[object, TopicCard] = {}
    for mention in mentions:
        topic = links.topics.get(mention.topic) if mention.topic else None
        if topic is None:
            cards.setdefault(mention.name, _build_proposed_card(mention))
            continue
        description = mention.description_words or plain_text(topic.description)
        cards.setdefault(
            topic.pk,
            TopicCard(
                topic.name,
                topic.get_absolute_url(),
                str(TopicKind(topic.kind).label),
                description,
                topic.pk,
                mention.explain,
                topic.uid,
                topic.kind,
                topic.same_as_urls,
            ),
        )
    return list(cards.values())


def _build_proposed_card(mention: TopicMention) -> TopicCard:
    return TopicCard(mention.name, "", "", mention.description_words, None, mention.explain)


def list_head_topics(topics: Iterable[TopicCard], sections: Collection[int]) -> list[TopicCard]:
    """Return the topics that may stand above a headline, in order. ``sections`` are the keys of those that come first."""
    kinds = {topic: topic.kind_code for topic in topics}
    return list_heading_topics(kinds, sections=[topic for topic in kinds if topic.pk in sections])


def build_archived_topic_cards(mentions: Iterable[TopicMention], links: Links) -> list[TopicCard]:
    """Return the cards of the mentioned topics under the names that were printed. Topics in ``links`` have a link."""
    return [
        TopicCard(
            mention.name,
            links.addresses.get(f"topic:{mention.topic}", ""),
            "",
            mention.description_words,
            None,
            kind_code=links.topics[mention.topic].kind if mention.topic in links.topics else "",
        )
        for mention in mentions
    ]


def latest_updates_by_topic(topics: Collection[int], *, at: datetime) -> dict[int, datetime]:
    """Return the time of the latest update of a live story about each topic, keyed by the topic's key, in one query.

    A story is about a topic if it names the topic or one merged into it. Topics without such a story are left out.
    """
    naming = live_mentions(Topic, OuterRef("pk"), at=at).filter(work_kind="story").order_by("-updated_at", "-uid")
    rows = Topic.objects.filter(Q(pk__in=topics) | Q(merged_into__in=topics)).order_by()
    updated = rows.annotate(latest=Subquery(naming.values("updated_at")[:1]))
    latest_by_topic: dict[int, datetime] = {}
    for key, merged_into, latest in updated.values_list("pk", "merged_into", "latest"):
        present = merged_into or key
        if latest:
            latest_by_topic[present] = max(latest, latest_by_topic.get(present, latest))
    return latest_by_topic
