"""The starting list of outlets is one that names can be matched against."""

import re
from collections import defaultdict
from urllib.parse import urlsplit

import pytest

from newsroom.http.hosts import normalise_host
from newsroom.outlets.initial_outlets import InitialOutlet, load_initial_outlets
from newsroom.text.fold import fold

OUTLETS = load_initial_outlets()


def outlet_called(name: str) -> InitialOutlet:
    [outlet] = [outlet for outlet in OUTLETS if fold(name) in map(fold, (outlet.name, *outlet.aliases))]
    return outlet


def test_the_list_names_at_least_220_outlets():
    assert len(OUTLETS) >= 220


def test_no_name_or_alias_belongs_to_two_outlets():
    holders = defaultdict(list)
    for outlet in OUTLETS:
        for name in (outlet.name, *outlet.aliases):
            holders[fold(name)].append(outlet.name)
    assert {name: outlets for name, outlets in holders.items() if len(outlets) > 1} == {}


@pytest.mark.parametrize(
    ("spelling", "chosen"),
    [
        ("The New York Post", "New York Post"),
        ("NY Post", "New York Post"),
        ("All Africa", "AllAfrica"),
        ("Agence France-Presse", "AFP"),
        ("The Moscow Times", "Moscow Times"),
        ("BBC News", "BBC"),
        ("Al-Jazeera", "Al Jazeera"),
        ("Folha de Sao Paulo", "Folha de S.Paulo"),
    ],
)
def test_a_usual_spelling_leads_to_the_chosen_name(spelling, chosen):
    assert outlet_called(spelling).name == chosen


def test_every_outlet_says_where_it_is_from_and_what_it_is():
    for outlet in OUTLETS:
        assert outlet.country.istitle() or " " in outlet.country or "’" in outlet.country, outlet
        assert re.fullmatch("[a-z]{2}(-[A-Za-z]+)*", outlet.language), outlet
        assert outlet.kind in {"newspaper", "broadcaster", "agency", "magazine", "online"}, outlet


def test_every_home_page_is_a_secure_address_of_its_own():
    pages = [outlet.home_page for outlet in OUTLETS]
    assert len(pages) == len(set(pages))
    assert all(urlsplit(page).scheme == "https" and urlsplit(page).hostname for page in pages)


def test_every_host_belongs_to_one_outlet_and_is_written_in_one_way():
    hosts = [host for outlet in OUTLETS for host in outlet.further_hosts]
    assert len(hosts) == len(set(hosts))
    assert [normalise_host(host) for host in hosts] == hosts
    pages = {normalise_host(outlet.home_page): outlet for outlet in OUTLETS}
    assert all(pages.get(host, outlet) == outlet for outlet in OUTLETS for host in outlet.further_hosts)


def test_every_outlet_keeps_its_uid_from_one_reading_to_the_next():
    assert [outlet.uid for outlet in OUTLETS] == [outlet.uid for outlet in load_initial_outlets()]
    assert len({outlet.uid for outlet in OUTLETS}) == len(OUTLETS)
