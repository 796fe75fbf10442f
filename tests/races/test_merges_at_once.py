"""Two curators merge the same outlets at the same moment."""

import pytest

from newsroom.audit.models import Event
from stories.models import Outlet
from tests.factories import make_outlet, make_user
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)


def merge(source_pk, into_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import Outlet
    from stories.workflow import proposed_names

    source, target = Outlet.objects.get(pk=source_pk), Outlet.objects.get(pk=into_pk)
    proposed_names.merge_outlets(source, target, by=User.objects.get(pk=user_pk))


def test_only_one_of_two_opposite_merges_of_two_outlets_succeeds(tmp_path):
    one, other = make_outlet(name="Lisle Courier", aliases=("Courier",)), make_outlet(name="Daily Lisle")
    curators = [make_user(role="Curator") for _ in range(2)]
    answers = run_concurrently(
        merge,
        [(one.pk, other.pk, curators[0].pk), (other.pk, one.pk, curators[1].pk)],
        media_root=tmp_path,
    )
    assert sorted(answers, key=str) == [("raised", "ValidationError"), ("returned", None)]
    (remaining,) = Outlet.objects.unmerged()
    for name in ("Lisle Courier", "Courier", "Daily Lisle"):
        assert Outlet.objects.with_name(name).get() == remaining
    assert [event.verb for event in Event.objects.about(remaining.uid)] == ["took in"]
