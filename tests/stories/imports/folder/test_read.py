"""Reading the index and the lists of a folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from stories.documents.parse import UnreadableDocumentError
from stories.imports.folder import ExportedFolder

UIDS = [f"{number}1111111-1111-4111-8111-111111111111" for number in range(4)]


def work(number: int, kind: str = "story", **values: Any) -> dict[str, Any]:
    return {"uid": UIDS[number], "kind": kind, "slug": "pier", "language": "en", "title": "Pier", **values}


def write_index(root: Path, *works: dict[str, Any], **values: Any) -> ExportedFolder:
    index = {"format": 1, "exported_at": "2026-11-29T12:00:00Z", "site": "", "has_drafts": True, "works": works}
    (root / "works.json").write_text(json.dumps({**index, **values}))
    return ExportedFolder(root)


def test_questions_are_listed_before_the_stories_that_ask_them(tmp_path: Path) -> None:
    folder = write_index(
        tmp_path,
        work(0, file="stories/pier.md", draft="drafts/stories/pier.md"),
        work(1, "question", file="questions/why.md"),
        work(2, "question", draft="drafts/questions/how.md"),
    )
    assert folder.list_files() == [f"{tmp_path}/questions/why.md", f"{tmp_path}/stories/pier.md"]
    assert folder.list_drafts() == [f"{tmp_path}/drafts/questions/how.md", f"{tmp_path}/drafts/stories/pier.md"]


@pytest.mark.parametrize(
    "path", ["../secret.md", "/etc/passwd", "stories/../../secret.md", "stories/.hidden", "a\\..\\b", "stories//a", ""]
)
def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"works\.json: works\.0\.file"):
        write_index(tmp_path, work(0, file=path)).list_files()


def test_an_incomplete_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    with pytest.raises(UnreadableDocumentError, match=r"has no works\.json"):
        ExportedFolder(tmp_path).list_files()
    with pytest.raises(UnreadableDocumentError, match=r"topics\.json cannot be read"):
        _ = write_index(tmp_path).topics


def test_a_folder_of_a_later_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError, match="format 2"):
        write_index(tmp_path, format=2).list_files()


def test_fields_of_a_later_release_are_ignored(tmp_path: Path) -> None:
    assert write_index(tmp_path, work(0, file="a.md", mood="calm"), editor="Ada").list_files() == [f"{tmp_path}/a.md"]


@pytest.mark.parametrize("text", ["{", '["a",\n', "\xff", "[" * 100_000], ids=["open", "list", "bytes", "deep"])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "works.json").write_text(text, encoding="latin-1")
    with pytest.raises(UnreadableDocumentError, match=r"works\.json"):
        ExportedFolder(tmp_path).list_files()
