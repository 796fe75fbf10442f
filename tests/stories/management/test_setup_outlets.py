"""``setup_outlets`` adds what is missing and leaves what is there."""

from io import StringIO

import pytest
from django.core.management import call_command

from newsroom.outlets.initial_outlets import load_initial_outlets
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet, OutletAlias
from tests.factories import make_outlet

pytestmark = pytest.mark.django_db


def set_up() -> str:
    out = StringIO()
    call_command("setup_outlets", stdout=out)
    return out.getvalue()


def test_every_outlet_of_the_list_is_found_by_each_of_its_names():
    set_up()
    for starting in load_initial_outlets()[::25]:
        for name in (starting.name, *starting.aliases):
            assert Outlet.objects.with_name(name).get().name == starting.name


def test_readers_see_the_name_of_the_country_and_not_its_code():
    set_up()
    assert Outlet.objects.with_name("AllAfrica").get().country == "South Africa"


def test_a_second_run_adds_nothing():
    set_up()
    before = (Outlet.objects.count(), OutletAlias.objects.count())
    assert set_up() == "All outlets are there.\n"
    assert (Outlet.objects.count(), OutletAlias.objects.count()) == before


def test_what_a_curator_changed_stays():
    set_up()
    outlet = Outlet.objects.with_name("New York Post").get()
    outlet.name = "The Post of New York"
    outlet.save()
    outlet.aliases.all().delete()
    set_up()
    outlet.refresh_from_db()
    assert outlet.name == "The Post of New York"
    assert not outlet.aliases.exists()


def test_an_outlet_that_the_newsroom_made_itself_gets_the_other_names():
    own = make_outlet(name="NY Post")
    set_up()
    assert Outlet.objects.with_name("The New York Post").get() == own
    assert Outlet.objects.filter(name__contains="York Post").count() == 0


def test_the_hosts_of_an_outlet_lead_to_it_unless_the_newsroom_gave_them_to_another():
    own = make_outlet(name="The Paper of Norrhavn", further_hosts="guardian.co.uk")
    set_up()
    for address in ("https://www.bbc.co.uk/news/a", "https://bbc.com/sport"):
        assert find_outlet(address) == Outlet.objects.with_name("BBC").get()
    assert find_outlet("https://www.guardian.co.uk/a") == own


def test_every_outlet_passes_the_rules_for_its_fields():
    set_up()
    for outlet in Outlet.objects.all()[::20]:
        outlet.clean_fields()
