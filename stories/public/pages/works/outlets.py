"""Outlets as public pages print them: present name, kind and country."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newsroom.db.statements import PreparedQuery
from newsroom.outlets.models import Outlet, OutletKind
from newsroom.text.join import join_list
from stories.documents import NamedOutlet


@dataclass(frozen=True, slots=True)
class OutletShown:
    """An outlet as printed. The address, kind and country of a proposed name are empty."""

    name: str
    url: str = ""
    kind: str = ""
    country: str = ""

    @property
    def about(self) -> str:
        """Its kind and country."""
        return join_list((self.kind, self.country))


type Outlets = Mapping[UUID, OutletShown]


_OF_UIDS = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).select_related("merged_into").order_by())


def outlets_of(uids: Collection[UUID]) -> dict[UUID, OutletShown]:
    """Return the present outlets with these uids; a merged one is the one into which it was merged. One query."""
    found = {}
    for outlet in _OF_UIDS(uids=uids) if uids else ():
        present = outlet.remaining
        found[outlet.uid] = OutletShown(
            present.name, present.get_absolute_url(), str(OutletKind(present.kind).label), present.country
        )
    return found


def outlets_as_printed(named: Collection[NamedOutlet], *, at: datetime) -> dict[UUID, OutletShown]:
    """Return the outlets under the names printed then; one that is public at ``at`` links to its page.

    It takes two queries.
    """
    printed = {outlet.uid: outlet.name for outlet in named if outlet.uid}
    found = Outlet.objects.filter(uid__in=printed).select_related("merged_into")
    present = {outlet.uid: outlet.remaining for outlet in found}
    public = set(
        Outlet.objects.public(at).filter(pk__in={outlet.pk for outlet in present.values()}).values_list("pk", flat=True)
    )
    return {
        uid: OutletShown(
            name, url=present[uid].get_absolute_url() if uid in present and present[uid].pk in public else ""
        )
        for uid, name in printed.items()
    }


def outlets_shown(named: Iterable[NamedOutlet], outlets: Outlets) -> tuple[OutletShown, ...]:
    """Return the named outlets in their order without repetition; an unknown one keeps its printed name."""
    found = [(name.uid and outlets.get(name.uid)) or OutletShown(name.name) for name in named]
    return tuple(dict.fromkeys(found))
