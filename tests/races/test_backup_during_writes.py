"""A backup made while editors and readers use the site contains everything that was acknowledged before it began.

The pages of the restored database have the same bytes as those of the site, except where the editors went on.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread

import pytest
from django.conf import settings as django_settings

from newsroom.db.second_connection import second_connection
from newsroom.operations.backup import drill, targets
from newsroom.operations.backup.drill import Outcome
from newsroom.operations.backup.manifest import read_manifest
from newsroom.operations.backup.restore import Source, restore_backup
from stories.models import Edition, Revision
from tests.backups import Site, empty_target, get_page, make_site, process_environment, restored
from tests.databases import process_variables
from tests.factories import PASSWORD, make_published_story, make_user
from tests.servers.server_process import run_server
from tests.stories.admin.form_data import filled_of
from tests.visitors import Account, Page, Visitor, list_pages, save_and_publish

pytestmark = pytest.mark.django_db(transaction=True)

SAVING, PUBLISHING, READING = 2, 2, 4  # numbers of visitors
MAX_WAIT = 240.0  # seconds
PAUSE = 0.02  # seconds between two requests of a reader


@dataclass
class Visits:
    """What visitors do until ``ended`` is set.

    For each editor, ``saved`` or ``published`` maps the words that were written to the time when the response arrived.
    """

    saved: list[dict[str, float]] = field(default_factory=lambda: [{} for _ in range(SAVING)])
    published: list[dict[str, float]] = field(default_factory=lambda: [{} for _ in range(PUBLISHING)])
    read: list[int] = field(default_factory=lambda: [0] * READING)
    failures: list[str] = field(default_factory=list)
    ended: Event = field(default_factory=Event)

    def note(self, page: Page) -> Page:
        if page.has_failed:
            self.failures.append(f"{page.path} answers {page.status}. {page.body[:300]}")
            self.ended.set()
        return page

    def save(self, number: int, editor: Visitor, path: str) -> None:
        """Save a story repeatedly."""
        for turn in count():
            words = f"Compared by telephone: saver {number}, turn {turn}."
            form = filled_of(self.note(editor.get(path)).body)
            saved = self.note(editor.post(path, {**form, "method_note": words, "_continue": "publish"}))
            if saved.path.endswith("/publish/"):  # the editor gets there only if the text was saved
                self.saved[number][words] = time.time()
            if self.ended.is_set():
                return

    def publish(self, number: int, editor: Visitor, path: str) -> None:
        """Save and publish a story repeatedly."""
        for turn in count():
            words = f"Compared by telephone: publisher {number}, turn {turn}."
            pages = [self.note(page) for page in save_and_publish(editor, path, words=words)]
            if len(pages) == 3 and pages[-1].path.endswith("/change/"):
                self.published[number][words] = time.time()
            if self.ended.is_set():
                return

    def look(self, number: int, reader: Visitor, paths: list[str]) -> None:
        """Read all pages repeatedly."""
        while True:
            for path in paths:
                self.note(reader.get(path))
                self.read[number] += 1
                if self.ended.wait(PAUSE):
                    return

    def sizes(self) -> list[int]:
        """Return how often each editor has saved or published, and how many pages each reader has read."""
        return [*map(len, (*self.saved, *self.published)), *self.read]

    def wait_for_more(self, number: int) -> None:
        """Wait until each of the ``sizes`` has grown by at least ``number``."""
        end, before = time.monotonic() + MAX_WAIT, self.sizes()
        while any(now < then + number for now, then in zip(self.sizes(), before, strict=True)):
            assert not self.failures, self.failures
            assert time.monotonic() < end, f"The visitors do not get on: {self.sizes()}"
            time.sleep(0.05)


@contextmanager
def visited(port: int, stories: list[str]) -> Iterator[Visits]:
    """Run editors and readers against the site during the block. Each editor uses the form at one of ``stories``."""
    visits = Visits()
    calls: list[tuple[Callable[..., None], int, Visitor, object]] = []
    for place, path in enumerate(stories):
        editor = Visitor(port)
        assert editor.sign_in(Account(f"editor-{place}", PASSWORD)).status == 200
        write, number = (visits.save, place) if place < SAVING else (visits.publish, place - SAVING)
        calls.append((write, number, editor, path))
    paths = list_pages(Visitor(port))
    calls += [(visits.look, number, Visitor(port), paths) for number in range(READING)]
    threads = [Thread(target=function, args=arguments) for function, *arguments in calls]
    for thread in threads:
        thread.start()
    try:
        yield visits
    finally:
        visits.ended.set()
        for thread in threads:
            thread.join()
    assert visits.failures == []


def back_up(site: Site) -> str:
    """Make a backup in a process of its own, as the timer does. Return its name."""
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", "create", str(site.store.root)],
        cwd=django_settings.BASE_DIR,
        env=process_environment(site.folder / "var"),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def find_before(editors: list[dict[str, float]], at: float) -> set[str]:
    """Return the words that were acknowledged before a time."""
    return {words for editor in editors for words, answered_at in editor.items() if answered_at < at}


def list_revisions() -> set[tuple[int, int, str]]:
    return set(Revision.objects.values_list("work_id", "number", "document__digest"))


def list_editions() -> set[tuple[object, ...]]:
    return set(Edition.objects.values_list("uid", "number", "note", "document__digest"))


def compare_pages(url: str, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Compare all pages of the database at a URL with those of the site, as a drill does, but without servers."""
    outcome = Outcome("")
    monkeypatch.setattr(drill, "_get", get_page)
    with second_connection(targets.parse_target(url), "drill"):
        drill._compare_pages(outcome, url, None, 500, lambda done, total: None)  # type: ignore[arg-type]  # URLs, not ports
    return outcome


def test_all_that_was_acknowledged_before_a_backup_is_in_the_restored_database(
    settings, tmp_path, full_length, monkeypatch
):
    settings.VAR_DIR = tmp_path / "var"
    site = make_site(tmp_path)
    stories = []
    for number in range(SAVING + PUBLISHING):
        editor = make_user(username=f"editor-{number}")
        stories.append(f"/admin/stories/story/{make_published_story(by=editor).pk}/change/")
    seconds, times = (30.0, 3) if full_length else (0.0, 1)
    names = []
    with run_server("serve", tmp_path, process_variables(settings.VAR_DIR)) as port, visited(port, stories) as visits:
        for _ in range(times):
            visits.ended.wait(seconds)
            visits.wait_for_more(3)
            names.append(back_up(site))
        visits.wait_for_more(1)
    revisions, editions = list_revisions(), list_editions()
    for number, name in enumerate(names):
        taken_at = read_manifest(site.store, name).taken_at.timestamp()
        saved, published = find_before(visits.saved, taken_at), find_before(visits.published, taken_at)
        assert len(saved) >= 3 * SAVING
        assert len(published) >= 3 * PUBLISHING
        (folder := tmp_path / f"restore-{number}").mkdir()
        with empty_target(folder) as url:
            restore_backup(Source(site.store, name=name), url, storage=None)
            with restored(url):
                bodies = " ".join(map(str, Revision.objects.values_list("document__body", flat=True)))
                assert [words for words in saved if words not in bodies] == []
                assert published <= set(Edition.objects.values_list("note", flat=True))
                assert list_revisions() < revisions, "The editors went on after the backup."
                assert list_editions() < editions
            outcome = compare_pages(url, monkeypatch)
            assert outcome.faults == []
            assert 10 <= outcome.compared < outcome.pages
