"""How outlets are printed on public pages: by their present name, with kind and country."""

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
    """An outlet beside its words. ``url`` is empty and the rest is missing while the name is only proposed."""

    name: str
    url: str = ""
    kind: str = ""
    country: str = ""

    @property
    def about(self) -> str:
        """What it is and where, in a few words."""
        return join_list((self.kind, self.country))


type Outlets = Mapping[UUID, OutletShown]


_OF_UIDS = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).select_related("merged_into").order_by())


def outlets_of(uids: Collection[UUID]) -> dict[UUID, OutletShown]:
    """Return the outlets of these uids as they are today; a merged one is the one it was merged into. One query."""
    found = {}
    for outlet in _OF_UIDS(uids=uids) if uids else ():
        present = outlet.present
        found[outlet.uid] = OutletShown(
            present.name, present.get_absolute_url(), str(OutletKind(present.kind).label), present.country
        )
    return found


def outlets_as_printed(named: Collection[NamedOutlet], *, at: datetime) -> dict[UUID, OutletShown]:
    """Return the outlets by the names they were printed with; one that is public at ``at`` leads to its page.

    Two queries.
    """
    printed = {outlet.uid: outlet.name for outlet in named if outlet.uid}
    found = Outlet.objects.filter(uid__in=printed).select_related("merged_into")
    present = {outlet.uid: outlet.present for outlet in found}
    public = set(
        Outlet.objects.public(at).filter(pk__in={outlet.pk for outlet in present.values()}).values_list("pk", flat=True)
    )
    return {
        uid: OutletShown(
            name, url=present[uid].get_absolute_url() if uid in present and present[uid].pk in public else ""
        )
        for uid, name in printed.items()
    }


def shown(named: Iterable[NamedOutlet], outlets: Outlets) -> tuple[OutletShown, ...]:
    """Return the named outlets, each once, in their order; an unknown one with the name it was printed with."""
    found = [(name.uid and outlets.get(name.uid)) or OutletShown(name.name) for name in named]
    return tuple(dict.fromkeys(found))
