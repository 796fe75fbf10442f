"""A backup that is made while others write has everything that was acknowledged before it began."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from newsroom.operations.backup.manifest import find_newest, read_manifest
from newsroom.operations.backup.restore import Source, restore_backup
from stories.drafts import revisions
from stories.models import Revision, Story
from tests.backups import empty_target, make_site, process_environment, restored
from tests.factories import make_story
from tests.races.processes import start_process

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 3
MAX_WAIT = 120.0  # seconds

type Acknowledged = dict[tuple[int, int], float]


def save_repeatedly(key: int, record: str) -> None:
    """Save a story until the process is killed, and record each acknowledged revision with its time."""
    story = Story.objects.get(pk=key)
    with Path(record).open("a", encoding="utf-8") as acknowledged:
        while True:
            story.headline = f"The barrier counts lorry {time.time_ns()}"
            story.save()
            number = revisions.record_revision(story, by=None).number
            acknowledged.write(f"{key} {number} {time.time()}\n")
            acknowledged.flush()


def read_acknowledged(record: Path) -> Acknowledged:
    text = record.read_text(encoding="utf-8") if record.exists() else ""
    rows = [line.split() for line in text.rpartition("\n")[0].splitlines()]
    return {(int(key), int(number)): float(at) for key, number, at in rows}


def wait_for(record: Path, count: int) -> None:
    end = time.monotonic() + MAX_WAIT
    while len(read_acknowledged(record)) < count:
        assert time.monotonic() < end, "The writers do not get on."
        time.sleep(0.02)


def documents_by_revision() -> dict[tuple[int, int], str]:
    rows = Revision.objects.values_list("work_id", "number", "document__digest")
    return {(work, number): digest for work, number, digest in rows}


def back_up(store: Path, var: Path) -> None:
    """Make a backup in a process of its own, as the timer does."""
    subprocess.run(
        [sys.executable, "manage.py", "backup", "create", str(store)],
        cwd=django_settings.BASE_DIR,
        env=process_environment(var),
        check=True,
        capture_output=True,
    )


def test_every_save_acknowledged_before_the_backup_is_in_the_restored_database(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    site = make_site(tmp_path)
    stories = [make_story(headline=f"Story {number} that is written to") for number in range(WRITERS)]
    records = [tmp_path / f"record-{story.pk}" for story in stories]
    writers = [
        start_process(save_repeatedly, story.pk, str(record), media_root=tmp_path)
        for story, record in zip(stories, records, strict=True)
    ]
    with writers[0], writers[1], writers[2]:
        for record in records:
            wait_for(record, 10)
        back_up(site.store.root, settings.VAR_DIR)
        for record in records:
            wait_for(record, len(read_acknowledged(record)) + 3)
    taken_at: datetime = read_manifest(site.store, find_newest(site.store)).taken_at
    written = documents_by_revision()
    with empty_target(tmp_path) as url:
        restore_backup(Source(site.store), url, storage=None)
        with restored(url):
            saved = documents_by_revision()
    acknowledged = {
        key for record in records for key, at in read_acknowledged(record).items() if at < taken_at.timestamp()
    }
    assert len(acknowledged) >= 10 * WRITERS
    assert acknowledged <= saved.keys()
    assert saved.items() <= written.items()
    assert len(saved) < len(written), "The writers went on after the backup."
