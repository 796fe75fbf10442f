"""Copy a site with the commands in docs/operating.md while a process writes to the site."""

import re
import subprocess
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from stories.drafts import revisions
from stories.models import Story
from tests.races.processes import start_process

WAIT = 120.0  # seconds
# Every revision, with the digest of its document.
REVISIONS_SQL = (
    "SELECT r.work_id, r.number, d.digest FROM stories_revision r JOIN stories_document d ON d.id = r.document_id"
)

type Rows = list[tuple[int, int, str]]


def find_documented_command(beginning: str) -> str:
    """Return the first command in docs/operating.md that begins with this text."""
    document = (Path(settings.BASE_DIR) / "docs" / "operating.md").read_text(encoding="utf-8")
    match = re.search(rf"(?:\$ |`)({re.escape(beginning)}[^\n`]*)", document)
    assert match, beginning
    return match[1]


def run(command: str) -> None:
    """Run a command in a shell, as an operator would."""
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)  # noqa: S607
    assert done.returncode == 0, done.stderr


def run_during_writes(command: str, story: Story, folder: Path) -> set[int]:
    """Run a command while a process saves the story; return the numbers of the revisions acknowledged beforehand."""
    record = folder / "acknowledged"
    with start_process(save_repeatedly, story.pk, str(record), media_root=folder):
        before = _read_acknowledged(record, at_least=10)
        run(command)
        _read_acknowledged(record, at_least=len(before) + 3)  # the writer continues
    return before


def assert_complete(copy: Rows, acknowledged: set[int]) -> None:
    """Assert that a copy contains every acknowledged revision, and no document that differs from the original."""
    with connection.cursor() as cursor:
        cursor.execute(REVISIONS_SQL)
        assert set(copy) <= set(cursor.fetchall())
    assert {number for _, number, _ in copy} >= acknowledged


def save_repeatedly(key: int, record: str) -> None:
    """Save a story until the process is killed, and write the number of each acknowledged revision to ``record``."""
    story = Story.objects.get(pk=key)
    with Path(record).open("a", encoding="utf-8") as acknowledged:
        while True:
            story.headline = f"The barrier counts lorry {time.time_ns()}"
            story.save()
            acknowledged.write(f"{revisions.record_revision(story, by=None).number}\n")
            acknowledged.flush()


def _read_acknowledged(record: Path, *, at_least: int) -> set[int]:
    """Wait until at least this many revisions have been acknowledged, and return the numbers of all of them."""
    end = time.monotonic() + WAIT
    while True:
        text = record.read_text(encoding="utf-8") if record.exists() else ""
        numbers = {int(line) for line in text.rpartition("\n")[0].split()}
        if len(numbers) >= at_least:
            return numbers
        assert time.monotonic() < end
        time.sleep(0.05)
