"""The same change is undone in several processes at the same moment."""

import pytest

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.undo import undo
from tests.factories import make_outlet, make_user
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 3


def revert(event_pk, user_pk):
    from newsroom.accounts.models import User

    undo(Event.objects.get(pk=event_pk), by=User.objects.get(pk=user_pk))


def test_only_one_of_several_simultaneous_reverts_succeeds(tmp_path):
    outlet, curator = make_outlet(country="Vessara"), make_user(role="Curator")
    outlet.country = "Corvane"
    before = track_changes.state_of(type(outlet).objects.get(pk=outlet.pk))
    outlet.save()
    event = Event.objects.write(
        "outlet", outlet.uid, "changed", by=curator, before={"country": before["country"]}, after={"country": "Corvane"}
    )
    answers = run_concurrently(revert, [(event.pk, curator.pk)] * PROCESSES, media_root=tmp_path)
    assert sorted(answers, key=str) == [("raised", "UndoRefusedError")] * (PROCESSES - 1) + [("returned", None)]
    outlet.refresh_from_db()
    assert outlet.country == "Vessara"
    assert [each.verb for each in Event.objects.about(outlet.uid)] == ["put back", "changed"]
