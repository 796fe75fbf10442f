"""Somebody renames what a work names in the very moment in which a verb is done to the work: both succeed."""

import time
from threading import Event, Thread

import pytest
from django.db import connection

from newsroom.page_cache.invalidation import invalidation
from stories.models import Outlet
from tests.races.soundness import assert_sound
from tests.races.test_killed_in_verb import act, arrange
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST_WAIT = 60.0  # seconds
LONGER = 0.4  # seconds in which a verb that waits for nobody is over


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


class Renaming(Thread):
    """Renames all outlets and topics, and keeps its transaction open for a while after a verb has begun."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.has_renamed, self.goes_on = Event(), Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with invalidation():
                for model in (Outlet, Topic):
                    for thing in model.objects.order_by("pk"):
                        thing.name = f"{thing.name}, as it is called now"
                        thing.save()
                self.has_renamed.set()
                self.goes_on.wait(LONGEST_WAIT)
                time.sleep(LONGER)
        except Exception as error:  # noqa: BLE001  # the test wants to see it
            self.error = error
        finally:
            self.has_renamed.set()
            connection.close()


@pytest.mark.parametrize(
    "verb",
    [
        "save", "publish", "schedule", "correct and carry over", "use the newest", "cancel", "withdraw", "republish",
        "expire", "move", "bundle", "undo", "bin", "erase", "erase an edition", "erase a passage",
    ],
)  # fmt: skip
def test_a_verb_and_a_rename_of_what_the_work_names_both_succeed(verb):
    story, editor = arrange(verb)
    renaming = Renaming()
    renaming.start()
    assert renaming.has_renamed.wait(LONGEST_WAIT)
    renaming.goes_on.set()
    act(verb, story.pk, editor.pk)
    renaming.join(LONGEST_WAIT)
    assert renaming.error is None
    assert_sound()
    assert all(name.endswith("as it is called now") for name in Outlet.objects.values_list("name", flat=True))
