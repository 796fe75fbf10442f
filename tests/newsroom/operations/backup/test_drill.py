"""A drill passes with a whole backup, and names what is wrong with any other.

One drill runs as the timer runs it: in a process of its own, with a server for each database. The others run in the
process of the test, without servers.
"""

import json
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from newsroom.audit.models import Erasure
from newsroom.operations import erasures, gauges
from newsroom.operations.backup import drill, targets
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.drill import Outcome, run_drill
from newsroom.operations.backup.manifest import read_manifest
from newsroom.operations.commands import (
    CannotRunError,
    FaultError,
    IncompleteError,
    LockedError,
    StoppedError,
    UsageError,
)
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import Drill
from stories.drafts import revisions
from stories.models import Edition, Story
from stories.publishing import publish, triggers
from stories.publishing.erase import erase_edition, erase_passage, erase_work
from tests.backups import Site, count_tables, delete_row_from_dump, get_page, process_environment
from tests.databases import database_url
from tests.factories import make_published_question, make_published_story, make_report, make_update

pytestmark = pytest.mark.audit
ORDER = "Ordered by the court of Port Lisle."

Usage = namedtuple("Usage", "total used free")
type Run = Callable[..., str]


def run_command(site: Site, target: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the drill in a process of its own, as the timer does."""
    return subprocess.run(
        [sys.executable, "manage.py", "drill", "--from", str(site.store.root), "--into", target, *options],
        cwd=django_settings.BASE_DIR,
        env=process_environment(site.folder / "var"),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def run(site, target, monkeypatch) -> Run:
    """Return a function that runs the command in this process, without servers, and returns what it prints.

    ``found`` is the number of pages that the drill is made to find, all of them equal. If it is None, the drill
    compares the pages of both databases. Without ``restores``, the database stays empty. ``meanwhile`` is called after
    the restore.
    """

    def restore_here(address, name, url, identity):
        try:
            call_command("restore", address, into=url, name=name, without_media=True, stdout=StringIO())
        except CommandError as error:
            return str(error)
        return ""

    def call(
        *,
        restores: bool = True,
        found: int | None = 50,
        pages: int = 50,
        meanwhile: Callable[[], object] = lambda: None,
        **options: bool,
    ) -> str:
        def restore(*arguments: Any) -> str:
            fault = restore_here(*arguments) if restores else ""
            meanwhile()
            return fault

        def compare(outcome: Outcome, *_: object) -> None:
            outcome.pages = outcome.compared = min(found or 0, pages)

        monkeypatch.setattr(drill, "_restore", restore)
        if found is not None:
            monkeypatch.setattr(drill, "_compare_pages", compare)
        call_command(
            "drill", source=str(site.store.root), into=target, pages=pages, stdout=(out := StringIO()), **options
        )
        return out.getvalue()

    monkeypatch.setattr(drill, "_serve", nullcontext)
    monkeypatch.setattr(drill, "_get", get_page)
    return call


@pytest.fixture
def large_site(site):
    """A site with enough pages to compare."""
    for number in range(9):
        make_published_story(headline=f"Why the {number} o’clock ferry is late")
        make_published_question(question=f"Is ferry {number} late?")
    return site


def test_a_whole_backup_passes_and_the_result_is_stored(large_site, target):
    name = create_backup(large_site.store).name
    done = run_command(large_site, target, "--json")
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert (outcome["name"], outcome["faults"]) == (name, [])
    assert outcome["pages"] >= outcome["compared"] >= 20
    stored = Drill.objects.get()
    assert (stored.backup, stored.has_passed) == (name, True)
    assert stored.sentence.endswith("pages compared, all equal.")
    assert count_tables(target) == 0


@pytest.mark.portable
def test_a_page_that_changed_since_is_not_compared_and_one_that_differs_is_named(site, run, administrator):
    create_backup(site.store)
    changed, damaged = Story.objects.order_by("pk")[:2]
    changed.standfirst = "The weights were measured again."
    changed.save()
    publish(changed, by=administrator, change=make_update())
    # No verb would do this: the pages that show the edition do not become invalid.
    triggers.remove()
    edition = Edition.objects.get(work=damaged)
    Edition.objects.filter(pk=edition.pk).update(fragments={**edition.fragments, "headline": "Damaged"})
    triggers.install()
    with pytest.raises(FaultError) as fault:
        run(found=None, pages=500)
    lines = str(fault.value).splitlines()
    assert f"/stories/{damaged.slug}/ differs from the live site." in lines
    assert f"/stories/{changed.slug}/ differs from the live site." not in lines
    stored = Drill.objects.get()
    assert not stored.has_passed
    assert re.fullmatch(rf"{len(lines)} of \d+ pages differs?\.", stored.sentence)


def test_a_row_that_is_not_restored_is_named(site, run):
    name = create_backup(site.store).name
    count = read_manifest(site.store, name).counts["stories_section"]
    delete_row_from_dump(site, name, "stories_section")
    with pytest.raises(FaultError) as fault:
        run()
    assert str(fault.value) == f"stories_section has {count - 1} rows; the manifest says {count}."


@pytest.mark.portable
def test_a_picture_that_the_store_lacks_is_named(site, run):
    create_backup(site.store)
    digest = site.images[0].digest
    site.store.delete(f"media/{digest[:2]}/{digest}")
    with pytest.raises(FaultError) as fault:
        run(restores=False)
    assert str(fault.value) == f"media/{digest[:2]}/{digest}: the file is missing."


@pytest.mark.portable
def test_too_few_pages_are_no_proof(site, run):
    create_backup(site.store)
    with pytest.raises(IncompleteError) as incomplete:
        run(restores=False, pages=5)
    assert str(incomplete.value) == "Only 5 pages could be compared, and 20 are needed."
    stored = Drill.objects.get()
    assert (stored.has_passed, stored.sentence) == (False, "5 of 5 pages compared, all equal; 20 are needed.")


@pytest.mark.portable
def test_a_site_with_few_pages_compares_those_and_is_no_reason_for_an_alert(site, run):
    create_backup(site.store)
    with pytest.raises(IncompleteError):
        run(restores=False, found=12)
    stored = Drill.objects.get()
    assert (stored.has_passed, stored.sentence) == (True, "12 of 12 pages compared, all equal.")


@pytest.mark.parametrize(
    ("different", "other_faults", "sentence"),
    [
        (["/"], [], "1 of 50 pages differs."),
        (["/", "/topics/"], [], "2 of 50 pages differ."),
        ([], ["media/ab/abcd: the file is missing."], "media/ab/abcd: the file is missing."),
        ([], ["The editions differ.\nSo do others.", "/ answers 500."], "The editions differ. 1 more fault."),
        (["/"], ["A", "B", "C"], "A 2 more faults. 1 of 50 pages differs."),
        ([], ["Traceback (most recent call last):\n  …\nKeyError: 'edition'"], "KeyError: 'edition'"),
    ],
)
def test_a_failure_is_summarised_with_right_plurals(different, other_faults, sentence):
    outcome = Outcome("a", pages=50, compared=50, different=different, other_faults=other_faults)
    assert outcome.summarise(has_passed=False) == sentence


def raise_error(error: BaseException) -> None:
    raise error


@pytest.mark.portable
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            CommandError("The site could not be served. Run manage.py serve."),
            "The site could not be served. Run manage.py serve.",
        ),
        (OSError(28, "No space left on device", "/var/a"), "/var/a: No space left on device."),
        (OperationalError("the connection is lost\n\tby the server"), "the connection is lost."),
        (KeyError("edition"), "KeyError: 'edition'."),
    ],
)
def test_a_drill_that_breaks_off_has_failed_with_the_reason(site, target, run, error, sentence):
    name = create_backup(site.store).name
    with pytest.raises(type(error)):
        run(restores=False, meanwhile=partial(raise_error, error))
    stored = Drill.objects.get()
    assert (stored.backup, stored.has_passed, stored.sentence) == (name, False, sentence)
    assert gauges.read_drill_result() == 0
    assert count_tables(target) == 0


def test_a_drill_that_breaks_off_is_stored_on_a_new_connection(site, run, monkeypatch):
    stored_before_close = []
    create_backup(site.store)
    # On the wrapper itself, because a drill puts another one behind ``connection`` for a while.
    wrapper = connections[DEFAULT_DB_ALIAS]
    monkeypatch.setattr(wrapper, "close", lambda: stored_before_close.append(Drill.objects.count()))
    with pytest.raises(OperationalError):
        run(restores=False, meanwhile=partial(raise_error, OperationalError("server closed the connection")), keep=True)
    assert stored_before_close[-1] == 0
    assert not Drill.objects.get().has_passed


@pytest.mark.portable
def test_a_page_that_is_not_answered_is_named(site, run, monkeypatch):
    create_backup(site.store)
    monkeypatch.setattr(drill, "_get", lambda port, path: raise_error(TimeoutError("timed out")))
    with pytest.raises(CommandError, match=r"^/sitemap\.xml was not answered: timed out\.$"):
        run(restores=False, found=None)
    assert Drill.objects.get().sentence == "/sitemap.xml was not answered: timed out."


@pytest.mark.portable
def test_a_drill_without_an_intact_backup_has_failed(site, run):
    with pytest.raises(CannotRunError):
        run()
    assert Drill.objects.get().sentence == "There is no complete backup."
    name = create_backup(site.store).name
    path = site.store.root / name / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(FaultError):
        run()
    stored = Drill.objects.latest()
    assert (stored.backup, stored.has_passed) == (name, False)
    assert stored.sentence == f"{name}/manifest.json: SHA-256 differs from the one in manifest.json.sha256."


@pytest.mark.portable
def test_a_drill_that_is_stopped_has_no_result_and_says_so(site, target, run):
    create_backup(site.store)
    with pytest.raises(StoppedError, match=r"^Stopped\. This drill has no result; that of the one before remains\.$"):
        run(restores=False, meanwhile=partial(raise_error, KeyboardInterrupt()))
    assert not Drill.objects.exists()
    assert count_tables(target) == 0


def test_two_drills_do_not_empty_each_others_database(site, target, run):
    create_backup(site.store)
    run(keep=True)
    tables = count_tables(target)
    with (
        exclusive_run("drill", refusal=""),
        pytest.raises(LockedError, match=r"^Another drill is running\. Wait until it has ended\.$"),
    ):
        run()
    assert count_tables(target) == tables > 0
    assert Drill.objects.count() == 1
    run()
    assert Drill.objects.count() == 2


def test_a_restore_that_runs_elsewhere_is_no_fault_of_the_backup(site, target):
    create_backup(site.store)
    with ExitStack() as stack:
        with targets.default_database(targets.parse_target(target)):
            stack.enter_context(exclusive_run("restore", refusal=""))
        done = run_command(site, target)
    assert (done.returncode, done.stderr) == (
        75,
        "Another process is restoring a backup. Wait until it has ended.\n",
    )
    assert not Drill.objects.exists()


@pytest.mark.portable
def test_wrong_usage_is_no_drill(site):
    with pytest.raises(UsageError):
        call_command("drill", source=str(site.store.root), into="nonsense://host/name")
    assert not Drill.objects.exists()


@pytest.mark.portable
def test_the_database_remains_if_it_is_wanted(site, target, run):
    create_backup(site.store)
    run(keep=True)
    assert count_tables(target) > 0


@pytest.mark.portable
def test_the_database_of_the_site_is_refused(site):
    create_backup(site.store)
    with pytest.raises(CannotRunError, match="This is the database of the site"):
        run_drill(str(site.store.root), database_url(), pages=50)
    assert Story.objects.count() == 2


def test_another_kind_of_database_is_refused(site):
    create_backup(site.store)
    other = (
        "postgres://nobody@localhost/nothing" if connection.vendor == "sqlite" else f"sqlite:///{site.folder}/x.sqlite3"
    )
    with pytest.raises(CannotRunError, match="a database of the same kind"):
        run_drill(str(site.store.root), other, pages=50)


@pytest.mark.portable
def test_without_space_for_the_restore_a_drill_is_refused_as_that_would_be(site, target, monkeypatch):
    create_backup(site.store)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(2, 1, 1))
    with pytest.raises(CannotRunError, match=r"^The restore needs "):
        run_drill(str(site.store.root), target, pages=50)
    assert not Drill.objects.get().has_passed


def leave_out(ids: set[UUID]) -> None:
    """Write the file of erasures again, without the lines of these erasures."""
    lines = erasures.read(erasures.path())
    erasures.path().unlink()
    for line in lines:
        if line.id not in ids:
            erasures.append(line)


def publish_again(story: Story, words: str, *, by) -> None:
    story.standfirst = words
    story.save()
    revisions.record_revision(story, by=by)
    publish(story, by=by, change=make_update())


@pytest.mark.portable
def test_each_erasure_that_is_left_out_of_the_file_is_named_and_no_other(site, run, administrator):
    works = [make_published_story(by=administrator) for _ in range(3)]
    changed, shortened, again = (make_published_story(by=administrator) for _ in range(3))
    publish_again(changed, "The weights were measured again.", by=administrator)
    for name in ("ana", "cem", "ida"):
        make_report(email=f"{name}@lisle.example")
    create_backup(site.store)
    publish_again(changed, "They were right.", by=administrator)
    for work in works:
        erase_work(work, by=administrator, reason=ORDER)
    erase_edition(Edition.objects.get(work=changed, number=2), by=administrator, reason=ORDER)
    for story in (shortened, again):
        erase_passage(story, story.passages.all()[0].uid, by=administrator, reason=ORDER)
    for name in ("ana", "cem"):
        call_command("person", "forget", f"{name}@lisle.example", yes=True, stdout=StringIO())
    left_out = [
        Erasure.objects.get(scope="work", uid=works[1].uid),
        Erasure.objects.get(scope="edition", uid=changed.uid),
        Erasure.objects.get(scope="passage", uid=shortened.uid),
        Erasure.objects.filter(scope="person").latest("pk"),
    ]
    leave_out({row.line_id for row in left_out if row.line_id})
    with pytest.raises(FaultError) as fault:
        run()
    lines = str(fault.value).splitlines()
    for row in left_out:
        assert ["The restored database contains" in line and str(row.uid) in line for line in lines].count(True) == 1
    assert len(lines) == 4


@pytest.mark.portable
def test_an_erasure_that_is_repeated_passes_as_does_the_address_of_somebody_who_came_back(site, run, administrator):
    for name in ("ana", "cem"):
        make_report(email=f"{name}@lisle.example")
    call_command("person", "forget", "cem@lisle.example", yes=True, stdout=StringIO())
    make_report(email="cem@lisle.example")
    create_backup(site.store)
    erase_work(site.story, by=administrator, reason=ORDER)
    call_command("person", "forget", "ana@lisle.example", yes=True, stdout=StringIO())
    assert run().endswith(" all equal.\n")


@pytest.mark.portable
def test_what_is_erased_while_the_drill_runs_is_no_fault(site, run, administrator):
    make_report(email="ana@lisle.example")
    create_backup(site.store)

    def erase() -> None:
        erase_work(site.story, by=administrator, reason=ORDER)
        call_command("person", "forget", "ana@lisle.example", yes=True, stdout=StringIO())

    assert run(meanwhile=erase).endswith(" all equal.\n")
    assert Erasure.objects.closed().count() == 2
