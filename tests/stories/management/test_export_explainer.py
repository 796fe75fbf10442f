"""The ``export_explainer`` command: editions and drafts in each format."""

import json
import os
import signal
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, ManagementUtility, call_command
from django.db import connections

from newsroom.operations.commands import CannotRunError, IncompleteError
from stories import publishing
from stories.drafts import revisions
from stories.exports import NewFolder
from stories.models import Section, Work
from tests.factories import make_article, make_outlet, make_published_story, make_question, make_story, make_update
from tests.newsroom.media.processing.pictures import make_photo
from tests.newsroom.media.stored_files import store_upload

pytestmark = pytest.mark.django_db


def export(*arguments: object) -> str:
    out = StringIO()
    call_command("export_explainer", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def story(editor):
    """Return a live story with a word changed in its draft."""
    outlets = (make_outlet(name="Ansgar Wire"), make_outlet(name="Radio Tessen"))
    story = make_story(
        slug="pier",
        outlets=outlets,
        articles=tuple(make_article(outlet=outlet) for outlet in outlets),
        byline=("Ada Holm",),
    )
    publishing.publish(story, by=editor)
    section = Section.objects.get(story=story, kind="happened")
    section.text = section.text.replace("Monday", "Tuesday")
    section.save()
    return story


def test_the_live_edition_is_exported_by_default(story):
    assert "on Monday" in export("pier")


def test_the_draft_is_exported_on_request(story):
    assert "on Tuesday" in export("pier", "--draft")


def test_an_edition_is_found_by_its_number(story, editor):
    publishing.publish(Work.objects.get(), by=editor, change=make_update())
    assert "on Monday" in export("pier", "--edition", 1)
    assert "on Tuesday" in export("pier", "--edition", 2)


def test_json_contains_the_document(story):
    assert json.loads(export("pier", "--format", "json"))["uid"] == str(story.uid)


def test_several_documents_as_json_are_one_list(story):
    make_question(slug="lorries")
    assert len(json.loads(export("pier", "lorries", "--draft", "--format", "json"))) == 2


def test_markdown_begins_with_front_matter(story):
    assert export("pier", "--format", "markdown").startswith("---\nschema: 1\nkind: story\n")


def test_a_former_slug_still_finds_the_story(story):
    Work.objects.update(slug="quay")
    assert "on Monday" in export("pier")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "There is no story or question"),
        (["pier", "--edition", 9], "no edition 9"),
        (["draft"], "is not public"),
    ],
)
def test_missing_documents_are_reported(story, arguments, words):
    make_question(slug="draft")
    with pytest.raises(CommandError, match=words):
        export(*arguments)


def run(*arguments: object) -> int:
    """Run the command as from a command line, and return its exit code."""
    try:
        # Not ``execute``, which sets up Django again and thereby takes the handlers of the tests from the logger.
        command = ManagementUtility().fetch_command("export_explainer")
        command.run_from_argv(["manage.py", "export_explainer", *map(str, arguments)])
    except SystemExit as ended:
        return int(str(ended.code))
    return 0


def test_everything_is_written_into_a_folder(story, tmp_path):
    out = tmp_path / "out"
    revisions.record_revision(story, by=None)
    output = export("--all", "--to", out)
    assert "on Monday" in (out / "stories/pier.md").read_text()
    assert "Stories: 1, questions: 0, topics: 1, outlets: 2, pictures: 0." in output
    assert "Left out, because readers do not see them: 1 drafts" in output


def test_drafts_are_written_on_request(story, tmp_path):
    output = export("--all", "--draft", "--to", tmp_path / "out")
    assert "on Tuesday" in (tmp_path / "out/drafts/stories/pier.md").read_text()
    assert "Left out" not in output


def test_a_folder_that_is_not_empty_is_refused(story, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CannotRunError, match="is not empty"):
        export("--all", "--to", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_written_is_a_failure(story, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file/out: Not a directory"):
        export("--all", "--to", tmp_path / "file/out")


def test_a_picture_without_its_file_makes_the_export_incomplete(story, editor, tmp_path):
    image = store_upload(make_photo(), credit="Ada Holm")
    make_published_story(by=editor, lead_image=image, lead_alt="A pier")
    default_storage.delete(str(image.file))
    with pytest.raises(IncompleteError, match=str(image.uid)):
        export("--all", "--to", tmp_path / "out")
    assert (tmp_path / "out/works.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_behind(story, editor, tmp_path, monkeypatch, number):
    make_published_story(by=editor)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    written: list[str] = []
    write = NewFolder.write

    def write_and_stop(folder, path, content):
        write(folder, path, content)
        written.append(path)
        if len(written) == 2:
            os.kill(os.getpid(), number)
            signal.pause()

    monkeypatch.setattr(NewFolder, "write", write_and_stop)
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert run("--all", "--to", tmp_path / "out") == 130
    finally:
        signal.signal(signal.SIGINT, previous)
    assert len(written) == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--all"],
        ["--to", "out"],
        ["--all", "--to", "out", "pier"],
        ["--all", "--to", "out", "--edition", "1"],
        ["--all", "--to", "out", "--format", "json"],
        ["--draft", "--edition", "1", "pier"],
        [],
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(story, monkeypatch, tmp_path, arguments):
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    assert not (tmp_path / "out").exists()
