"""Decisions on proposed names: confirm one as a topic or an outlet, merge it into an existing one, or reject it.

The module also merges two outlets, and lists what cites an outlet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.db.models.lookups import IsNull

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.entities.merge import merge_entities
from newsroom.entities.models import MAX_NAME_LENGTH, EntityQuerySet, NamedEntity
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from stories.documents import AnyDocument, Explainer
from stories.drafts import revisions
from stories.drafts.publication_status import get_specific
from stories.models import (
    FAQ,
    Article,
    Citation,
    Document,
    Edition,
    Outlet,
    OutletHost,
    OutletKind,
    SourceSummary,
    Work,
    WorkTopic,
)
from topics.models import Topic, TopicKind

RIGHT = "stories.confirm_names"
MOST_WAITING = 500
REFUSAL = "Only editors and curators decide on names."


@dataclass(slots=True)
class ProposedName:
    """A proposed name: the kind of entity, its description, and the works that use it."""

    what: Literal["topic", "outlet"]
    name: str
    folded: str
    description: str = ""
    works: list[Work] = field(default_factory=list)


def list_proposed_names() -> list[ProposedName]:
    """Return the proposed names of works outside the trash, topics first, by name; spellings are folded together.

    Only the ``MOST_WAITING`` oldest rows of each kind are read.
    """
    found: dict[tuple[str, str], ProposedName] = {}
    topics = WorkTopic.objects.filter(topic=None, work__binned_at=None).select_related("work__story", "work__faq")
    for row in topics.order_by("pk")[:MOST_WAITING]:
        _add(found, "topic", row.proposed_name, row.work, description=row.description)
    passages = SourceSummary.objects.with_proposed_outlets().filter(story__binned_at=None).select_related("story")
    for passage in passages.order_by("pk")[:MOST_WAITING]:
        for name in passage.proposed_outlets:
            _add(found, "outlet", name, passage.story)
    articles = Article.objects.filter(outlet=None).order_by("pk")
    cited = articles.prefetch_related("citations__work__story", "citations__work__faq")
    for article in cited[:MOST_WAITING]:
        for citation in article.citations.all():
            if citation.work.binned_at is None:
                _add(found, "outlet", article.proposed_outlet, citation.work)
    return sorted(found.values(), key=lambda name: (name.what != "topic", name.folded))


def _add(
    found: dict[tuple[str, str], ProposedName],
    what: Literal["topic", "outlet"],
    name: str,
    work: Work,
    *,
    description: str = "",
) -> None:
    entry = found.setdefault((what, fold(name)), ProposedName(what, name, fold(name)))
    entry.description = entry.description or description
    if work.pk not in {known.pk for known in entry.works}:
        entry.works.append(get_specific(work))


@invalidation()
def confirm_topic(name: str, *, by: User, kind: str = TopicKind.SUBJECT, description: str = "") -> Topic:
    """Create the topic ``name``, or take an existing one of this name, and use it in every work that proposes it.

    Raise NotAllowedError without permission, and ValidationError for a name without letters.
    """
    require_permission(by, RIGHT, REFUSAL)
    topic = _known_or_new(Topic, name, by=by, kind=kind, description=description)
    _use_topic(name, topic, by=by)
    return topic


@invalidation()
def merge_name_into_topic(name: str, topic: Topic, *, by: User) -> None:
    """Add the proposed ``name`` to ``topic`` as an alias, and use the topic in every work that proposes the name.

    Search finds the topic by the alias only if an edition of one of these works printed it. Raise NotAllowedError
    without permission, and ValidationError if the name belongs to another topic.
    """
    require_permission(by, RIGHT, REFUSAL)
    _teach(name, topic, _use_topic(name, topic, by=by), by=by)


@invalidation()
def reject_topic(name: str, *, by: User) -> None:
    """Remove the proposed ``name`` from every work that proposes it."""
    require_permission(by, RIGHT, REFUSAL)
    rows = _waiting_topics(name)
    WorkTopic.objects.filter(pk__in=[row.pk for row in rows]).delete()
    works = {row.work for row in rows}
    _record(works, by=by, reason=f"The topic “{name}” was refused")
    _tell_refused("topic", name, works, by=by)


def _known_or_new[Thing: NamedEntity](model: type[Thing], name: str, *, by: User, **fields: str) -> Thing:
    """Return the topic or outlet with this name, created with ``fields`` if there is none."""
    # every NamedEntity has this queryset
    things: EntityQuerySet[Thing] = model._default_manager.all()  # type: ignore[assignment]
    if known := things.with_name(name).first():
        return known
    thing = model(name=name.strip()[:MAX_NAME_LENGTH], **fields)
    thing.slug = Address.objects.find_free_slug(thing.address_kind, thing.name, uid=thing.uid, taken=things)
    thing.full_clean(exclude=["folded_name"])
    thing.save()
    Event.objects.write(str(model._meta.model_name), thing.uid, "confirmed", by=by, after={"name": thing.name})
    return thing


def _teach(name: str, thing: Topic | Outlet, works: Iterable[Work], *, by: User) -> None:
    """Add ``name``, which ``works`` proposed, to ``thing`` as an alias.

    Raise ValidationError if it belongs to another entity.
    """
    known = type(thing).objects.with_name(name)
    if known.exclude(pk=thing.pk).exists():
        raise ValidationError(f"“{name}” already leads to another {thing._meta.verbose_name}.", code="taken")
    if not known.exists():
        thing.aliases.create(name=name.strip()[:MAX_NAME_LENGTH], is_findable=_is_printed(name, works))
    kind = str(thing._meta.model_name)
    Event.objects.write(kind, thing.uid, "took in a proposed name", by=by, after={"name": name})


def _is_printed(name: str, works: Iterable[Work]) -> bool:
    """Return whether an edition of one of these works that has begun prints this name."""
    folded = fold(name)
    editions = Edition.objects.filter(
        work__in=[work.pk for work in works], live_from__lte=clock.now()
    ).without_cancelled()
    documents = Document.objects.filter(editions__in=editions).distinct()
    return any(fold(printed) == folded for document in documents for printed in _names_in(document.value()))


def _names_in(document: AnyDocument) -> Iterator[str]:
    yield from (topic.name for topic in document.topics)
    yield from (cited.outlet.name for cited in document.citations)
    if isinstance(document, Explainer):
        yield from (outlet.name for passage in document.passages for outlet in passage.outlets)


def _waiting_topics(name: str) -> list[WorkTopic]:
    folded = fold(name)
    rows = WorkTopic.objects.filter(topic=None, work__binned_at=None).select_related("work")
    return [row for row in rows if fold(row.proposed_name) == folded]


def _use_topic(name: str, topic: Topic, *, by: User) -> set[Work]:
    rows = _waiting_topics(name)
    for row in rows:
        if WorkTopic.objects.filter(work=row.work, topic=topic).exists():
            row.delete()
        else:
            row.topic = topic
            row.proposed_name = ""
            row.save()
    works = {row.work for row in rows}
    _record(works, by=by, reason=f"“{name}” became the topic {topic}")
    return works


@invalidation()
def confirm_outlet(name: str, *, by: User, kind: str = OutletKind.NEWSPAPER, country: str = "") -> Outlet:
    """Create the outlet ``name``, or take an existing one of this name, and use it in every work that proposes it.

    Raise NotAllowedError without permission, and ValidationError for a name without letters.
    """
    require_permission(by, RIGHT, REFUSAL)
    outlet = _known_or_new(Outlet, name, by=by, kind=kind, country=country)
    _use_outlet(name, outlet, by=by)
    return outlet


@invalidation()
def merge_name_into_outlet(name: str, outlet: Outlet, *, by: User) -> None:
    """Add the proposed ``name`` to ``outlet`` as an alias, as ``join_topic`` does for topics."""
    require_permission(by, RIGHT, REFUSAL)
    _teach(name, outlet, _use_outlet(name, outlet, by=by), by=by)


@invalidation()
def reject_outlet(name: str, *, by: User) -> None:
    """Remove the proposed ``name`` from every passage; articles keep it until somebody corrects them."""
    require_permission(by, RIGHT, REFUSAL)
    _tell_refused("outlet", name, _use_outlet(name, None, by=by), by=by)


def _use_outlet(name: str, outlet: Outlet | None, *, by: User) -> set[Work]:
    folded = fold(name)
    works: set[Work] = set()
    for passage in SourceSummary.objects.with_proposed_outlets().select_related("story"):
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
                with track_changes.track_changes(article, by=by, reason=f"“{name}” became the outlet {outlet}"):
                    article.outlet = outlet
                    article.proposed_outlet = ""
                    article.save()
                works.update(citation.work for citation in article.citations.select_related("work"))
    reason = f"“{name}” became the outlet {outlet}" if outlet else f"The outlet “{name}” was refused"
    _record(works, by=by, reason=reason)
    return works


def _tell_refused(what: str, name: str, works: Iterable[Work], *, by: User) -> None:
    for work in works:
        Event.objects.write(work.kind, work.uid, "name refused", by=by, after={"what": what, "name": name})


def _record(works: Iterable[Work], *, by: User, reason: str) -> None:
    for work in sorted(works, key=lambda each: each.pk):
        revisions.record_revision(work, by=by, reason=reason)


RIGHT_TO_MERGE = "stories.change_outlet"


@invalidation()
def merge_outlets(source: Outlet, into: Outlet, *, by: User, seen: str = "") -> None:
    """Merge ``source`` into ``into``, as ``topics.merge_topics`` does for topics; past editions keep the printed name.

    The hosts of ``source`` move too. Raise NotAllowedError without permission, and ValidationError if both are the
    same, if one was merged before, or if one changed since ``seen``.
    """
    require_permission(by, RIGHT_TO_MERGE, "Only curators join outlets.")
    merge_entities(source, into, by=by, seen=seen)
    _move_hosts(Outlet.objects.get(pk=source.pk), Outlet.objects.get(pk=into.pk), by=by)


def _move_hosts(gone: Outlet, kept: Outlet, *, by: User) -> None:
    hosts = set(gone.further_hosts.split())
    if gone.home_host and not OutletHost.objects.filter(host=gone.home_host).exists():
        hosts.add(gone.home_host)
    hosts -= {kept.home_host}
    if gone.further_hosts:
        gone.further_hosts = ""
        gone.save()
    if hosts:
        with track_changes.track_changes(kept, by=by, reason=f"Taken over from “{gone.name}”"):
            kept.further_hosts = "\n".join([kept.further_hosts, *hosts])
            kept.save()


def questions_citing(outlet: Outlet, *, limit: int) -> list[FAQ]:
    """Return the newest questions outside the trash that cite an article of the outlet, at most ``limit``."""
    citing = Citation.objects.filter(work=OuterRef("pk"), article__outlet=outlet)
    # A scalar subquery: for EXISTS, PostgreSQL would build a list of all citations.
    cites = IsNull(Subquery(citing.order_by().values("pk")[:1]), False)
    return list(FAQ.objects.outside_trash().filter(cites).order_by("-pk")[:limit])


def newest_articles_of(outlet: Outlet, *, limit: int) -> list[Article]:
    """Return the newest articles of the outlet, at most ``limit``."""
    return list(Article.objects.filter(outlet=outlet).order_by("-pk")[:limit])
