"""The ``import_explainer`` command: its reports, options and exit status."""

import io
import json
from contextlib import suppress
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import DataError

from newsroom.operations.commands import CannotRunError, IncompleteError
from stories.drafts import revisions
from stories.models import Edition, Import, Outlet, Section, Story, Work
from tests.factories import make_published_story, make_question, make_story, make_topic, make_user
from topics.models import Topic

pytestmark = pytest.mark.django_db

TEXT = "What's happened\nThe gate closed. Nobody was hurt.\nWhat the papers say\nAnsgar Wire reports rain.\n"

LONG_TEXT = """What's happened
The Kelmar gate, which keeps the spring tides out of the lower town of Port Lisle, closed on Monday for the first time in nine years.
What's behind the headline?
A tide met a storm.
What the papers say
The Lisle Courier reports that the gate held.
Radio Tessen reports that a pump failed.
How we got here
The gate was built after the flood.
Go deeper
Common question
-
Why did the gate close?
A tide met a storm.
More on these topics
-
Vessara is a city in the north.
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "gate.txt"
    path.write_text(TEXT)
    return path


def run(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command("import_explainer", *map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def report(*arguments: object) -> dict[str, Any]:
    """Return the JSON that the command prints, even if it fails."""
    out = StringIO()
    with suppress(CommandError):
        call_command("import_explainer", *map(str, arguments), "--json", stdout=out, stderr=StringIO())
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def test_the_report_describes_the_imported_story(file):
    result = report(file)
    (file_report,) = result["files"]
    assert (result["imported"], result["refused"]) == (1, 0)
    assert file_report["sections"] == [
        {"kind": "happened", "heading": "What's happened", "words": 6, "text": "The gate closed. Nobody was hurt."},
        {"kind": "papers", "heading": "What the papers say", "words": 4, "text": "Ansgar Wire reports rain."},
    ]
    assert file_report["coverage"] == [{"outlets": ["Ansgar Wire"], "words": 4, "text": "Ansgar Wire reports rain."}]
    assert (file_report["status"], file_report["kind"], file_report["slug"]) == ("imported", "story", "the-gate-closed")
    assert (file_report["headline"], file_report["headline_proposed"]) == (None, "The gate closed.")
    assert (file_report["questions"], file_report["topics"], file_report["cut_off"], file_report["error"]) == (
        [],
        [],
        False,
        None,
    )
    assert [note["code"] for note in file_report["notes"]] == ["headline-missing", "outlet-proposed"]


def test_the_report_on_a_question_page_has_its_answers(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("In short.\nWho pays?\nThe city pays.\n")
    (file_report,) = report(path)["files"]
    assert (file_report["kind"], file_report["introduction"]) == ("question", "In short.")
    assert file_report["answers"] == [{"question": "Who pays?", "words": 3, "text": "The city pays."}]


def test_a_dry_run_writes_nothing(file):
    result = report(file, "--dry-run")
    assert (result["imported"], result["files"][0]["status"]) == (0, "would import")
    assert result["files"][0]["slug"] == "the-gate-closed"
    assert not Work.objects.exists()


def test_a_file_imported_before_is_unchanged(file):
    report(file)
    assert report(file)["files"][0]["status"] == "unchanged"
    assert Story.objects.count() == 1


def test_a_refused_file_does_not_affect_the_others(file, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"What's happened\nThe gate\x00 closed.\n")
    result = report(file, bad)
    assert (result["imported"], result["refused"]) == (1, 1)
    assert result["files"][1]["error"] == {"line": 2, "message": "This line contains a NUL character. Remove it."}
    assert Import.objects.count() == 1


def test_the_exit_code_says_whether_every_file_was_refused_or_only_some(file, tmp_path):
    with pytest.raises(CannotRunError, match=r"1 of 1 refused\.") as refused:
        run(tmp_path / "nowhere.txt")
    assert refused.value.returncode == 3
    with pytest.raises(IncompleteError, match=r"1 of 2 refused\.") as incomplete:
        run(tmp_path / "nowhere.txt", file)
    assert incomplete.value.returncode == 5


def test_a_file_of_twenty_megabytes_is_refused(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes(b"What's happened\n" + b"word " * 4_000_000)
    assert "larger than 2 MB" in report(path)["files"][0]["error"]["message"]


def test_the_report_is_plain_text_by_default(file):
    assert run(file).splitlines()[0] == f"{file}: imported as story “the-gate-closed”"


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert report("-")["files"][0]["file"] == "standard input"


def test_a_given_headline_is_confirmed(file):
    file_report = report(file, "--headline", "Why the gate closed")["files"][0]
    assert (file_report["headline"], file_report["headline_proposed"], file_report["slug"]) == (
        "Why the gate closed",
        None,
        "why-the-gate-closed",
    )


def test_a_file_changes_the_given_story(file):
    story = make_story(slug="gate")
    file_report = report(file, "--into", "gate")["files"][0]
    assert (file_report["status"], file_report["slug"]) == ("imported", "gate")
    assert Story.objects.get() == story


def test_if_a_story_and_a_question_share_a_slug_the_kind_of_the_file_decides(file):
    make_question(slug="gate")
    story = make_story(slug="gate")
    report(file, "--into", "gate")
    assert Import.objects.get().work_id == story.pk


def test_an_unknown_slug_is_refused(file):
    assert "“nowhere”" in report(file, "--into", "nowhere")["files"][0]["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--publish"], "needs --by"),
        (["--by", "nobody"], "no account"),
        (["--by", "editor", "--confirm-names"], "go with --publish"),
        (["--by", "editor", "--leave-questions"], "go with --publish"),
        (["second.txt", "--headline", "One"], "for one file"),
    ],
)
def test_invalid_options_are_refused_before_any_file_is_read(file, arguments, words):
    with pytest.raises(CommandError, match=words) as wrong:
        run(file, *arguments)
    assert wrong.value.returncode == 2
    error = report(file, *arguments)
    assert {file_report["status"] for file_report in error["files"]} == {"refused"}
    assert words in error["files"][0]["error"]["message"]
    assert not Work.objects.exists()


def test_a_user_without_permission_is_refused_with_a_reason(file):
    make_user(role="Curator", username="cora")
    assert report(file, "--by", "cora")["files"][0]["error"]["message"] == "You don’t have permission to import texts."
    assert not Work.objects.exists()


def test_an_import_that_the_database_rejects_is_refused(file, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise DataError("too long")

    monkeypatch.setattr("stories.imports.save.drafts.restore", refuse)
    assert "too long" in report(file)["files"][0]["error"]["message"]
    assert not Work.objects.exists()


def test_an_import_that_cannot_be_published_is_not_saved(file, editor):
    file_report = report(file, "--by", "editor", "--publish")["files"][0]
    assert file_report["status"] == "refused"
    assert file_report["error"]["message"].startswith("Not published. ")
    assert not Work.objects.exists()


def test_a_plain_text_can_be_published_with_one_command(tmp_path, editor):
    path = tmp_path / "gate.txt"
    path.write_text(LONG_TEXT)
    error = report(str(path), "--by", "editor", "--publish")["files"][0]["error"]["message"]
    assert "headline has" in error
    assert "“Vessara” isn’t confirmed" in error
    assert "Add an answer" in error
    file_report = report(
        str(path), "--by", "editor", "--publish", "--confirm-names", "--leave-questions",
        "--headline", "Why the Kelmar gate closed on Monday",
    )["files"][0]  # fmt: skip
    assert file_report["status"] == "imported"
    document = Edition.objects.get().document.value()
    assert [topic.topic is not None for topic in document.topics] == [True]
    assert [outlet.uid is not None for passage in document.passages for outlet in passage.outlets] == [True, True]
    assert [asked.question for asked in document.questions] == ["Why did the gate close?"]


def test_a_user_who_may_not_confirm_names_cannot_confirm_them(tmp_path, editor):
    path = tmp_path / "gate.txt"
    path.write_text(LONG_TEXT)
    editor.groups.clear()
    editor.user_permissions.set(Permission.objects.filter(codename__in=["import_work", "publish_work", "add_story"]))
    error = report(
        str(path), "--by", "editor", "--publish", "--confirm-names", "--leave-questions", "--headline", "Why it closed",
    )["files"][0]  # fmt: skip
    assert error["error"]["message"] == "Only editors and curators can confirm names."
    assert not Outlet.objects.exists()
    assert not Work.objects.exists()


@pytest.fixture
def folder(tmp_path):
    """Return an exported folder with one story, whose work was changed since."""
    story = make_published_story(slug="pier", topics=(make_topic(name="Piers"),))
    call_command("export_explainer", all=True, to=tmp_path / "out", stdout=StringIO())
    section = Section.objects.get(story=story, kind="happened")
    section.text = "The pier was closed on Sunday."
    section.save()
    revisions.record_revision(story, by=None)
    return tmp_path / "out"


def change_markdown(folder):
    """Change a word in the exported story, as somebody would who edits the folder."""
    path = folder / "stories/pier.md"
    path.write_text(path.read_text().replace("ten tonnes", "nine tonnes"))


def get_text(kind):
    return Section.objects.get(kind=kind).text


def test_a_folder_that_was_exported_here_undoes_no_edit(folder):
    assert [file["status"] for file in report(folder)["files"]] == ["unchanged"]
    assert "Sunday" in get_text("happened")


def test_changes_in_a_folder_are_merged_with_edits_since(folder):
    change_markdown(folder)
    assert [file["status"] for file in report(folder)["files"]] == ["imported"]
    assert "Sunday" in get_text("happened")
    assert "nine tonnes" in get_text("background")


def test_a_dry_run_of_a_folder_writes_nothing(folder):
    change_markdown(folder)
    topics = json.loads((folder / "topics.json").read_text())
    (folder / "topics.json").write_text(json.dumps([{**topics[0], "uid": str(uuid4()), "name": "Quays"}]))
    assert [file["status"] for file in report(folder, "--dry-run")["files"]] == ["would import"]
    assert not Import.objects.exists()
    assert Topic.objects.count() == 1
    assert "ten tonnes" in get_text("background")


def test_what_was_not_added_is_noted(folder):
    topics = json.loads((folder / "topics.json").read_text())
    topics[0]["uid"] = str(uuid4())
    (folder / "topics.json").write_text(json.dumps(topics))
    errors = StringIO()
    call_command("import_explainer", str(folder), stdout=StringIO(), stderr=errors)
    assert "“Piers” is already a name of the topic “Piers”." in errors.getvalue()


def test_an_incomplete_folder_is_refused_and_nothing_is_imported(folder):
    (folder / "works.json").unlink()
    with pytest.raises(CommandError, match=r"has no works\.json"):
        run(folder)
    assert not Import.objects.exists()


@pytest.mark.parametrize("options", [["--into", "pier"], ["--headline", "A pier"], ["--format", "markdown"], ["."]])
def test_a_folder_is_imported_by_itself(folder, options):
    with pytest.raises(CommandError, match="on its own"):
        run(folder, *options)


def test_a_user_who_may_not_add_names_cannot_import_a_folder_with_new_ones(folder):
    topics = json.loads((folder / "topics.json").read_text())
    (folder / "topics.json").write_text(json.dumps([{**topics[0], "uid": str(uuid4()), "name": "Quays"}]))
    make_user(role="Writer", username="writer")
    with pytest.raises(CommandError, match="permission to add"):
        run(folder, by="writer")
    assert not Import.objects.exists()


def test_a_file_that_the_system_refuses_to_look_at_is_refused_with_the_reason():
    result = report("x" * 300)
    assert result["refused"] == 1
    assert "The file cannot be read: File name too long." in str(result)
