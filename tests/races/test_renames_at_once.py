"""Topics and outlets are renamed while a verb is applied to a work that refers to them: both succeed."""

import time
from threading import Event, Thread

import pytest
from django.db import connection

from newsroom.page_cache.invalidation import invalidation
from stories.models import Outlet
from tests.races.soundness import assert_consistent
from tests.races.test_killed_in_verb import act, arrange
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)
MAX_WAIT = 60.0  # seconds
PAUSE = 0.4  # seconds; long enough for a verb that is not blocked


class Renaming(Thread):
    """A thread that renames all outlets and topics, and commits some time after a verb has begun."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.has_renamed, self.may_commit = Event(), Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with invalidation():
                for model in (Outlet, Topic):
                    for entity in model.objects.order_by("pk"):
                        entity.name = f"{entity.name}, as it is called now"
                        entity.save()
                self.has_renamed.set()
                self.may_commit.wait(MAX_WAIT)
                time.sleep(PAUSE)
        except Exception as error:  # noqa: BLE001  # the test checks it
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
def test_a_verb_and_a_rename_of_the_topics_and_outlets_of_the_work_both_succeed(verb):
    story, editor = arrange(verb)
    renaming = Renaming()
    renaming.start()
    assert renaming.has_renamed.wait(MAX_WAIT)
    renaming.may_commit.set()
    act(verb, story.pk, editor.pk)
    renaming.join(MAX_WAIT)
    assert renaming.error is None
    assert_consistent()
    assert all(name.endswith("as it is called now") for name in Outlet.objects.values_list("name", flat=True))
