"""Rerendering all editions in separate processes: killed in the middle, and several at once."""

import time
from pathlib import Path

import pytest

from newsroom.audit.models import Event
from stories.documents.render import RenderedDocument, render_for_edition
from stories.models import Edition, Rerendering
from stories.publishing.editions import rerender
from tests.factories import make_published_story, make_user
from tests.races.processes import MAX_WAIT, run_concurrently, start_process

pytestmark = pytest.mark.django_db(transaction=True)
EDITIONS = 12


@pytest.fixture(autouse=True)
def _make_stories(transactional_db):
    by = make_user()
    for _ in range(EDITIONS):
        make_published_story(by=by)


def rerender_in_small_batches(path: str, pause: float) -> None:
    """Rerender with a changed renderer, two editions at a time, and write a line for each to the file."""

    def render_with_mark(document) -> RenderedDocument:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{document.uid}\n")
        time.sleep(pause)
        rendered = render_for_edition(document)
        return RenderedDocument({**rendered.fragments, "mark": "new"}, rendered.summary, rendered.minutes)

    vars(rerender).update(render_for_edition=render_with_mark, BATCH_SIZE=2)
    for _ in rerender.rerender():
        pass


def test_a_killed_run_is_resumed_and_every_edition_is_rerendered_once(tmp_path):
    path, run = tmp_path / "rendered", Rerendering.objects.all()
    with start_process(rerender_in_small_batches, str(path), 0.05, media_root=tmp_path) as process:
        end = time.monotonic() + MAX_WAIT
        while not run.filter(last_edition__gt=0).exists() and time.monotonic() < end:
            time.sleep(0.01)
        process.kill()
        process.join(MAX_WAIT)
    stopped = run.get()
    assert stopped.finished_at is None
    done = Edition.objects.filter(fragments__mark="new")
    assert sorted(done.values_list("pk", flat=True)) == sorted(
        Edition.objects.filter(pk__lte=stopped.last_edition).values_list("pk", flat=True)
    )
    assert 0 < done.count() == stopped.changed < EDITIONS

    assert run_concurrently(rerender_in_small_batches, [(str(path), 0.0)], media_root=tmp_path) == [("returned", None)]
    assert done.count() == EDITIONS
    finished = run.get()
    assert (finished.changed, finished.finished_at is not None) == (EDITIONS, True)
    assert len(path.read_text().split()) <= EDITIONS + 2, "Only the interrupted batch was rendered twice."


def test_simultaneous_runs_rerender_each_edition_once(tmp_path):
    path = tmp_path / "rendered"
    assert (
        run_concurrently(rerender_in_small_batches, [(str(path), 0.01)] * 3, media_root=tmp_path)
        == [("returned", None)] * 3
    )
    assert Edition.objects.filter(fragments__mark="new").count() == EDITIONS
    runs = list(Rerendering.objects.order_by("pk"))
    assert sum(run.changed for run in runs) == EDITIONS
    assert all(run.finished_at for run in runs)
    assert Event.objects.filter(verb="rerendered").count() == len(runs)
