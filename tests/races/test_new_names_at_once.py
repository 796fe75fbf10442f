"""Several curators add conflicting outlets at the same moment: one is saved, and the others get an error message."""

import pytest

from stories.models import Outlet, OutletHost
from tests.factories import make_user
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 8


def add(user_pk, name, host):
    from django.test import Client

    from newsroom.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=user_pk))
    form = {"name": name, "kind": "newspaper", "further_hosts": host}
    answer = client.post("/admin/stories/outlet/add/", form, follow=True)
    text = answer.rendered_content
    return next((word for word in ("already belongs to the outlet", "already exists") if word in text), "saved")


def test_only_one_of_several_outlets_added_with_the_same_host_is_saved(tmp_path):
    user = make_user(role="Curator")
    calls = [(user.pk, f"Paper {number}", "paper.example") for number in range(PROCESSES)]
    answers = run_concurrently(add, calls, media_root=tmp_path)
    assert sorted(answers) == [("returned", "already belongs to the outlet")] * (PROCESSES - 1) + [
        ("returned", "saved")
    ]
    assert OutletHost.objects.get().outlet == Outlet.objects.get()
