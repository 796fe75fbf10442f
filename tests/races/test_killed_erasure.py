"""A process is killed around the commit of an erasure, or erases at the same time as others: no erasure is forgotten."""

import os
import signal

import pytest

from newsroom.audit.erasure_lines import add_missing_lines
from newsroom.audit.models import Erasure
from newsroom.http import clock
from newsroom.operations import erasures
from stories.models import Story, Work
from stories.publishing.erase import erase_work
from tests.factories import make_published_story
from tests.races.processes import MAX_WAIT, run_concurrently, start_process
from tests.races.soundness import assert_consistent

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = "Regional court of Lisle, 3 November, file 12."
PROCESSES = 3


def _die(*_args: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def erase_and_die(place: str, work: int, user: int) -> None:
    """Erase a story; die when its line is on the disk, or when its transaction is committed."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    from newsroom.accounts.models import User

    append = erasures.append

    def append_and_die(line: erasures.Line) -> None:
        append(line)
        _die()

    story, by = Story.objects.get(pk=work), User.objects.get(pk=user)
    if place == "before the commit":
        setattr(erasures, "append", append_and_die)  # noqa: B010  # for mypy
    else:
        setattr(BaseDatabaseWrapper, "run_and_clear_commit_hooks", _die)  # noqa: B010  # for mypy
    erase_work(story, by=by, reason=ORDER)


def erase(work: int, user: int) -> None:
    from newsroom.accounts.models import User

    erase_work(Story.objects.get(pk=work), by=User.objects.get(pk=user), reason=ORDER)


def read_states() -> list[str]:
    return [line.state for line in erasures.read(erasures.path())]


@pytest.mark.parametrize(
    ("place", "is_erased", "states"),
    [("before the commit", False, ["begun"]), ("after the commit", True, ["begun", "done"])],
)
def test_an_erasure_whose_process_is_killed_counts(administrator, tmp_path, place, is_erased, states):
    story = make_published_story()
    with start_process(erase_and_die, place, story.pk, administrator.pk, media_root=tmp_path) as process:
        process.join(MAX_WAIT)
        assert process.exitcode == -signal.SIGKILL
    assert read_states() == ["begun"]
    assert_consistent()
    assert Work.objects.filter(pk=story.pk).exists() != is_erased
    assert Erasure.objects.closed().count() == Erasure.objects.count() == is_erased
    add_missing_lines(clock.now())
    assert read_states() == states
    report = erasures.replay_all(erasures.read(erasures.path()))
    assert report.counts[erasures.Outcome.RECORDED if is_erased else erasures.Outcome.ERASED] == 1
    assert not Work.objects.filter(pk=story.pk).exists()
    assert_consistent()


def test_works_that_are_erased_at_the_same_time_are_all_recorded(administrator, tmp_path):
    stories = [make_published_story() for _ in range(PROCESSES)]
    results = run_concurrently(erase, [(story.pk, administrator.pk) for story in stories], media_root=tmp_path)
    assert results == [("returned", None)] * PROCESSES
    lines = erasures.read(erasures.path())
    assert sorted(line.state for line in lines) == ["begun"] * PROCESSES + ["done"] * PROCESSES
    assert {line.uid for line in erasures.list_effective(lines)} == {str(story.uid) for story in stories}
