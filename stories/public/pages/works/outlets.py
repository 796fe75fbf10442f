"""Outlets as they are printed on public pages: name, kind and country."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from newsroom.db.statements import PreparedQuery
from newsroom.http.reverse import reverse_slug
from newsroom.outlets.models import Outlet, OutletKind
from newsroom.text.join import join_list
from newsroom.text.language_cache import cache_by_language
from stories.documents import NamedOutlet


@dataclass(frozen=True, slots=True)
class PrintedOutlet:
    """An outlet as it is printed on a page. A proposed name has no address, kind, country or owner."""

    name: str
    url: str = ""
    kind: str = ""
    country: str = ""
    owner: str = ""

    @property
    def about(self) -> str:
        """The kind and the country of the outlet."""
        return join_list((self.kind, self.country))


type Outlets = Mapping[UUID, PrintedOutlet]


def _list_present(uids: Collection[UUID]) -> QuerySet[Outlet, Any]:
    """Return each outlet’s uid with its name, slug, kind, country and owner, or those of the outlet it was merged into."""
    present = [Coalesce(f"merged_into__{name}", name) for name in ("name", "slug", "kind", "country", "owner")]
    return Outlet.objects.filter(uid__in=uids).order_by().values_list("uid", *present)


_OUTLETS = PreparedQuery(_list_present)


@cache_by_language(256)
def _get_kind_label(kind: str) -> str:
    return str(OutletKind(kind).label)


def load_outlets(uids: Collection[UUID]) -> dict[UUID, PrintedOutlet]:
    """Return the outlets with these uids, keyed by uid, under their present names, in at most one query.

    A merged outlet is represented by the outlet into which it was merged.
    """
    return {
        uid: PrintedOutlet(name, reverse_slug(Outlet.address_kind, slug), _get_kind_label(kind), country, owner)
        for uid, name, slug, kind, country, owner in (_OUTLETS(uids=uids) if uids else ())
    }


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
