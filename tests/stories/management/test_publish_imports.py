"""Publishing imported files: change notes, and resolutions for pending schedules."""

import json
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from stories import drafts, publishing
from stories.drafts import revisions
from stories.models import Change, Edition
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_update

pytestmark = pytest.mark.django_db

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


@pytest.fixture
def story(editor):
    """Return a live story with an update scheduled for Friday; its draft equals the live edition."""
    story = make_published_story(by=editor, slug="pier")
    live = drafts.build_document(story)
    story.standfirst = "The pier opens on Friday."
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("It opens."))
    revisions.restore_revision(story, revisions.get_revision(story, 1), by=editor)
    assert drafts.build_document(story) == live
    return story


def import_file(tmp_path, story, *options):
    document = drafts.build_document(story).changed(method_note="Measured twice by the harbour office.")
    path = tmp_path / "pier.json"
    path.write_text(json.dumps(document.body()))
    out = StringIO()
    arguments = (str(path), "--into", "pier", "--by", "editor", "--publish", "--json", *options)
    with suppress(CommandError):
        call_command("import_explainer", *arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())["files"][0]


def test_a_file_published_before_a_pending_schedule_is_refused_with_the_options(story, tmp_path):
    file_report = import_file(tmp_path, story, "--note", "How it was measured.")
    assert file_report["status"] == "refused"
    assert "--waiting cancel, or --waiting carry" in file_report["error"]["message"]
    assert drafts.build_document(story).method_note == ""


def test_the_pending_schedule_can_be_cancelled(story, tmp_path):
    assert import_file(tmp_path, story, "--note", "How.", "--waiting", "cancel")["status"] == "imported"
    assert Edition.objects.live(FRIDAY).get(work=story).document.value().standfirst == ""


def test_the_change_can_be_carried_over(story, tmp_path):
    import_file(tmp_path, story, "--note", "How.", "--waiting", "carry")
    document = Edition.objects.live(FRIDAY).get(work=story).document.value()
    assert (document.standfirst, document.method_note) == (
        "The pier opens on Friday.",
        "Measured twice by the harbour office.",
    )


def test_a_correction_needs_both_texts_on_the_command_line(story, tmp_path):
    options = ("--waiting", "cancel", "--change", "correction", "--was-wrong", "Once.")
    file_report = import_file(tmp_path, story, *options)
    assert file_report["status"] == "refused"
    import_file(tmp_path, story, *options, "--is-right", "Measured twice.")
    edition = Edition.objects.live(MONDAY + timedelta(seconds=1)).get(work=story)
    assert (edition.change, edition.was_wrong, edition.is_right) == (Change.CORRECTION, "Once.", "Measured twice.")
