"""The initial list of outlets is consistent, so that names can be matched against it."""

import re
from collections import defaultdict
from urllib.parse import urlsplit

import pytest

from newsroom.http.hosts import normalise_host
from newsroom.outlets.initial_outlets import InitialOutlet, load_initial_outlets
from newsroom.text.fold import fold

OUTLETS = load_initial_outlets()


def get_outlet_by_name(name: str) -> InitialOutlet:
    [outlet] = [outlet for outlet in OUTLETS if fold(name) in map(fold, (outlet.name, *outlet.aliases))]
    return outlet


def test_the_list_has_at_least_220_outlets():
    assert len(OUTLETS) >= 220


def test_no_name_or_alias_belongs_to_two_outlets():
    outlets_by_name = defaultdict(list)
    for outlet in OUTLETS:
        for name in (outlet.name, *outlet.aliases):
            outlets_by_name[fold(name)].append(outlet.name)
    assert {name: outlets for name, outlets in outlets_by_name.items() if len(outlets) > 1} == {}


@pytest.mark.parametrize(
    ("spelling", "name"),
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
def test_a_common_spelling_leads_to_the_outlet(spelling, name):
    assert get_outlet_by_name(spelling).name == name


def test_every_outlet_has_a_country_a_language_and_a_kind():
    for outlet in OUTLETS:
        assert outlet.country.istitle() or " " in outlet.country or "’" in outlet.country, outlet
        assert re.fullmatch("[a-z]{2}(-[A-Za-z]+)*", outlet.language), outlet
        assert outlet.kind in {"newspaper", "broadcaster", "agency", "magazine", "online"}, outlet


def test_every_home_page_is_unique_and_uses_https():
    pages = [outlet.home_page for outlet in OUTLETS]
    assert len(pages) == len(set(pages))
    assert all(urlsplit(page).scheme == "https" and urlsplit(page).hostname for page in pages)


def test_every_host_belongs_to_one_outlet_and_is_normalised():
    hosts = [host for outlet in OUTLETS for host in outlet.further_hosts]
    assert len(hosts) == len(set(hosts))
    assert [normalise_host(host) for host in hosts] == hosts
    pages = {normalise_host(outlet.home_page): outlet for outlet in OUTLETS}
    assert all(pages.get(host, outlet) == outlet for outlet in OUTLETS for host in outlet.further_hosts)


def test_every_outlet_has_the_same_uid_whenever_the_list_is_loaded():
    assert [outlet.uid for outlet in OUTLETS] == [outlet.uid for outlet in load_initial_outlets()]
    assert len({outlet.uid for outlet in OUTLETS}) == len(OUTLETS)
