"""The initial list of outlets: the best-known newspapers, broadcasters and agencies of the world, with aliases."""

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
# Uids derived from names in this namespace are the same in every installation, so that sites can exchange documents.
_NAMESPACE = UUID("5f0c5c1e-3a0e-5b57-9f6b-6a1f3a4b7c11")


@dataclass(frozen=True, slots=True)
class InitialOutlet:
    """One outlet of the list. ``country`` is the name of a country, and ``language`` is a BCP 47 tag."""

    name: str
    aliases: tuple[str, ...]
    country: str
    language: str
    kind: str
    home_page: str
    further_hosts: tuple[str, ...] = ()

    @property
    def uid(self) -> UUID:
        """The uid of this outlet, which is the same in every installation."""
        return uuid5(_NAMESPACE, self.name)


def load_initial_outlets() -> list[InitialOutlet]:
    """Return the outlets of ``data/outlets.csv`` in file order.

    The file contains ISO 3166-1 alpha-2 country codes; ``data/countries.csv`` contains the names of the countries.
    """
    countries = {row["code"]: row["name"] for row in _read_csv("countries.csv")}
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
        for row in _read_csv("outlets.csv")
    ]


@invalidation()
def add_initial_outlets() -> tuple[int, int]:
    """Add the outlets of the list that this site lacks. Return the numbers of outlets and of aliases that were added.

    An outlet that was added from the list earlier is not changed. An outlet that the newsroom itself created under one
    of the names gets the aliases and hosts that no other outlet has.
    """
    existing_uids = set(Outlet.objects.values_list("uid", flat=True))
    keys_by_name = dict(Outlet.objects.values_list("folded_name", "pk"))
    keys_by_name |= dict(OutletAlias.objects.values_list("folded", "outlet"))
    used_hosts = set(OutletHost.objects.values_list("host", flat=True))
    used_hosts |= {outlet.home_host for outlet in Outlet.objects.unmerged().only("home_page").iterator()}
    outlets_added = aliases_added = 0
    for initial in load_initial_outlets():
        if initial.uid in existing_uids:
            continue
        names = [fold(name) for name in (initial.name, *initial.aliases)]
        pk = next((keys_by_name[name] for name in names if name in keys_by_name), None)
        outlet = Outlet.objects.get(pk=pk) if pk else _create_outlet(initial)
        before = track_changes.state_of(outlet)
        if pk is None:
            keys_by_name[fold(initial.name)] = outlet.pk
            outlets_added += 1
        for alias in initial.aliases:
            if fold(alias) not in keys_by_name:
                keys_by_name[fold(alias)] = outlet.pk
                OutletAlias.objects.create(outlet=outlet, name=alias)
                aliases_added += 1
        if hosts := set(initial.further_hosts) - used_hosts:
            outlet.further_hosts = "\n".join([outlet.further_hosts, *hosts])
            outlet.save()
            used_hosts |= hosts
        if pk is None:
            track_changes.record_added(outlet, by=None, reason=REASON)
        else:
            track_changes.record_changed(outlet, before, by=None, reason=REASON)
    return outlets_added, aliases_added


def _read_csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _create_outlet(initial: InitialOutlet) -> Outlet:
    return Outlet.objects.create(
        uid=initial.uid,
        name=initial.name,
        slug=Address.objects.find_free_slug("source", initial.name, uid=initial.uid, taken=Outlet.objects.all()),
        kind=initial.kind,
        country=initial.country,
        language=initial.language,
        home_page=initial.home_page,
    )
