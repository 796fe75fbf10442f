"""The initial list of outlets: the world's best-known newspapers, broadcasters and agencies, with their aliases."""

import csv
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from newsroom.audit import track_changes
from newsroom.outlets.models import Outlet, OutletAlias, OutletHost
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from newsroom.text.fold import fold

REASON = "From the starting list"
DATA = Path(__file__).resolve().parent / "data"
# Uids made from names in this namespace are the same in every installation, so that documents can be exchanged.
_OUTLETS = UUID("5f0c5c1e-3a0e-5b57-9f6b-6a1f3a4b7c11")


@dataclass(frozen=True, slots=True)
class InitialOutlet:
    """One outlet of the list: ``country`` as readers see it, ``language`` as a BCP 47 tag."""

    name: str
    aliases: tuple[str, ...]
    country: str
    language: str
    kind: str
    home_page: str
    further_hosts: tuple[str, ...] = ()

    @property
    def uid(self) -> UUID:
        """The uid that this outlet has in every installation."""
        return uuid5(_OUTLETS, self.name)


def load_initial_outlets() -> list[InitialOutlet]:
    """Return the outlets of ``data/outlets.csv`` in their order.

    The file names countries by ISO 3166-1 alpha-2; ``data/countries.csv`` has their names.
    """
    countries = {row["code"]: row["name"] for row in _rows("countries.csv")}
    return [
        InitialOutlet(
            name=row["name"],
            aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
            country=countries[row["country"]],
            language=row["language"],
            kind=row["kind"],
            home_page=row["home_page"],
            further_hosts=tuple(row["further_hosts"].split("|")) if row["further_hosts"] else (),
        )
        for row in _rows("outlets.csv")
    ]


@invalidation()
def set_up_outlets() -> tuple[int, int]:
    """Add the outlets of the list that this site lacks; return how many outlets and how many aliases were added.

    An outlet that came from the list before is not changed. One that the newsroom made itself under one of the names
    gets those aliases and hosts that are still free.
    """
    from_the_list = set(Outlet.objects.values_list("uid", flat=True))
    holders = dict(Outlet.objects.values_list("folded_name", "pk"))
    holders |= dict(OutletAlias.objects.values_list("folded", "outlet"))
    held = set(OutletHost.objects.values_list("host", flat=True))
    held |= {outlet.home_host for outlet in Outlet.objects.unmerged().only("home_page").iterator()}
    outlets_added = aliases_added = 0
    for starting in load_initial_outlets():
        if starting.uid in from_the_list:
            continue
        names = [fold(name) for name in (starting.name, *starting.aliases)]
        pk = next((holders[name] for name in names if name in holders), None)
        outlet = Outlet.objects.get(pk=pk) if pk else _add(starting)
        before = track_changes.state_of(outlet)
        if pk is None:
            holders[fold(starting.name)] = outlet.pk
            outlets_added += 1
        for alias in starting.aliases:
            if fold(alias) not in holders:
                holders[fold(alias)] = outlet.pk
                OutletAlias.objects.create(outlet=outlet, name=alias)
                aliases_added += 1
        if hosts := set(starting.further_hosts) - held:
            outlet.further_hosts = "\n".join([outlet.further_hosts, *hosts])
            outlet.save()
            held |= hosts
        if pk is None:
            track_changes.record_added(outlet, by=None, reason=REASON)
        else:
            track_changes.record_changed(outlet, before, by=None, reason=REASON)
    return outlets_added, aliases_added


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _add(starting: InitialOutlet) -> Outlet:
    return Outlet.objects.create(
        uid=starting.uid,
        name=starting.name,
        slug=Address.objects.find_free_slug("source", starting.name, uid=starting.uid, taken=Outlet.objects.all()),
        kind=starting.kind,
        country=starting.country,
        language=starting.language,
        home_page=starting.home_page,
    )
