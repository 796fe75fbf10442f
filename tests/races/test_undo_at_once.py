"""Several people put the same change back at the same moment."""

import pytest

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.undo import undo
from tests.factories import make_outlet, make_user
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 3


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


def put(event_pk, user_pk):
    from newsroom.accounts.models import User

    undo(Event.objects.get(pk=event_pk), by=User.objects.get(pk=user_pk))


def test_of_many_who_put_a_change_back_at_once_one_does_and_the_others_are_told(tmp_path):
    outlet, curator = make_outlet(country="Vessara"), make_user(role="Curator")
    outlet.country = "Corvane"
    before = track_changes.state_of(type(outlet).objects.get(pk=outlet.pk))
    outlet.save()
    event = Event.objects.write(
        "outlet", outlet.uid, "changed", by=curator, before={"country": before["country"]}, after={"country": "Corvane"}
    )
    answers = at_once(put, [(event.pk, curator.pk)] * MANY, place=tmp_path)
    assert sorted(answers, key=str) == [("raised", "UndoRefusedError")] * (MANY - 1) + [("returned", None)]
    outlet.refresh_from_db()
    assert outlet.country == "Vessara"
    assert [each.verb for each in Event.objects.about(outlet.uid)] == ["put back", "changed"]
