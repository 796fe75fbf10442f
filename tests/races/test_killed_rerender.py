"""Rendering all editions again in real processes: killed in the middle, and several at once."""

import time
from pathlib import Path

import pytest

from newsroom.audit.models import Event
from stories.documents.render import RenderedDocument, render_for_edition
from stories.models import Edition, Rerendering
from stories.publishing.editions import rerender
from tests.factories import make_published_story, make_user
from tests.races.processes import LONGEST_WAIT, at_once, beside

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


@pytest.fixture(autouse=True)
def _stories(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()
    by = make_user()
    for _ in range(MANY):
        make_published_story(by=by)


def in_small_steps(path: str, pause: float) -> None:
    """Render as a newer renderer would, two at a time, and leave a trace of each edition in the file."""

    def newer(document) -> RenderedDocument:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{document.uid}\n")
        time.sleep(pause)
        kept = render_for_edition(document)
        return RenderedDocument({**kept.fragments, "mark": "new"}, kept.summary, kept.minutes)

    vars(rerender).update(render_for_edition=newer, BATCH_SIZE=2)
    for _ in rerender.rerender():
        pass


def test_a_killed_run_is_gone_on_with_and_every_edition_comes_out_once(tmp_path):
    path, run = tmp_path / "looked-at", Rerendering.objects.all()
    with beside(in_small_steps, str(path), 0.05, place=tmp_path) as process:
        end = time.monotonic() + LONGEST_WAIT
        while not run.filter(last_edition__gt=0).exists() and time.monotonic() < end:
            time.sleep(0.01)
        process.kill()
        process.join(LONGEST_WAIT)
    stopped = run.get()
    assert stopped.finished_at is None
    done = Edition.objects.filter(fragments__mark="new")
    assert sorted(done.values_list("pk", flat=True)) == sorted(
        Edition.objects.filter(pk__lte=stopped.last_edition).values_list("pk", flat=True)
    )
    assert 0 < done.count() == stopped.changed < MANY

    assert at_once(in_small_steps, [(str(path), 0.0)], place=tmp_path) == [("returned", None)]
    assert done.count() == MANY
    finished = run.get()
    assert (finished.changed, finished.finished_at is not None) == (MANY, True)
    assert len(path.read_text().split()) <= MANY + 2, "Only the batch in hand was rendered twice."


def test_several_runs_at_once_are_one(tmp_path):
    path = tmp_path / "looked-at"
    assert at_once(in_small_steps, [(str(path), 0.01)] * 3, place=tmp_path) == [("returned", None)] * 3
    assert Edition.objects.filter(fragments__mark="new").count() == MANY
    runs = list(Rerendering.objects.order_by("pk"))
    assert sum(run.changed for run in runs) == MANY
    assert all(run.finished_at for run in runs)
    assert Event.objects.filter(verb="rerendered").count() == len(runs)
