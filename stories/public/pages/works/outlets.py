"""Outlets as they are printed on public pages: name, kind and country."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newsroom.db.statements import PreparedQuery
from newsroom.outlets.models import Outlet, OutletKind
from newsroom.text.join import join_list
from stories.documents import NamedOutlet


@dataclass(frozen=True, slots=True)
class PrintedOutlet:
    """An outlet as it is printed on a page. A proposed name has no address, kind or country."""

    name: str
    url: str = ""
    kind: str = ""
    country: str = ""

    @property
    def about(self) -> str:
        """The kind and the country of the outlet."""
        return join_list((self.kind, self.country))


type Outlets = Mapping[UUID, PrintedOutlet]


_OUTLETS = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).select_related("merged_into").order_by())


def load_outlets(uids: Collection[UUID]) -> dict[UUID, PrintedOutlet]:
    """Return the outlets with these uids, keyed by uid, under their present names, in at most one query.

    A merged outlet is represented by the outlet into which it was merged.
    """
    outlets = {}
    for outlet in _OUTLETS(uids=uids) if uids else ():
        present = outlet.remaining
        outlets[outlet.uid] = PrintedOutlet(
            present.name, present.get_absolute_url(), str(OutletKind(present.kind).label), present.country
        )
    return outlets


def load_archived_outlets(named: Collection[NamedOutlet], *, at: datetime) -> dict[UUID, PrintedOutlet]:
    """Return the outlets under the names that were printed, keyed by uid. Proposed names are left out.

    An outlet that is public at ``at`` links to its page. This takes at most two queries.
    """
    names = {outlet.uid: outlet.name for outlet in named if outlet.uid}
    outlets = Outlet.objects.filter(uid__in=names).select_related("merged_into")
    present = {outlet.uid: outlet.remaining for outlet in outlets}
    public = set(
        Outlet.objects.public(at).filter(pk__in={outlet.pk for outlet in present.values()}).values_list("pk", flat=True)
    )
    return {
        uid: PrintedOutlet(
            name, url=present[uid].get_absolute_url() if uid in present and present[uid].pk in public else ""
        )
        for uid, name in names.items()
    }


def list_printed_outlets(named: Iterable[NamedOutlet], outlets: Outlets) -> tuple[PrintedOutlet, ...]:
    """Return the named outlets in order, without duplicates. An unknown outlet keeps the name in ``named``."""
    printed = [(name.uid and outlets.get(name.uid)) or PrintedOutlet(name.name) for name in named]
    return tuple(dict.fromkeys(printed))
