"""Merge two topics or two outlets. The merged entity keeps its row, which refers to the remaining one."""

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

CHANGED = "One of the two has changed in the meantime. Check the changes again, then merge."


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The effects of a merge: the names and addresses that move, and what becomes of the merged entity's fields.

    ``taken_over`` holds the labels of the fields that the remaining entity takes over. ``not_taken_over`` holds the
    labels of the other ``merged_fields`` that have a value. ``is_seen`` says whether readers have seen the merged
    entity. ``digest`` identifies the state on which the plan is based.
    """

    names: list[str]
    addresses: list[str]
    is_seen: bool
    taken_over: list[str] = field(default_factory=list)
    not_taken_over: list[str] = field(default_factory=list)
    digest: str = ""


def state_digest(one: NamedEntity, other: NamedEntity) -> str:
    """Return a digest that changes whenever one of the two entities changes."""
    states = [track_changes.state_of(one), track_changes.state_of(other), one.merged_into_id, other.merged_into_id]
    return hashlib.sha256(json.dumps(states, sort_keys=True, default=str).encode()).hexdigest()[:32]


def plan_merge(source: NamedEntity, into: NamedEntity, *, at: datetime) -> MergePlan:
    """Return the plan of what ``merge_entities`` would do at ``at``."""
    is_seen = _is_seen(source, at)
    taken_over: list[str] = []
    not_taken_over: list[str] = []
    for names in source.merged_fields:
        label = str(source._meta.get_field(names[0]).verbose_name)  # type: ignore[union-attr]  # a field, not a relation
        if getattr(source, names[0]):
            (not_taken_over if getattr(into, names[0]) or not is_seen else taken_over).append(label)
    return MergePlan(
        names=[source.name, *(alias.name for alias in source.aliases.all())],
        addresses=list(Address.objects.slugs_of(source.address_kind, source.uid)),
        is_seen=is_seen,
        taken_over=taken_over,
        not_taken_over=not_taken_over,
        digest=state_digest(source, into),
    )


@invalidation()
def merge_entities(source: NamedEntity, into: NamedEntity, *, by: User, seen: str = "") -> None:
    """Merge ``source`` into ``into``, as ``topics.merge.merge_topics`` describes. The caller must check the permission.

    ``seen`` is the digest of the plan that the user saw, or empty. Raise ValidationError if one of the two has changed
    since then, no longer exists or has already been merged, or if both are the same.
    """
    manager: Any = type(source)._default_manager
    kind = str(source._meta.verbose_name)
    rows = {row.pk: row for row in manager.select_for_update().filter(pk__in=[source.pk, into.pk]).order_by("pk")}
    if len(rows) < len({source.pk, into.pk}):
        raise ValidationError("One of the two no longer exists.", code="gone")
    remaining, merged = rows[into.pk], rows[source.pk]
    _require_mergeable(merged, remaining, kind=kind)
    if seen and seen != state_digest(merged, remaining):
        raise ValidationError(CHANGED, code="changed")
    merged_before, remaining_before = track_changes.state_of(merged), track_changes.state_of(remaining)
    is_seen = _is_seen(merged, clock.now())
    _move_names(merged, remaining, is_seen=is_seen)
    manager.filter(merged_into=merged).update(merged_into=remaining)
    merged.merged_into = remaining
    merged.save()
    if is_seen:  # text that readers have not seen may come from a draft
        _take_over_fields(merged, remaining)
    remaining.update_index()
    remaining.invalidate_pages()
    if Address.objects.filter(kind=merged.address_kind, uid=merged.uid).exists():
        Address.objects.claim(merged.address_kind, merged.slug, merged.uid)
        Address.objects.get_or_create(kind=merged.address_kind, slug=remaining.slug, defaults={"uid": remaining.uid})
    after = {"into": str(remaining.uid), "to": remaining.name}
    Event.objects.write(kind, merged.uid, "merged", by=by, before=merged_before, after=after)
    Event.objects.write(kind, remaining.uid, "took in", by=by, after={"from": str(merged.uid), "name": merged.name})
    track_changes.record_changed(
        remaining, _without_names(remaining_before), by=by, reason=f"Merged from “{merged.name}”"
    )


def _is_seen(entity: NamedEntity, at: datetime) -> bool:
    manager: Any = type(entity)._default_manager
    return bool(manager.filter(pk=entity.pk).ever_public(at).exists())


def _require_mergeable(merged: NamedEntity, remaining: NamedEntity, *, kind: str) -> None:
    article = "An" if kind[:1] in "aeiou" else "A"
    if remaining.pk == merged.pk:
        raise ValidationError(f"{article} {kind} can’t be merged into itself.", code="same")
    if remaining.merged_into_id is not None:
        raise ValidationError(
            f"“{remaining}” has already been merged into another {kind}. Choose that one.", code="merged"
        )
    if merged.merged_into_id is not None:
        raise ValidationError(f"“{merged}” has already been merged into another {kind}.", code="merged")


def _move_names(merged: Any, remaining: Any, *, is_seen: bool) -> None:
    alias_model: Any = merged.aliases.model
    leads_to = alias_model.leads_to
    if not is_seen:
        alias_model.objects.filter(**{leads_to: merged}).update(is_findable=False)
    alias_model.objects.filter(**{leads_to: merged}).update(**{leads_to: remaining})
    if merged.folded_name != remaining.folded_name:
        defaults = {leads_to: remaining, "name": merged.name, "is_findable": is_seen}
        alias_model.objects.get_or_create(folded=merged.folded_name, defaults=defaults)


def _take_over_fields(merged: Any, remaining: Any) -> None:
    empty_fields = [names for names in remaining.merged_fields if not getattr(remaining, names[0])]
    taken_over = [name for names in empty_fields if getattr(merged, names[0]) for name in names]
    for name in taken_over:
        setattr(remaining, name, getattr(merged, name))
    if taken_over:
        remaining.save()


def _without_names(state: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in state.items() if not name.endswith("aliases")}
