"""Copy a site with the commands in docs/operating.md while a process writes to the site."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from stories.drafts import revisions
from stories.models import Story
from tests.races.processes import start_process

WAIT = 120.0  # seconds
MAX_RUNS = 20  # of a command that ends before it could be stopped
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


def run_during_writes(command: str, story: Story, *, copy: Path) -> set[int]:
    """Run a command that writes the file ``copy`` while a process saves the story.

    Assert that the process saves revisions during the command, which is stopped in the middle until it has done so.
    Return the numbers of the revisions acknowledged beforehand.
    """
    record = copy.parent / "acknowledged"
    with start_process(save_repeatedly, story.pk, str(record), media_root=copy.parent):
        for _ in range(MAX_RUNS):
            before = _read_acknowledged(record, at_least=10)
            with _start(command) as process:
                if _stop_in_the_middle(process, copy):
                    _read_acknowledged(record, at_least=len(_read_acknowledged(record)) + 3)
                    os.killpg(process.pid, signal.SIGCONT)
                    _, errors = process.communicate()
                    assert process.returncode == 0, errors
                    return before
            copy.unlink(missing_ok=True)
    raise AssertionError("The command was too fast to be stopped in the middle.")


def assert_complete(copy: Rows, acknowledged: set[int]) -> None:
    """Assert that a copy contains every acknowledged revision, and no document that differs from the original."""
    with connection.cursor() as cursor:
        cursor.execute(REVISIONS_SQL)
        assert set(copy) <= set(cursor.fetchall())
    assert {number for _, number, _ in copy} >= acknowledged


@contextmanager
def _start(command: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a shell, in a process group of its own. If it has not ended after the block, kill it."""
    shell = ["bash", "-c", command]
    with subprocess.Popen(shell, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _stop_in_the_middle(process: subprocess.Popen[str], copy: Path) -> bool:
    """Stop a process once it has begun to write ``copy``. Return False if it has ended before."""
    while not (copy.exists() and copy.stat().st_size) and process.poll() is None:
        time.sleep(0.001)
    if process.poll() is not None:
        return False
    os.killpg(process.pid, signal.SIGSTOP)
    # With WNOWAIT, an exit code can still be read by ``process``.
    state = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return state is not None and state.si_code == os.CLD_STOPPED


def save_repeatedly(key: int, record: str) -> None:
    """Save a story until the process is killed, and write the number of each acknowledged revision to ``record``."""
    story = Story.objects.get(pk=key)
    with Path(record).open("a", encoding="utf-8") as acknowledged:
        while True:
            story.headline = f"The barrier counts lorry {time.time_ns()}"
            story.save()
            acknowledged.write(f"{revisions.record_revision(story, by=None).number}\n")
            acknowledged.flush()


def _read_acknowledged(record: Path, *, at_least: int = 0) -> set[int]:
    """Wait until at least this many revisions have been acknowledged, and return the numbers of all of them."""
    end = time.monotonic() + WAIT
    while True:
        text = record.read_text(encoding="utf-8") if record.exists() else ""
        numbers = {int(line) for line in text.rpartition("\n")[0].split()}
        if len(numbers) >= at_least:
            return numbers
        assert time.monotonic() < end, f"{len(numbers)} instead of {at_least} revisions were acknowledged."
        time.sleep(0.05)
