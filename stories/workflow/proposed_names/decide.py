"""Decisions on proposed names: confirm one as a topic or an outlet, merge it into an existing one, or reject it.

The module also merges outlets, and lists the articles of an outlet and the questions that cite them.
"""

from collections.abc import Collection, Iterable, Iterator
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
from stories.documents import AnyDocument
from stories.documents.as_shown import as_shown
from stories.documents.walk import list_outlets
from stories.drafts import revisions
from stories.drafts.publication_status import get_specific
from stories.models import (
    FAQ,
    Article,
    Citation,
    ClaimCell,
    Document,
    Edition,
    Outlet,
    OutletHost,
    OutletKind,
    SourceSummary,
    Story,
    StoryClaim,
    StoryForecast,
    Work,
    WorkTopic,
)
from topics.models import Topic, TopicKind

CONFIRM_PERMISSION = "stories.confirm_names"
_MAX_ROWS = 500
_REFUSAL = "Only editors and curators can confirm names."


@dataclass(slots=True)
class ProposedName:
    """A proposed name, with the kind and the description of the entity, and the works that propose the name."""

    what: Literal["topic", "outlet"]
    name: str
    folded: str
    description: str = ""
    works: list[Work] = field(default_factory=list)


def list_proposed_names() -> list[ProposedName]:
    """Return the proposed names of works outside the trash: topics first, then outlets, each ordered by name.

    Names with the same folded form are one name. Only the ``_MAX_ROWS`` oldest rows of each kind are read.
    """
    names: dict[tuple[str, str], ProposedName] = {}
    topics = WorkTopic.objects.filter(topic=None, work__binned_at=None).select_related("work__story", "work__faq")
    for row in topics.order_by("pk")[:_MAX_ROWS]:
        _add_name(names, "topic", row.proposed_name, row.work, description=row.description)
    passages = SourceSummary.objects.with_proposed_outlets().filter(story__binned_at=None).select_related("story")
    for passage in passages.order_by("pk")[:_MAX_ROWS]:
        for name in passage.proposed_outlets:
            _add_name(names, "outlet", name, passage.story)
    for proposing, story in _list_rows_with_proposed_outlet(limit=_MAX_ROWS):
        if story.binned_at is None:
            _add_name(names, "outlet", proposing.proposed_outlet, story)
    articles = Article.objects.filter(outlet=None).order_by("pk")
    cited = articles.prefetch_related("citations__work__story", "citations__work__faq")
    for article in cited[:_MAX_ROWS]:
        for citation in article.citations.all():
            if citation.work.binned_at is None:
                _add_name(names, "outlet", article.proposed_outlet, citation.work)
    return sorted(names.values(), key=lambda each: (each.what != "topic", each.folded))


def find_proposal(what: Literal["topic", "outlet"], name: str) -> ProposedName | None:
    """Return the proposed name, or None if no work outside the trash proposes it."""
    return next((each for each in list_proposed_names() if (each.what, each.folded) == (what, fold(name))), None)


def find_entity(what: Literal["topic", "outlet"], name: str) -> Topic | Outlet | None:
    """Return the topic or outlet with this name or alias, or None."""
    entities: EntityQuerySet[Topic] | EntityQuerySet[Outlet] = (Topic if what == "topic" else Outlet).objects.all()
    return entities.with_name(name).first()


def find_decided(what: Literal["topic", "outlet"], name: str) -> Topic | Outlet | None:
    """Return the topic or outlet with this name if nobody proposes the name any more, or None."""
    entity = find_entity(what, name)
    return None if entity and find_proposal(what, name) else entity


def list_document_names(document: AnyDocument) -> list[ProposedName]:
    """Return the names of topics and outlets that a document proposes, without works, in order of appearance."""
    names: dict[tuple[str, str], ProposedName] = {}
    for topic in document.topics:
        if not topic.topic:
            key = ("topic", fold(topic.name))
            names.setdefault(key, ProposedName("topic", topic.name, fold(topic.name), topic.description))
    # No form has origins, so nobody could decide their names.
    for outlet in list_outlets(as_shown(document)):
        if outlet.name and not outlet.uid:
            names.setdefault(("outlet", fold(outlet.name)), ProposedName("outlet", outlet.name, fold(outlet.name)))
    return list(names.values())


def _list_rows_with_proposed_outlet(*, limit: int | None = None) -> list[tuple[ClaimCell | StoryForecast, Story]]:
    """Return the oldest cells and forecasts with a proposed outlet, each with its story, at most ``limit`` of each."""
    cells = ClaimCell.objects.filter(outlet=None).select_related("claim__story").order_by("pk")[:limit]
    forecasts = StoryForecast.objects.exclude(proposed_outlet="").select_related("story").order_by("pk")[:limit]
    return [*((cell, cell.claim.story) for cell in cells), *((each, each.story) for each in forecasts)]


def _add_name(
    names: dict[tuple[str, str], ProposedName],
    kind: Literal["topic", "outlet"],
    name: str,
    work: Work,
    *,
    description: str = "",
) -> None:
    entry = names.setdefault((kind, fold(name)), ProposedName(kind, name, fold(name)))
    entry.description = entry.description or description
    if work.pk not in {each.pk for each in entry.works}:
        entry.works.append(get_specific(work))


def confirm_name(proposal: ProposedName, *, kind: str, by: User) -> Topic | Outlet:
    """Confirm a proposed name as a topic or an outlet of this kind, as ``confirm_topic`` and ``confirm_outlet`` do."""
    if proposal.what == "topic":
        return confirm_topic(proposal.name, by=by, kind=kind, description=proposal.description)
    return confirm_outlet(proposal.name, by=by, kind=kind)


def merge_name(name: str, entity: Topic | Outlet, *, by: User) -> None:
    """Merge a proposed name into a topic or an outlet, as ``merge_name_into_topic`` does for topics."""
    if isinstance(entity, Topic):
        merge_name_into_topic(name, entity, by=by)
    else:
        merge_name_into_outlet(name, entity, by=by)


def reject_name(what: Literal["topic", "outlet"], name: str, *, by: User) -> None:
    """Reject a proposed name, as ``reject_topic`` and ``reject_outlet`` do."""
    reject = reject_topic if what == "topic" else reject_outlet
    reject(name, by=by)


@invalidation()
def confirm_topic(name: str, *, by: User, kind: str = TopicKind.SUBJECT, description: str = "") -> Topic:
    """Get or create the topic ``name``, use it in every work outside the trash that proposes this name, and return it.

    A new topic has this kind and description. Raise NotAllowedError if the user may not confirm names. Raise
    ValidationError for a name without letters.
    """
    require_permission(by, CONFIRM_PERMISSION, _REFUSAL)
    topic = _get_or_create(Topic, name, by=by, kind=kind, description=description)
    _use_topic(name, topic, by=by)
    return topic


@invalidation()
def merge_name_into_topic(name: str, topic: Topic, *, by: User) -> None:
    """Add the proposed ``name`` to ``topic`` as an alias, and use the topic in works that propose the name.

    Works in the trash are not changed.

    Readers can search for the topic by this alias only if a live or past edition of one of these works contains the
    name. Raise NotAllowedError if the user may not confirm names. Raise ValidationError if the name belongs to another
    topic.
    """
    require_permission(by, CONFIRM_PERMISSION, _REFUSAL)
    _add_alias(name, topic, _use_topic(name, topic, by=by), by=by)


@invalidation()
def reject_topic(name: str, *, by: User) -> None:
    """Remove the proposed ``name`` from every work outside the trash that proposes it.

    Raise NotAllowedError if the user may not confirm names.
    """
    require_permission(by, CONFIRM_PERMISSION, _REFUSAL)
    rows = _load_proposing_rows(name)
    WorkTopic.objects.filter(pk__in=[row.pk for row in rows]).delete()
    works = {row.work for row in rows}
    _record_revisions(works, by=by, reason=f"The topic “{name}” was rejected")
    _log_rejection("topic", name, works, by=by)


def _get_or_create[Entity: NamedEntity](model: type[Entity], name: str, *, by: User, **fields: str) -> Entity:
    """Return the topic or outlet with this name; create it with ``fields``, with an audit entry, if there is none.

    Raise ValidationError for a name without letters.
    """
    # Every NamedEntity has this QuerySet class.
    entities: EntityQuerySet[Entity] = model._default_manager.all()  # type: ignore[assignment]
    if existing := entities.with_name(name).first():
        return existing
    entity = model(name=name.strip()[:MAX_NAME_LENGTH], **fields)
    entity.slug = Address.objects.find_free_slug(entity.address_kind, entity.name, uid=entity.uid, taken=entities)
    entity.full_clean(exclude=["folded_name"])
    entity.save()
    Event.objects.write(str(model._meta.model_name), entity.uid, "confirmed", by=by, after={"name": entity.name})
    return entity


def _add_alias(name: str, entity: Topic | Outlet, works: Iterable[Work], *, by: User) -> None:
    """Add ``name``, which ``works`` proposed, to ``entity`` as an alias, and write an audit entry.

    Raise ValidationError if the name belongs to another entity.
    """
    with_name = type(entity).objects.with_name(name)
    if with_name.exclude(pk=entity.pk).exists():
        raise ValidationError(f"“{name}” is already a name of another {entity._meta.verbose_name}.", code="taken")
    if not with_name.exists():
        entity.aliases.create(name=name.strip()[:MAX_NAME_LENGTH], is_findable=_is_published(name, works))
    kind = str(entity._meta.model_name)
    Event.objects.write(kind, entity.uid, "took in a proposed name", by=by, after={"name": name})


def _is_published(name: str, works: Iterable[Work]) -> bool:
    """Return whether a live or past edition of one of these works contains this name."""
    folded = fold(name)
    editions = Edition.objects.filter(
        work__in=[work.pk for work in works], live_from__lte=clock.now()
    ).without_cancelled()
    documents = Document.objects.filter(editions__in=editions).distinct()
    return any(fold(other) == folded for document in documents for other in _iter_names(document.value()))


def _iter_names(document: AnyDocument) -> Iterator[str]:
    """Yield the names of the topics and outlets that readers see in a document."""
    yield from (topic.name for topic in document.topics)
    yield from (outlet.name for outlet in list_outlets(as_shown(document)))


def _load_proposing_rows(name: str) -> list[WorkTopic]:
    """Return the topic rows of works outside the trash that propose this name."""
    folded = fold(name)
    rows = WorkTopic.objects.filter(topic=None, work__binned_at=None).select_related("work")
    return [row for row in rows if fold(row.proposed_name) == folded]


def _use_topic(name: str, topic: Topic, *, by: User) -> set[Work]:
    rows = _load_proposing_rows(name)
    for row in rows:
        if WorkTopic.objects.filter(work=row.work, topic=topic).exists():
            row.delete()
        else:
            row.topic = topic
            row.proposed_name = ""
            row.save()
    works = {row.work for row in rows}
    _record_revisions(works, by=by, reason=f"“{name}” became the topic {topic}")
    return works


@invalidation()
def confirm_outlet(name: str, *, by: User, kind: str = OutletKind.NEWSPAPER, country: str = "") -> Outlet:
    """Get or create the outlet ``name``, use it wherever this name is proposed, and return it.

    A new outlet has this kind and country. Raise NotAllowedError if the user may not confirm names. Raise
    ValidationError for a name without letters.
    """
    require_permission(by, CONFIRM_PERMISSION, _REFUSAL)
    outlet = _get_or_create(Outlet, name, by=by, kind=kind, country=country)
    _use_outlet(name, outlet, by=by)
    return outlet


@invalidation()
def merge_name_into_outlet(name: str, outlet: Outlet, *, by: User) -> None:
    """Add the proposed ``name`` to ``outlet`` as an alias, as ``merge_name_into_topic`` does for topics.

    Works in the trash are changed too. Raise the same exceptions as ``merge_name_into_topic``.
    """
    require_permission(by, CONFIRM_PERMISSION, _REFUSAL)
    _add_alias(name, outlet, _use_outlet(name, outlet, by=by), by=by)


@invalidation()
def reject_outlet(name: str, *, by: User) -> None:
    """Remove the proposed ``name`` from every passage and forecast.

    Articles and the cells of claims keep it until somebody corrects them. Raise NotAllowedError if the user may not
    confirm names.
    """
    require_permission(by, CONFIRM_PERMISSION, _REFUSAL)
    _log_rejection("outlet", name, _use_outlet(name, None, by=by), by=by)


def _use_outlet(name: str, outlet: Outlet | None, *, by: User) -> set[Work]:
    """Replace the proposed name with the outlet, or remove it if ``outlet`` is None. Return the changed works."""
    folded = fold(name)
    works: set[Work] = set()
    for passage in SourceSummary.objects.with_proposed_outlets().select_related("story"):
        remaining = [proposed for proposed in passage.proposed_outlets if fold(proposed) != folded]
        if remaining != passage.proposed_outlets:
            passage.proposed_outlets = remaining
            passage.save()
            if outlet:
                passage.outlets.add(outlet)
            works.add(passage.story)
    works |= _use_outlet_in_rows(folded, outlet)
    if outlet:
        for article in Article.objects.filter(outlet=None):
            if fold(article.proposed_outlet) == folded:
                with track_changes.track_changes(article, by=by, reason=f"“{name}” became the outlet {outlet}"):
                    article.outlet = outlet
                    article.proposed_outlet = ""
                    article.save()
                works.update(citation.work for citation in article.citations.select_related("work"))
    reason = f"“{name}” became the outlet {outlet}" if outlet else f"The outlet “{name}” was rejected"
    _record_revisions(works, by=by, reason=reason)
    return works


def _use_outlet_in_rows(folded: str, outlet: Outlet | None) -> set[Work]:
    """Replace or remove a proposed outlet in cells and forecasts, and return the changed works.

    A cell keeps a rejected name until somebody corrects it. It also keeps the name if the outlet has another cell in
    the same claim, because an editor has to choose between the two.
    """
    works: set[Work] = set()
    for row, story in _list_rows_with_proposed_outlet():
        if fold(row.proposed_outlet) != folded:
            continue
        if isinstance(row, ClaimCell) and (outlet is None or row.claim.cells.filter(outlet=outlet).exists()):
            continue
        row.outlet, row.proposed_outlet = outlet, ""
        row.save()
        works.add(story)
    return works


def _log_rejection(kind: str, name: str, works: Iterable[Work], *, by: User) -> None:
    for work in works:
        Event.objects.write(work.kind, work.uid, "name refused", by=by, after={"what": kind, "name": name})


def _record_revisions(works: Iterable[Work], *, by: User, reason: str) -> None:
    for work in sorted(works, key=lambda each: each.pk):
        revisions.record_revision(work, by=by, reason=reason)


MERGE_PERMISSION = "stories.change_outlet"


@invalidation()
def merge_outlets(source: Outlet, into: Outlet, *, by: User, seen: str = "", keep: Collection[str] = ()) -> None:
    """Merge ``source`` into ``into``, as ``topics.merge.merge_topics`` does for topics. Past editions keep the name.

    The hosts of ``source`` are moved too. Of two cells in the same claim, the one whose uid is in ``keep`` stays. Raise
    NotAllowedError if the user may not merge outlets. Raise ValidationError if they are the same outlet, if one has
    already been merged, if one has changed since the digest ``seen`` was made, or if ``keep`` does not say which of two
    cells stays.
    """
    require_permission(by, MERGE_PERMISSION, "Only curators can merge outlets.")
    works = _remove_common_cells(source, into, keep=keep)
    merge_entities(source, into, by=by, seen=seen)
    _record_revisions(works, by=by, reason=f"“{source}” was merged into “{into}”")
    _move_hosts(Outlet.objects.get(pk=source.pk), Outlet.objects.get(pk=into.pk), by=by)


def list_common_cells(source: Outlet, into: Outlet) -> list[tuple[StoryClaim, ClaimCell, ClaimCell]]:
    """Return the claims in which a story compares both outlets, each with the cells of ``source`` and of ``into``."""
    claims = StoryClaim.objects.filter(cells__outlet=source).filter(cells__outlet=into).select_related("story")
    cells = {
        (cell.claim_id, cell.outlet_id): cell
        for cell in ClaimCell.objects.filter(claim__in=claims, outlet__in=[source, into]).select_related("outlet")
    }
    return [(claim, cells[claim.pk, source.pk], cells[claim.pk, into.pk]) for claim in claims]


def _remove_common_cells(source: Outlet, into: Outlet, *, keep: Collection[str]) -> set[Work]:
    """Remove the cells that do not stay, and return the changed works."""
    works: set[Work] = set()
    for claim, *both in list_common_cells(source, into):
        removed = [cell for cell in both if str(cell.uid) not in keep]
        if len(removed) != 1:
            raise ValidationError(
                f"“{claim}” in “{claim.story}” compares “{source}” with “{into}”. Choose which of the two stays.",
                code="compared",
            )
        removed[0].delete()
        works.add(claim.story)
    return works


def _move_hosts(source: Outlet, target: Outlet, *, by: User) -> None:
    hosts = set(source.further_hosts.split())
    if source.home_host and not OutletHost.objects.filter(host=source.home_host).exists():
        hosts.add(source.home_host)
    hosts -= {target.home_host}
    if source.further_hosts:
        source.further_hosts = ""
        source.save()
    if hosts:
        with track_changes.track_changes(target, by=by, reason=f"Merged from “{source.name}”"):
            target.further_hosts = "\n".join([target.further_hosts, *hosts])
            target.save()


def list_citing_questions(outlet: Outlet, *, limit: int) -> list[FAQ]:
    """Return the ``limit`` newest questions outside the trash that cite an article of the outlet."""
    citations = Citation.objects.filter(work=OuterRef("pk"), article__outlet=outlet)
    # A scalar subquery, because for EXISTS, PostgreSQL would build a list of all citations.
    cites_outlet = IsNull(Subquery(citations.order_by().values("pk")[:1]), False)
    return list(FAQ.objects.outside_trash().filter(cites_outlet).order_by("-pk")[:limit])


def list_newest_articles(outlet: Outlet, *, limit: int) -> list[Article]:
    """Return the ``limit`` newest articles of the outlet."""
    return list(Article.objects.filter(outlet=outlet).order_by("-pk")[:limit])
