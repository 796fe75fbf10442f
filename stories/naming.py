"""Names that wait: proposed topics and outlets become real, join one that exists, or are refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.addresses.models import Address
from newsroom.record.models import Event
from newsroom.text.folding import fold
from stories import revisions
from stories.models import Article, Outlet, OutletAlias, OutletKind, SourceSummary, Work, WorkTopic
from topics.models import Topic, TopicAlias, TopicKind

RIGHT = "stories.confirm_names"
REFUSAL = "Only editors and curators decide on names."


@dataclass(slots=True)
class WaitingName:
    """A name that is only proposed: what it would be, what was said of it, and the works that use it."""

    what: Literal["topic", "outlet"]
    name: str
    folded: str
    description: str = ""
    works: list[Work] = field(default_factory=list)


def waiting() -> list[WaitingName]:
    """Return every proposed name of works on the desk once, however it is written, topics first, by name."""
    found: dict[tuple[str, str], WaitingName] = {}
    topics = WorkTopic.objects.filter(topic=None, work__binned_at=None).select_related("work__story", "work__faq")
    for row in topics:
        _add(found, "topic", row.proposed_name, row.work, description=row.description)
    passages = SourceSummary.objects.exclude(proposed_outlets=[]).filter(story__binned_at=None).select_related("story")
    for passage in passages:
        for name in passage.proposed_outlets:
            _add(found, "outlet", name, passage.story)
    articles = Article.objects.filter(outlet=None).prefetch_related("citations__work")
    for article in articles:
        for citation in article.citations.all():
            if citation.work.binned_at is None:
                _add(found, "outlet", article.proposed_outlet, citation.work)
    return sorted(found.values(), key=lambda name: (name.what != "topic", name.folded))


def _add(
    found: dict[tuple[str, str], WaitingName],
    what: Literal["topic", "outlet"],
    name: str,
    work: Work,
    *,
    description: str = "",
) -> None:
    entry = found.setdefault((what, fold(name)), WaitingName(what, name, fold(name)))
    entry.description = entry.description or description
    if work.pk not in {known.pk for known in entry.works}:
        entry.works.append(work)


@transaction.atomic
def confirm_topic(name: str, *, by: User, kind: str = TopicKind.SUBJECT, description: str = "") -> Topic:
    """Make the proposed ``name`` a topic and use it wherever it waits; an existing one of this name is taken.

    Raises NotAllowedError without the right, ValidationError for a name without letters.
    """
    require(by, RIGHT, REFUSAL)
    topic = Topic.objects.called(name).first()
    if topic is None:
        topic = Topic(name=name.strip()[:200], kind=kind, description=description)
        topic.slug = Address.objects.free_slug("topic", topic.name, uid=topic.uid, taken=Topic.objects.all())
        topic.full_clean(exclude=["folded_name"])
        topic.save()
        Event.objects.write("topic", topic.uid, "confirmed", by=by, after={"name": topic.name})
    _use_topic(name, topic, by=by)
    return topic


@transaction.atomic
def join_topic(name: str, topic: Topic, *, by: User) -> None:
    """Let the proposed ``name`` lead to ``topic`` from now on, and use it wherever the name waits."""
    require(by, RIGHT, REFUSAL)
    alias = TopicAlias(topic=topic, name=name.strip()[:200])
    if not Topic.objects.called(name).exists():
        alias.save()
    elif Topic.objects.called(name).exclude(pk=topic.pk).exists():
        raise ValidationError(f"“{name}” already leads to another topic.", code="taken")
    _use_topic(name, topic, by=by)
    Event.objects.write("topic", topic.uid, "took in a proposed name", by=by, after={"name": name})


@transaction.atomic
def refuse_topic(name: str, *, by: User) -> None:
    """Take the proposed ``name`` out of every work where it waits."""
    require(by, RIGHT, REFUSAL)
    rows = _waiting_topics(name)
    WorkTopic.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _record({row.work for row in rows}, by=by, reason=f"The topic “{name}” was refused")


def _waiting_topics(name: str) -> list[WorkTopic]:
    folded = fold(name)
    rows = WorkTopic.objects.filter(topic=None, work__binned_at=None).select_related("work")
    return [row for row in rows if fold(row.proposed_name) == folded]


def _use_topic(name: str, topic: Topic, *, by: User) -> None:
    rows = _waiting_topics(name)
    for row in rows:
        if WorkTopic.objects.filter(work=row.work, topic=topic).exists():
            row.delete()
        else:
            row.topic = topic
            row.proposed_name = ""
            row.save()
    _record({row.work for row in rows}, by=by, reason=f"“{name}” became the topic {topic}")


@transaction.atomic
def confirm_outlet(name: str, *, by: User, kind: str = OutletKind.NEWSPAPER, country: str = "") -> Outlet:
    """Make the proposed ``name`` an outlet and use it wherever it waits; an existing one of this name is taken.

    Raises NotAllowedError without the right, ValidationError for a name without letters.
    """
    require(by, RIGHT, REFUSAL)
    outlet = Outlet.objects.called(name).first()
    if outlet is None:
        outlet = Outlet(name=name.strip()[:200], kind=kind, country=country)
        outlet.slug = Address.objects.free_slug("source", outlet.name, uid=outlet.uid, taken=Outlet.objects.all())
        outlet.full_clean(exclude=["folded_name"])
        outlet.save()
        Event.objects.write("outlet", outlet.uid, "confirmed", by=by, after={"name": outlet.name})
    _use_outlet(name, outlet, by=by)
    return outlet


@transaction.atomic
def join_outlet(name: str, outlet: Outlet, *, by: User) -> None:
    """Let the proposed ``name`` lead to ``outlet`` from now on, and use it wherever the name waits."""
    require(by, RIGHT, REFUSAL)
    if not Outlet.objects.called(name).exists():
        OutletAlias.objects.create(outlet=outlet, name=name.strip()[:200])
    elif Outlet.objects.called(name).exclude(pk=outlet.pk).exists():
        raise ValidationError(f"“{name}” already leads to another outlet.", code="taken")
    _use_outlet(name, outlet, by=by)
    Event.objects.write("outlet", outlet.uid, "took in a proposed name", by=by, after={"name": name})


@transaction.atomic
def refuse_outlet(name: str, *, by: User) -> None:
    """Take the proposed ``name`` out of every passage where it waits; articles keep it until they are mended."""
    require(by, RIGHT, REFUSAL)
    _use_outlet(name, None, by=by)


def _use_outlet(name: str, outlet: Outlet | None, *, by: User) -> None:
    folded = fold(name)
    works: set[Work] = set()
    for passage in SourceSummary.objects.exclude(proposed_outlets=[]).select_related("story"):
        rest = [proposed for proposed in passage.proposed_outlets if fold(proposed) != folded]
        if rest != passage.proposed_outlets:
            passage.proposed_outlets = rest
            passage.save()
            if outlet:
                passage.outlets.add(outlet)
            works.add(passage.story)
    if outlet:
        for article in Article.objects.filter(outlet=None):
            if fold(article.proposed_outlet) == folded:
                article.outlet = outlet
                article.proposed_outlet = ""
                article.save()
                works.update(citation.work for citation in article.citations.select_related("work"))
    reason = f"“{name}” became the outlet {outlet}" if outlet else f"The outlet “{name}” was refused"
    _record(works, by=by, reason=reason)


def _record(works: Iterable[Work], *, by: User, reason: str) -> None:
    for work in sorted(works, key=lambda each: each.pk):
        revisions.record(work, by=by, reason=reason)
