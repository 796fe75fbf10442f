"""The ``setup_outlets`` command."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from newsroom.outlets.initial_outlets import load_initial_outlets
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet, OutletAlias
from tests.factories import make_outlet
from tests.transactions import of_the_test

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]


def run_setup_outlets() -> str:
    out = StringIO()
    call_command("setup_outlets", stdout=out)
    return out.getvalue()


@pytest.fixture
def no_outlets(db) -> None:
    """Delete all outlets, because an earlier test in this module may have added the initial ones."""
    Outlet.objects.all().delete()


@pytest.fixture(scope="module")
def initial_outlets(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Run the command once, in a transaction that the tests in this module share."""
    with django_db_blocker.unblock(), of_the_test():
        run_setup_outlets()
        yield
        transaction.set_rollback(True)


def test_an_existing_outlet_gets_the_aliases(no_outlets):
    existing = make_outlet(name="NY Post")
    run_setup_outlets()
    assert Outlet.objects.with_name("The New York Post").get() == existing
    assert Outlet.objects.filter(name__contains="York Post").count() == 0


@pytest.mark.audit
def test_hosts_lead_to_their_outlet_unless_another_outlet_has_them(no_outlets):
    existing = make_outlet(name="The Paper of Norrhavn", further_hosts="guardian.co.uk")
    run_setup_outlets()
    for address in ("https://www.bbc.co.uk/news/a", "https://bbc.com/sport"):
        assert find_outlet(address) == Outlet.objects.with_name("BBC").get()
    assert find_outlet("https://www.guardian.co.uk/a") == existing


@pytest.mark.audit
@pytest.mark.usefixtures("initial_outlets")
def test_initial_outlets_are_found_by_each_of_their_names():
    for initial_outlet in load_initial_outlets()[::25]:
        for name in (initial_outlet.name, *initial_outlet.aliases):
            assert Outlet.objects.with_name(name).get().name == initial_outlet.name


@pytest.mark.usefixtures("initial_outlets")
def test_readers_see_the_name_of_the_country_and_not_its_code():
    assert Outlet.objects.with_name("AllAfrica").get().country == "South Africa"


@pytest.mark.usefixtures("initial_outlets")
def test_a_second_run_adds_nothing():
    before = (Outlet.objects.count(), OutletAlias.objects.count())
    assert run_setup_outlets() == "All outlets have already been added.\n"
    assert (Outlet.objects.count(), OutletAlias.objects.count()) == before


@pytest.mark.usefixtures("initial_outlets")
def test_changes_by_a_curator_are_preserved():
    outlet = Outlet.objects.with_name("New York Post").get()
    outlet.name = "The Post of New York"
    outlet.save()
    outlet.aliases.all().delete()
    run_setup_outlets()
    outlet.refresh_from_db()
    assert outlet.name == "The Post of New York"
    assert not outlet.aliases.exists()


@pytest.mark.usefixtures("initial_outlets")
def test_initial_outlets_have_valid_fields():
    for outlet in Outlet.objects.all()[::20]:
        outlet.clean_fields()
