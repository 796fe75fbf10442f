"""Names that may mean the same topic or outlet are near; names that share only a generic word are not."""

import pytest

from newsroom.text.fold import fold
from stories.models import Outlet
from stories.workflow import proposed_names
from stories.workflow.proposed_names.near_names import are_near
from tests.factories import make_outlet, make_topic
from tests.loops import for_each

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NEAR = [
    # Misspellings and spaces
    ("The Lisle Courier", "The Lisle Courrier"),
    ("Tessen Mail", "Tessen Mial"),
    ("Tessen Mail", "Tesen Mail"),
    ("Tessen Mail", "Tessenmail"),
    ("Norrhavn Ledger", "Norhavn Ledger"),
    ("Norrhavn Ledger", "Norrhavn Legder"),
    ("Haldor Standard", "Haldor Standart"),
    ("Corvane Times", "Corvane Tiems"),
    ("Corvane", "Korvane"),
    ("Orvin", "Orwin"),
    ("Orvin", "Orivn"),
    ("Kopenhavn Bladet", "Copenhavn Bladet"),
    ("Port Lisle harbour", "Port Lisle harbor"),
    ("Süddeutscher Bote", "Sueddeutscher Bote"),
    ("Brückenbauer", "Brückenbaur"),
    # Articles, prepositions, order, punctuation
    ("The Times", "Times"),
    ("The Open File", "Open File"),
    ("Der Hafenbote", "Hafenbote"),
    ("El Faro de Lisle", "Faro de Lisle"),
    ("La Gaceta de Tessen", "Gaceta Tessen"),
    ("Le Courrier de Lisle", "Courrier de Lisle"),
    ("إذاعة الساحل", "اذاعة ساحل"),
    ("بريد تلمار", "بريد التلمار"),
    ("Courier of Lisle", "The Lisle Courier"),
    ("Radio Tessen", "Tessen Radio"),
    ("Harbour & Coast", "Harbour and Coast"),
    ("Radio-Tessen", "Radio Tessen"),
    ("Haldor Mail & Ledger", "Haldor Mail and Ledger"),
    # Suffixes and generic additions
    ("Tessen Mail", "Tessen Evening Mail"),
    ("Tessen Mail", "Tessen Mail Online"),
    ("Ansgar Wire", "Ansgar Wire Ltd"),
    ("Hafenbote", "Hafenbote GmbH"),
    ("Morrow Daily", "The Morrow"),
    ("Lisle Courier", "lislecourier.com"),
    ("Channel Sund", "Sund"),
    ("Ansgar", "Ansgar News Agency"),
    ("Daily Mail", "The Mail"),
    ("TBC", "TBC News"),
    ("Kelmarer Anzeiger", "Kelmarer Anzeiger am Sonntag"),
    # Abbreviations, other forms, longer names
    ("Tessen Broadcasting Corporation", "TBC"),
    ("TBC", "Tessen Broadcasting Corporation"),
    ("Union of Locomotive Crews", "ULC"),
    ("ARL", "Agencia de la Ría de Lisle"),
    ("Tide gate", "Tide gates of Port Lisle"),
    ("Lisle quays", "Lisle quay"),
]
APART = [
    # A generic word, also as another name of an outlet
    ("Tessen Mail", "Daily Mail"),
    ("Tessen Mail", "The Mail"),
    ("Bay Radio", "Radio-Canal"),
    ("Bay Radio", "Radio"),
    ("Lisle Post", "Morning Post"),
    ("Tessen Times", "Corvane Times"),
    ("Tessen Times", "The Times"),
    ("Haldor News", "Lisle News Network"),
    ("Daily Harbour", "Daily Ledger"),
    ("Lisler Zeitung", "Allgemeine Zeitung"),
    ("Hafen-Nachrichten", "Kelmarer Nachrichten"),
    ("Diario de Lisle", "Diario de Tessen"),
    ("Noticias Lisle", "Agencia Noticias"),
    ("Le Journal de Lisle", "Journal de Tessen"),
    ("بريد تلمار", "بريد الساحل"),
    ("إذاعة الساحل", "إذاعة تلمار"),
    ("وكالة المرسى", "وكالة الأخبار"),
    # The same place, but another paper
    ("Lisle Courier", "Lisle Gazette"),
    ("Tessen Mail", "Tessen Post"),
    ("New Lisle Times", "New Lisle Post"),
    ("Sunday Courier", "Sunday Ledger"),
    # Short words, numbers and other places
    ("Post", "Port"),
    ("East Lisle", "West Lisle"),
    ("Kelmar Point", "Telmar Point"),
    ("Channel 4", "Channel 5"),
    ("Budget of 2030", "Budget of 2031"),
    ("Mail", "Mall"),
    ("EU", "EU fishing rules"),
]


@for_each(NEAR)
def test_names_that_may_mean_the_same_outlet_are_near(pair):
    assert are_near(*map(fold, pair))
    assert are_near(*map(fold, reversed(pair)))


@for_each(APART)
def test_names_that_share_a_generic_word_are_not_near(pair):
    assert not are_near(*map(fold, pair))
    assert not are_near(*map(fold, reversed(pair)))


@for_each(NEAR)
def test_a_near_name_is_found_in_the_list(pair):
    for known, new in (pair, reversed(pair)):
        Outlet.objects.all().delete()
        make_outlet(name=known)
        make_outlet(name="Something else")
        assert [each.name for each in proposed_names.find_similar("outlet", new)] == [known]


def test_a_generic_word_among_the_other_names_of_an_outlet_makes_it_not_near():
    make_outlet(name="Daily Mail", aliases=("The Mail", "Mail Online"))
    make_outlet(name="Radio-Canal", aliases=("Radio",))
    for name in ("Tessen Mail", "Bay Radio", "Lisle Online"):
        assert proposed_names.find_similar("outlet", name) == []


def test_a_near_name_is_found_among_many_that_share_a_generic_word():
    for number in range(250):
        make_topic(name=f"Daily {number}", kind="organisation")
    make_topic(name="The Tessen Mail Daily", kind="organisation")
    assert [each.name for each in proposed_names.find_similar("topic", "Daily Tessen Mail")] == [
        "The Tessen Mail Daily"
    ]
