"""Rerendering all editions: what changes, and how an interrupted run is continued."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.audit.models import Erasure, Event
from newsroom.http import clock
from stories import publishing
from stories.documents.render import RenderedDocument, render_for_edition
from stories.models import PROJECTIONS, Document, Edition, Rerendering
from stories.publishing.editions import rerender as rerender_module
from stories.publishing.editions.rerender import rerender
from tests.factories import make_published_question, make_published_story, make_story, make_topic, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def all_rows(*models):
    """Return the values of all rows, one list for each model."""
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def render_differently(document) -> RenderedDocument:
    """Render a document as a newer renderer would."""
    rendered = render_for_edition(document)
    return RenderedDocument({**rendered.fragments, "mark": "new"}, f"{rendered.summary} New.", rendered.minutes + 1)


@pytest.fixture
def newer_renderer(monkeypatch):
    """Replace the renderer with a newer one."""
    monkeypatch.setattr(rerender_module, "render_for_edition", render_differently)


@pytest.fixture
def three_works(db):
    """Return two stories and a question. The second story is withdrawn."""
    by = make_user()
    works = [make_published_story(by=by, topics=(make_topic(),)), make_published_question(by=by)]
    works.append(make_published_story(by=by))
    publishing.withdraw(works[-1], by=by, notice="Its source took the numbers back.")
    return works


def run_command(output: StringIO, **streams) -> str:
    """Run the command, and return its output."""
    call_command("rerender", stdout=output, **streams)
    return output.getvalue()


def test_the_same_renderer_writes_nothing(three_works):
    before = all_rows(Edition, Document, *PROJECTIONS)
    with CaptureQueriesContext(connection) as queries:
        assert run_command(StringIO()) == "3 editions rendered, 0 of them changed.\n"
    assert all_rows(Edition, Document, *PROJECTIONS) == before
    assert not [each["sql"] for each in queries if each["sql"].startswith('UPDATE "stories_edition"')]


def test_a_newer_renderer_changes_only_the_rendered_columns(three_works, newer_renderer):
    before = all_rows(Edition)[0]
    documents = all_rows(Document, *PROJECTIONS)
    assert run_command(StringIO()) == "3 editions rendered, 3 of them changed.\n"
    for old, new in zip(before, all_rows(Edition)[0], strict=True):
        changed = {name for name in old if old[name] != new[name]}
        assert changed == (set(RenderedDocument.__slots__) if old["kind"] == "page" else set())
    assert all_rows(Document, *PROJECTIONS) == documents


def test_a_scheduled_edition_is_rendered_again_too(newer_renderer):
    edition = publishing.schedule(make_story(), by=make_user(), at=clock.now() + timedelta(days=3))
    list(rerender())
    assert Edition.objects.get(pk=edition.pk).fragments["mark"] == "new"


def test_only_changed_columns_are_written(three_works, monkeypatch):
    def render_with_other_minutes(document):
        rendered = render_for_edition(document)
        return RenderedDocument(rendered.fragments, rendered.summary, rendered.minutes + 1)

    monkeypatch.setattr(rerender_module, "render_for_edition", render_with_other_minutes)
    with CaptureQueriesContext(connection) as queries:
        list(rerender())
    written = [each["sql"] for each in queries if each["sql"].startswith('UPDATE "stories_edition"')]
    assert len(written) == 3
    assert not [sql for sql in written if "fragments" in sql]


def test_an_interrupted_run_is_continued(three_works, newer_renderer, monkeypatch):
    monkeypatch.setattr(rerender_module, "BATCH_SIZE", 1)
    run = rerender()
    assert [next(run).done for _ in range(3)] == [0, 1, 2]
    run.close()
    stopped = Rerendering.objects.get()
    assert stopped.finished_at is None
    rendered = []

    def record_and_render(document):
        rendered.append(document.uid)
        return render_differently(document)

    monkeypatch.setattr(rerender_module, "render_for_edition", record_and_render)
    assert [(each.done, each.changed) for each in rerender()] == [(2, 2), (3, 3)]
    assert len(rendered) == 1
    finished = Rerendering.objects.get()
    assert finished.finished_at is not None
    assert (finished.uid, finished.changed) == (stopped.uid, 3)


def test_a_run_is_written_to_the_audit_log_with_the_number_of_changes(three_works, newer_renderer):
    list(rerender())
    run = Rerendering.objects.get()
    events = Event.objects.about(run.uid)
    assert [(each.verb, each.after) for each in events] == [("rerendered", {"changed": 3}), ("rerendering begun", {})]


def test_two_processes_share_one_run(three_works, newer_renderer, monkeypatch):
    monkeypatch.setattr(rerender_module, "BATCH_SIZE", 1)
    one, other = rerender(), rerender()
    next(one), next(other)
    next(one)
    assert next(other).changed == 1, "The second process had rendered the first edition too, and discarded it."
    list(other)
    assert [each.changed for each in one] == [3]
    assert Rerendering.objects.get().changed == 3
    assert Event.objects.filter(verb="rerendered").count() == 1


def test_an_edition_that_is_erased_meanwhile_is_not_overwritten(three_works, monkeypatch):
    edition = Edition.objects.filter(kind="page").earliest("pk")

    def erase_and_render(document):
        erasure = Erasure.objects.create(kind="story", uid=edition.uid, scope="passage", reason="By order of a court.")
        Document.objects.filter(pk=edition.document_id).update(digest="0" * 64)
        Erasure.objects.filter(pk=erasure.pk).update(closed_at=clock.now())
        return render_differently(document)

    monkeypatch.setattr(rerender_module, "render_for_edition", erase_and_render)
    list(rerender())
    assert "mark" not in Edition.objects.get(pk=edition.pk).fragments
    assert Rerendering.objects.get().changed == 2


def test_the_run_stops_at_an_edition_that_cannot_be_rendered_and_names_it(three_works, monkeypatch):
    def refuse(document):
        raise ValueError("an unknown section")

    monkeypatch.setattr(rerender_module, "render_for_edition", refuse)
    first = Edition.objects.earliest("pk")
    with pytest.raises(CommandError, match=f"Stopped at 0 of 3 editions. Edition 1 of “{first.title}” cannot be"):
        run_command(StringIO())
    assert Rerendering.objects.get().finished_at is None
    monkeypatch.undo()
    assert run_command(StringIO()).startswith("3 editions")


def test_stopping_the_command_prints_how_to_continue(three_works, monkeypatch):
    def stop(document):
        raise KeyboardInterrupt

    monkeypatch.setattr(rerender_module, "render_for_edition", stop)
    with pytest.raises(CommandError, match=r"Stopped at 0 of 3 editions\. Run it again"):
        run_command(StringIO())


class Terminal(StringIO):
    """A terminal that records its output."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("delay", "is_drawn"), [(0.0, True), (3600.0, False)])
def test_a_progress_bar_is_drawn_on_a_terminal_after_a_delay(three_works, monkeypatch, delay, is_drawn):
    monkeypatch.setattr("newsroom.operations.progress.DELAY", delay)
    terminal = Terminal()
    run_command(StringIO(), stderr=terminal)
    assert ("] 3/3 editions, 180 a minute" in terminal.getvalue()) is is_drawn
    assert terminal.getvalue().endswith("\n") is is_drawn


def test_no_progress_bar_is_drawn_without_a_terminal(three_works, monkeypatch):
    monkeypatch.setattr("newsroom.operations.progress.DELAY", 0.0)
    output = StringIO()
    run_command(StringIO(), stderr=output)
    assert output.getvalue() == ""
