"""A drill passes with a whole backup, and names what is wrong with another one."""

import json
import subprocess
import sys
from collections import namedtuple

import pytest
from django.conf import settings as django_settings
from django.db import connection

from newsroom.operations import erasures
from newsroom.operations.backup import drill
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.drill import run_drill
from newsroom.operations.backup.manifest import read_manifest, write_manifest
from newsroom.operations.commands import CannotRunError
from newsroom.operations.models import Drill
from stories.models import Edition, Story
from stories.publishing import publish, triggers
from stories.publishing.erase import erase_work
from tests.backups import Site, count_tables, process_environment
from tests.databases import database_url
from tests.factories import make_published_question, make_published_story, make_update

pytestmark = pytest.mark.audit

Usage = namedtuple("Usage", "total used free")


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
def large_site(site):
    """A site with enough pages to compare."""
    for number in range(11):
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


def test_a_page_that_changed_since_is_not_compared_and_one_that_differs_is_named(large_site, target, administrator):
    create_backup(large_site.store)
    changed, damaged = Story.objects.order_by("pk")[:2]
    changed.standfirst = "The weights were measured again."
    changed.save()
    publish(changed, by=administrator, change=make_update())
    # No verb would do this: the pages that show the edition do not become invalid.
    triggers.remove()
    edition = Edition.objects.get(work=damaged)
    Edition.objects.filter(pk=edition.pk).update(fragments={**edition.fragments, "headline": "Damaged"})
    triggers.install()
    done = run_command(large_site, target, "--pages", "500")
    assert done.returncode == 4, (done.stdout, done.stderr)
    assert f"/stories/{damaged.slug}/ differs from the live site." in done.stderr.splitlines()
    assert f"/stories/{changed.slug}/ differs from the live site." not in done.stderr.splitlines()
    stored = Drill.objects.get()
    assert not stored.has_passed
    assert " failed: " in stored.sentence


def test_a_row_that_is_not_restored_is_named(large_site, target):
    name = create_backup(large_site.store).name
    manifest = read_manifest(large_site.store, name)
    counts = {**manifest.counts, "stories_edition": manifest.counts["stories_edition"] + 1}
    write_manifest(large_site.store, name, manifest.model_copy(update={"counts": counts}))
    done = run_command(large_site, target)
    assert done.returncode == 4
    assert (
        done.stderr
        == f"stories_edition has {counts['stories_edition'] - 1} rows; the manifest says {counts['stories_edition']}.\n"
    )


def test_a_picture_that_the_store_lacks_is_named(large_site, target):
    create_backup(large_site.store)
    digest = large_site.images[0].digest
    large_site.store.delete(f"media/{digest[:2]}/{digest}")
    done = run_command(large_site, target)
    assert done.returncode == 4
    assert done.stderr == f"media/{digest[:2]}/{digest}: the file is missing.\n"


def test_too_few_pages_are_no_proof(site, target):
    create_backup(site.store)
    done = run_command(site, target, "--pages", "5")
    assert done.returncode == 5
    assert done.stderr == "Only 5 pages could be compared, and 20 are needed.\n"
    assert not Drill.objects.get().has_passed


def test_a_site_with_few_pages_compares_those_and_is_no_reason_for_an_alert(site, target):
    create_backup(site.store)
    done = run_command(site, target)
    assert done.returncode == 5
    drill = Drill.objects.get()
    assert (drill.has_passed, "compared only" in drill.sentence) == (True, True)


def test_the_database_remains_if_it_is_wanted(large_site, target):
    create_backup(large_site.store)
    assert run_command(large_site, target, "--keep").returncode == 0
    assert count_tables(target) > 0


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


def test_without_enough_space_a_drill_is_refused(site, target, monkeypatch):
    name = create_backup(site.store).name
    size = read_manifest(site.store, name).database.bytes
    monkeypatch.setattr(drill.shutil, "disk_usage", lambda path: Usage(10 * size, 9 * size, int(1.19 * size)))
    with pytest.raises(CannotRunError, match="GB of free disk"):
        run_drill(str(site.store.root), target, pages=50)


def test_an_erasure_that_the_file_does_not_have_is_named(large_site, target, administrator):
    create_backup(large_site.store)
    erased = large_site.story
    uid = erased.uid
    erase_work(erased, by=administrator, reason="Ordered by the court of Port Lisle.")
    erasures.path().unlink()
    done = run_command(large_site, target)
    assert done.returncode == 4
    assert f"(work of story {uid}) is in the restored database." in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_erasure_that_is_repeated_passes(large_site, target, administrator):
    create_backup(large_site.store)
    erase_work(large_site.story, by=administrator, reason="Ordered by the court of Port Lisle.")
    done = run_command(large_site, target)
    # Lists changed with the erasure, so few pages may remain to be compared: that is another code.
    assert done.returncode in {0, 5}, done.stderr
    assert done.stdout.endswith(" all equal.\n")
