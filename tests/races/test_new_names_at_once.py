"""Several curators add outlets at the same moment that cannot all be: one is kept, the others read why theirs is not."""

import pytest

from stories.models import Outlet, OutletHost
from tests.factories import make_user
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


def add(user_pk, name, host):
    from django.test import Client

    from newsroom.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=user_pk))
    sent = {"name": name, "kind": "newspaper", "further_hosts": host}
    answer = client.post("/admin/stories/outlet/add/", sent, follow=True)
    text = answer.rendered_content
    return next((word for word in ("already leads to the outlet", "already exists") if word in text), "saved")


def test_of_outlets_with_one_new_host_one_is_saved_and_the_others_are_told_whose_it_is(tmp_path):
    user = make_user(role="Curator")
    calls = [(user.pk, f"Paper {number}", "paper.example") for number in range(MANY)]
    answers = at_once(add, calls, place=tmp_path)
    assert sorted(answers) == [("returned", "already leads to the outlet")] * (MANY - 1) + [("returned", "saved")]
    assert OutletHost.objects.get().outlet == Outlet.objects.get()
