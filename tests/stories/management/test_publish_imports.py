"""A file that is published as it comes in says what changed, and what becomes of what waits."""

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
from tests.factories import make_published_story, update

pytestmark = pytest.mark.django_db

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


@pytest.fixture
def story(editor):
    """A story that is live, with an update that waits for Friday; the desk says what readers see."""
    story = make_published_story(by=editor, slug="pier")
    live = drafts.build_document(story)
    story.standfirst = "The pier opens on Friday."
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update("It opens."))
    revisions.restore_revision(story, revisions.get_revision(story, 1), by=editor)
    assert drafts.build_document(story) == live
    return story


def bring(tmp_path, story, *options):
    document = drafts.build_document(story).changed(method_note="Measured twice by the harbour office.")
    path = tmp_path / "pier.json"
    path.write_text(json.dumps(document.body()))
    out = StringIO()
    arguments = (str(path), "--into", "pier", "--by", "editor", "--publish", "--json", *options)
    with suppress(CommandError):
        call_command("import_explainer", *arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())["files"][0]


def test_a_file_that_would_go_out_before_a_schedule_is_refused_with_what_to_say(story, tmp_path):
    one = bring(tmp_path, story, "--note", "How it was measured.")
    assert one["status"] == "refused"
    assert "--waiting cancel, or --waiting carry" in one["error"]["message"]
    assert drafts.build_document(story).method_note == ""


def test_the_answer_may_be_to_cancel(story, tmp_path):
    assert bring(tmp_path, story, "--note", "How.", "--waiting", "cancel")["status"] == "imported"
    assert Edition.objects.live(FRIDAY).get(work=story).document.value().standfirst == ""


def test_the_answer_may_be_to_carry_over(story, tmp_path):
    bring(tmp_path, story, "--note", "How.", "--waiting", "carry")
    document = Edition.objects.live(FRIDAY).get(work=story).document.value()
    assert (document.standfirst, document.method_note) == (
        "The pier opens on Friday.",
        "Measured twice by the harbour office.",
    )


def test_a_correction_says_both_on_the_command_line(story, tmp_path):
    options = ("--waiting", "cancel", "--change", "correction", "--was-wrong", "Once.")
    one = bring(tmp_path, story, *options)
    assert one["status"] == "refused"
    bring(tmp_path, story, *options, "--is-right", "Measured twice.")
    edition = Edition.objects.live(MONDAY + timedelta(seconds=1)).get(work=story)
    assert (edition.change, edition.was_wrong, edition.is_right) == (Change.CORRECTION, "Once.", "Measured twice.")
