"""Write stories that are not in the corpus as JSON files, to measure their import."""

from pathlib import Path

from stories.demo.corpus import documents


def write_stories(folder: str, first: str, count: str) -> int:
    """Write ``count`` stories, starting with number ``first``, each to a file in ``folder``; return their number."""
    for number in range(int(first), int(first) + int(count)):
        document = documents.build_story(number)
        (Path(folder) / f"{number}.json").write_text(document.canonical(), encoding="utf-8")
    return int(count)
