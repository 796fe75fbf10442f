"""A new folder: its files are complete or missing, and it is empty again after an error."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.exports import NotEmptyError, new_folder


def list_names(root: Path) -> set[str]:
    """Return the paths of all files and folders in ``root``."""
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def test_files_are_written_into_folders_that_are_made_for_them(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b"
    with new_folder(root) as folder:
        folder.write("stories/pier.md", "Pier.\n")
        folder.write_chunks("picture.png", iter([b"one", b"two"]))
    assert list_names(root) == {"stories", "stories/pier.md", "picture.png"}
    assert (root / "picture.png").read_bytes() == b"onetwo"


def test_an_empty_folder_is_used_as_it_is(tmp_path: Path) -> None:
    with new_folder(tmp_path) as folder:
        folder.write("a.md", "a")
    assert list_names(tmp_path) == {"a.md"}


@pytest.mark.parametrize("name", ["notes.txt", ".hidden"])
def test_a_folder_with_anything_in_it_is_refused_and_unchanged(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(NotEmptyError), new_folder(tmp_path):
        pytest.fail("It was opened.")
    assert (tmp_path / name).read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(NotEmptyError), new_folder(tmp_path / "out"):
        pytest.fail("It was opened.")


def test_a_file_that_cannot_be_completed_does_not_appear(tmp_path: Path) -> None:
    def fail() -> Iterator[bytes]:
        yield b"half"
        raise OSError("The disk is full.")

    with new_folder(tmp_path / "out") as folder:
        folder.write("whole.md", "whole")
        with pytest.raises(OSError, match="full"):
            folder.write_chunks("pictures/half.png", fail())
    assert list_names(tmp_path / "out") == {"whole.md", "pictures"}


def write_and_fail(root: Path, error: type[BaseException], *, beside: str = "") -> None:
    """Write two files into a new folder, and raise the error. ``beside`` is a file that somebody else writes."""
    with new_folder(root) as folder:
        folder.write("stories/pier.md", "Pier.")
        folder.write("works.json", "[]")
        if beside:
            (root / beside).write_text("mine")
        raise error


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_new_folder_is_gone_after_an_error(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        write_and_fail(tmp_path / "out", error)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_was_there_is_empty_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(tmp_path, KeyboardInterrupt)
    assert list_names(tmp_path) == set()


def test_files_of_others_remain_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(tmp_path / "out", KeyboardInterrupt, beside="notes.txt")
    assert list_names(tmp_path / "out") == {"notes.txt"}


def test_each_file_has_a_name_of_its_own_that_fits_on_a_disk(tmp_path: Path) -> None:
    uids = [uuid.UUID(int=number) for number in range(4)]
    with new_folder(tmp_path) as folder:
        names = ["pier", "Pier", "pier", "رصيف-" * 40]
        paths = [folder.choose_path("stories", name, uid, ending=".md") for name, uid in zip(names, uids, strict=True)]
        for path in paths:
            folder.write(path, path)
    assert paths[0] == "stories/pier.md"
    assert paths[1:3] == [f"stories/Pier-{uids[1]}.md", f"stories/pier-{uids[2]}.md"]
    assert paths[3].startswith("stories/رصيف-رصيف")
    assert paths[3].endswith(f"{uids[3]}.md")
    assert {path.read_text(encoding="utf-8") for path in (tmp_path / "stories").iterdir()} == set(paths)
