"""Rendering all editions again: what may change, what may not, and going on where it stopped."""

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


def rows(*models):
    """Return all rows of the models."""
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def differently(document) -> RenderedDocument:
    """Render as a newer renderer would."""
    kept = render_for_edition(document)
    return RenderedDocument({**kept.fragments, "mark": "new"}, f"{kept.summary} New.", kept.minutes + 1)


@pytest.fixture
def newer(monkeypatch):
    """Let there be a newer renderer."""
    monkeypatch.setattr(rerender_module, "render_for_edition", differently)


@pytest.fixture
def world(db):
    """Let there be stories and questions, one of them withdrawn."""
    by = make_user()
    made = [make_published_story(by=by, topics=(make_topic(),)), make_published_question(by=by)]
    made.append(make_published_story(by=by))
    publishing.withdraw(made[-1], by=by, notice="Its source took the numbers back.")
    return made


def said(output: StringIO, **streams) -> str:
    call_command("rerender", stdout=output, **streams)
    return output.getvalue()


def test_the_same_renderer_writes_nothing(world):
    before = rows(Edition, Document, *PROJECTIONS)
    with CaptureQueriesContext(connection) as queries:
        assert said(StringIO()) == "3 editions rendered: 0 came out otherwise than before.\n"
    assert rows(Edition, Document, *PROJECTIONS) == before
    assert not [each["sql"] for each in queries if each["sql"].startswith('UPDATE "stories_edition"')]


def test_a_newer_renderer_changes_what_is_rendered_and_nothing_else(world, newer):
    before = rows(Edition)[0]
    documents = rows(Document, *PROJECTIONS)
    assert said(StringIO()) == "3 editions rendered: 3 came out otherwise than before.\n"
    for was, now in zip(before, rows(Edition)[0], strict=True):
        changed = {name for name in was if was[name] != now[name]}
        assert changed == (set(RenderedDocument.__slots__) if was["kind"] == "page" else set())
    assert rows(Document, *PROJECTIONS) == documents


def test_what_waits_for_its_time_is_rendered_again_too(newer):
    edition = publishing.schedule(make_story(), by=make_user(), at=clock.now() + timedelta(days=3))
    list(rerender())
    assert Edition.objects.get(pk=edition.pk).fragments["mark"] == "new"


def test_only_the_columns_that_differ_are_written(world, monkeypatch):
    def shorter(document):
        kept = render_for_edition(document)
        return RenderedDocument(kept.fragments, kept.summary, kept.minutes + 1)

    monkeypatch.setattr(rerender_module, "render_for_edition", shorter)
    with CaptureQueriesContext(connection) as queries:
        list(rerender())
    written = [each["sql"] for each in queries if each["sql"].startswith('UPDATE "stories_edition"')]
    assert len(written) == 3
    assert not [sql for sql in written if "fragments" in sql]


def test_a_run_that_was_stopped_is_gone_on_with(world, newer, monkeypatch):
    monkeypatch.setattr(rerender_module, "BATCH", 1)
    run = rerender()
    assert [next(run).done for _ in range(3)] == [0, 1, 2]
    run.close()
    stopped = Rerendering.objects.get()
    assert stopped.finished_at is None
    looked_at = []

    def remembering(document):
        looked_at.append(document.uid)
        return differently(document)

    monkeypatch.setattr(rerender_module, "render_for_edition", remembering)
    assert [(each.done, each.changed) for each in rerender()] == [(2, 2), (3, 3)]
    assert len(looked_at) == 1
    finished = Rerendering.objects.get()
    assert finished.finished_at is not None
    assert (finished.uid, finished.changed) == (stopped.uid, 3)


def test_a_run_is_on_record_with_what_it_changed(world, newer):
    list(rerender())
    run = Rerendering.objects.get()
    events = Event.objects.about(run.uid)
    assert [(each.verb, each.after) for each in events] == [("rerendered", {"changed": 3}), ("rerendering begun", {})]


def test_two_at_once_share_one_run(world, newer, monkeypatch):
    monkeypatch.setattr(rerender_module, "BATCH", 1)
    one, other = rerender(), rerender()
    next(one), next(other)
    next(one)
    assert next(other).changed == 1, "It had rendered the first edition too and left it."
    list(other)
    assert [each.changed for each in one] == [3]
    assert Rerendering.objects.get().changed == 3
    assert Event.objects.filter(verb="rerendered").count() == 1


def test_what_is_erased_meanwhile_is_left_to_who_erases(world, monkeypatch):
    edition = Edition.objects.filter(kind="page").earliest("pk")

    def erased_meanwhile(document):
        erasure = Erasure.objects.create(kind="story", uid=edition.uid, scope="passage", reason="By order of a court.")
        Document.objects.filter(pk=edition.document_id).update(digest="0" * 64)
        Erasure.objects.filter(pk=erasure.pk).update(closed_at=clock.now())
        return differently(document)

    monkeypatch.setattr(rerender_module, "render_for_edition", erased_meanwhile)
    list(rerender())
    assert "mark" not in Edition.objects.get(pk=edition.pk).fragments
    assert Rerendering.objects.get().changed == 2


def test_an_edition_that_cannot_be_rendered_is_named_and_waited_for(world, monkeypatch):
    def refuse(document):
        raise ValueError("an unknown section")

    monkeypatch.setattr(rerender_module, "render_for_edition", refuse)
    first = Edition.objects.earliest("pk")
    with pytest.raises(CommandError, match=f"Stopped at 0 of 3 editions. Edition 1 of “{first.title}” cannot be"):
        said(StringIO())
    assert Rerendering.objects.get().finished_at is None
    monkeypatch.undo()
    assert said(StringIO()).startswith("3 editions")


def test_whoever_stops_it_is_told_how_to_go_on(world, monkeypatch):
    def stop(document):
        raise KeyboardInterrupt

    monkeypatch.setattr(rerender_module, "render_for_edition", stop)
    with pytest.raises(CommandError, match=r"Stopped at 0 of 3 editions\. Run it again"):
        said(StringIO())


class Terminal(StringIO):
    """A terminal that remembers what was drawn."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("patience", "is_drawn"), [(0.0, True), (3600.0, False)])
def test_a_bar_is_drawn_on_a_terminal_for_what_takes_long(world, monkeypatch, patience, is_drawn):
    monkeypatch.setattr("stories.management.progress.DELAY", patience)
    terminal = Terminal()
    said(StringIO(), stderr=terminal)
    assert ("] 3/3 editions, 180 a minute" in terminal.getvalue()) is is_drawn
    assert terminal.getvalue().endswith("\n") is is_drawn


def test_no_bar_is_drawn_where_there_is_no_terminal(world, monkeypatch):
    monkeypatch.setattr("stories.management.progress.DELAY", 0.0)
    output = StringIO()
    said(StringIO(), stderr=output)
    assert output.getvalue() == ""
