"""Writes stories that the site does not know yet as files of JSON, to be brought in."""

from pathlib import Path

from stories.demo.corpus import documents


def write_stories(folder: str, first: str, count: str) -> int:
    """Write ``count`` stories of the corpus from number ``first`` on into ``folder``, one to a file; return how many."""
    for number in range(int(first), int(first) + int(count)):
        document = documents.story(number)
        (Path(folder) / f"{number}.json").write_text(document.canonical(), encoding="utf-8")
    return int(count)
