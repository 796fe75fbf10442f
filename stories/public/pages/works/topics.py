"""Topics as pages show them, under present names or as printed, and when stories last named them."""

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


@dataclass(frozen=True, slots=True)
class TopicShown:
    """A topic on a card: present name, kind and address, and the description of the work or else of the topic.

    ``explain`` is whether its first mentions may get a popover. ``what`` is the code of its kind, ``elsewhere`` its
    addresses in Wikipedia and Wikidata.
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
        """Return whether its mentions get a popover: it has a description, and no editor has switched it off."""
        return self.explain and bool(self.name and self.description)


def topics_shown(mentions: Iterable[TopicMention], links: Links) -> list[TopicShown]:
    """Return the mentioned topics in their order, without repetition."""
    # Without a count of stories: it would change the page of each of them whenever one is published.
    named = list(mentions)
    found = {mention.topic: links.topics[mention.topic] for mention in named if mention.topic in links.topics}
    shown: dict[object, TopicShown] = {}
    for mention in named:
        topic = found.get(mention.topic) if mention.topic else None
        if topic is None:
            shown.setdefault(mention.name, _proposed(mention))
            continue
        description = mention.description_words or plain_text(topic.description)
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
                topic.same_as_urls,
            ),
        )
    return list(shown.values())


def _proposed(mention: TopicMention) -> TopicShown:
    return TopicShown(mention.name, "", "", mention.description_words, None, mention.explain)


def topics_as_printed(mentions: Iterable[TopicMention], links: Links) -> list[TopicShown]:
    """Return the mentioned topics under the names printed then; those in ``links`` link to their page."""
    return [
        TopicShown(
            mention.name,
            links.addresses.get(f"topic:{mention.topic}", ""),
            "",
            mention.description_words,
            None,
        )
        for mention in mentions
    ]


def latest_updates_by_topic(topics: Collection[int], *, at: datetime) -> dict[int, datetime]:
    """Return, by topic, when a live story that names it or a topic merged into it was last updated. One query."""
    naming = live_mentions(Topic, OuterRef("pk"), at=at).filter(work_kind="story").order_by("-updated_at", "-uid")
    rows = Topic.objects.filter(Q(pk__in=topics) | Q(merged_into__in=topics)).order_by()
    updated = rows.annotate(latest=Subquery(naming.values("updated_at")[:1]))
    found: dict[int, datetime] = {}
    for key, merged_into, latest in updated.values_list("pk", "merged_into", "latest"):
        present = merged_into or key
        if latest:
            found[present] = max(latest, found.get(present, latest))
    return found
