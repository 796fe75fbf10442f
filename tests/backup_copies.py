"""Copies a site that is written to meanwhile, by the commands of docs/operating.md."""

import re
import subprocess
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from stories.drafts import revisions
from stories.models import Story
from tests.races.processes import beside

WAIT = 120.0  # seconds
# Every revision, with the digest of what it says.
QUESTION = (
    "SELECT r.work_id, r.number, d.digest FROM stories_revision r JOIN stories_document d ON d.id = r.document_id"
)

type Rows = list[tuple[int, int, str]]


def documented(beginning: str) -> str:
    """Return the command of the document that begins so."""
    document = (Path(settings.BASE_DIR) / "docs" / "operating.md").read_text(encoding="utf-8")
    found = re.search(rf"(?:\$ |`)({re.escape(beginning)}[^\n`]*)", document)
    assert found, beginning
    return found[1]


def run(command: str) -> None:
    """Run a command as somebody at a terminal would."""
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)  # noqa: S607
    assert done.returncode == 0, done.stderr


def run_during_writes(command: str, story: Story, folder: Path) -> set[int]:
    """Run a command while a process saves the story; return the revisions that were acknowledged when it began."""
    place = folder / "acknowledged"
    with beside(save_again_and_again, story.pk, str(place), place=folder):
        before = _acknowledged(place, at_least=10)
        run(command)
        _acknowledged(place, at_least=len(before) + 3)  # it could go on
    return before


def assert_is_whole(copy: Rows, acknowledged: set[int]) -> None:
    """Assert that a copy has each revision that was acknowledged, and that each says what it says in the original."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION)
        assert set(copy) <= set(cursor.fetchall())
    assert {number for _, number, _ in copy} >= acknowledged


def save_again_and_again(key: int, place: str) -> None:
    """Save a story until the process is killed, and write down each revision that was acknowledged."""
    story = Story.objects.get(pk=key)
    with Path(place).open("a", encoding="utf-8") as acknowledged:
        while True:
            story.headline = f"The barrier counts lorry {time.time_ns()}"
            story.save()
            acknowledged.write(f"{revisions.record_revision(story, by=None).number}\n")
            acknowledged.flush()


def _acknowledged(place: Path, *, at_least: int) -> set[int]:
    """Return the numbers of the revisions that were acknowledged, once there are so many."""
    end = time.monotonic() + WAIT
    while True:
        text = place.read_text(encoding="utf-8") if place.exists() else ""
        numbers = {int(line) for line in text.rpartition("\n")[0].split()}
        if len(numbers) >= at_least:
            return numbers
        assert time.monotonic() < end
        time.sleep(0.05)
