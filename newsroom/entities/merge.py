"""Merging of two topics or two outlets: the merged entity keeps its row, which points to the other."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.entities.models import NamedEntity
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address

CHANGED = "One of the two was changed while you were looking. Look again at what moves."


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do: which names and addresses lead on, which fields are taken over, and which are not.

    ``is_seen`` is whether readers have seen the merged entity. ``seen`` is the digest of the state on which this is
    based.
    """

    names: list[str]
    addresses: list[str]
    is_seen: bool
    taken_over: list[str] = field(default_factory=list)
    not_taken_over: list[str] = field(default_factory=list)
    digest: str = ""


def state_digest(one: NamedEntity, other: NamedEntity) -> str:
    """Return a digest that changes whenever one of the two entities does."""
    states = [track_changes.state_of(one), track_changes.state_of(other), one.merged_into_id, other.merged_into_id]
    return hashlib.sha256(json.dumps(states, sort_keys=True, default=str).encode()).hexdigest()[:32]


def plan_merge(source: NamedEntity, into: NamedEntity, *, at: datetime) -> MergePlan:
    """Return what ``merge_entities`` would do now."""
    is_seen = _is_seen(source, at)
    taken: list[str] = []
    left: list[str] = []
    for names in source.merged_fields:
        label = str(source._meta.get_field(names[0]).verbose_name)  # type: ignore[union-attr]  # a field, no relation
        if getattr(source, names[0]):
            (left if getattr(into, names[0]) or not is_seen else taken).append(label)
    return MergePlan(
        names=[source.name, *(alias.name for alias in source.aliases.all())],
        addresses=list(Address.objects.slugs_of(source.address_kind, source.uid)),
        is_seen=is_seen,
        taken_over=taken,
        not_taken_over=left,
        digest=state_digest(source, into),
    )


@invalidation()
def merge_entities(source: NamedEntity, into: NamedEntity, *, by: User, seen: str = "") -> None:
    """Merge ``source`` into ``into``, as ``topics.merge.merge_topics`` describes. The caller checks the permission."""
    things: Any = type(source)._default_manager
    what = source._meta.verbose_name
    rows = {row.pk: row for row in things.select_for_update().filter(pk__in=[source.pk, into.pk]).order_by("pk")}
    if len(rows) < len({source.pk, into.pk}):
        raise ValidationError("One of the two is not there any more.", code="gone")
    kept, gone = rows[into.pk], rows[source.pk]
    _refuse(gone, kept, what=str(what))
    if seen and seen != state_digest(gone, kept):
        raise ValidationError(CHANGED, code="changed")
    said, kept_said = track_changes.state_of(gone), track_changes.state_of(kept)
    is_seen = _is_seen(gone, clock.now())
    _move_names(gone, kept, is_seen=is_seen)
    things.filter(merged_into=gone).update(merged_into=kept)
    gone.merged_into = kept
    gone.save()
    if is_seen:  # otherwise readers would see text of a draft
        _take_over(gone, kept)
    kept.update_index()
    kept.invalidate_pages()
    kind = str(what)
    if Address.objects.filter(kind=gone.address_kind, uid=gone.uid).exists():
        Address.objects.claim(gone.address_kind, gone.slug, gone.uid)
        Address.objects.get_or_create(kind=gone.address_kind, slug=kept.slug, defaults={"uid": kept.uid})
    Event.objects.write(kind, gone.uid, "merged", by=by, before=said, after={"into": str(kept.uid), "to": kept.name})
    Event.objects.write(kind, kept.uid, "took in", by=by, after={"from": str(gone.uid), "name": gone.name})
    track_changes.record_changed(kept, _without_names(kept_said), by=by, reason=f"Taken over from “{gone.name}”")


def _is_seen(thing: NamedEntity, at: datetime) -> bool:
    things: Any = type(thing)._default_manager
    return bool(things.filter(pk=thing.pk).seen(at).exists())


def _refuse(gone: NamedEntity, kept: NamedEntity, *, what: str) -> None:
    article = "An" if what[:1] in "aeiou" else "A"
    if kept.pk == gone.pk:
        raise ValidationError(f"{article} {what} cannot be joined to itself.", code="same")
    if kept.merged_into_id is not None:
        raise ValidationError(f"“{kept}” was joined to another {what} already. Choose that one.", code="merged")
    if gone.merged_into_id is not None:
        raise ValidationError(f"“{gone}” was joined to another {what} already.", code="merged")


def _move_names(gone: Any, kept: Any, *, is_seen: bool) -> None:
    aliases: Any = gone.aliases.model
    leads_to = aliases.leads_to
    if not is_seen:
        aliases.objects.filter(**{leads_to: gone}).update(is_findable=False)
    aliases.objects.filter(**{leads_to: gone}).update(**{leads_to: kept})
    if gone.folded_name != kept.folded_name:
        own = {leads_to: kept, "name": gone.name, "is_findable": is_seen}
        aliases.objects.get_or_create(folded=gone.folded_name, defaults=own)


def _take_over(gone: Any, kept: Any) -> None:
    lacking = [names for names in kept.merged_fields if not getattr(kept, names[0])]
    taken = [name for names in lacking if getattr(gone, names[0]) for name in names]
    for name in taken:
        setattr(kept, name, getattr(gone, name))
    if taken:
        kept.save()


def _without_names(state: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in state.items() if not name.endswith("aliases")}
