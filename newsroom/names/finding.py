"""Lets readers find topics and outlets by what they are called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from newsroom.search import index
from newsroom.search.index.entries import Entry

if TYPE_CHECKING:
    from newsroom.names.models import Named


def let_names_be_found(things: Sequence["Named"]) -> None:
    """Let readers find each of these things, as ``be_found`` does; as many queries for many as for one of each kind."""
    index.index_many(entries_of(things))


def entries_of(things: Sequence["Named"]) -> list[Entry]:
    """Return by which words each of these things is found. One query for each kind."""
    entries: list[Entry] = []
    for kind in dict.fromkeys(thing.address_kind for thing in things):
        same = {thing.pk: thing for thing in things if thing.address_kind == kind}
        further: dict[int, list[str]] = {key: [] for key in same}
        alias: Any = next(iter(same.values())).aliases.model
        of_these = alias._default_manager.filter(**{f"{alias.leads_to}__in": same, "is_findable": True})
        for leads_to, name in of_these.order_by("name", "pk").values_list(alias.leads_to, "name"):
            further[leads_to].append(name)
        entries += [thing.entry(further[thing.pk]) for thing in same.values()]
    return entries
