"""The commands of the units that timers start, run as systemd runs them, but for the account and the folders."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from newsroom.operations.models import Backup, Drill, TidyRun
from tests.backups import Site, make_site
from tests.databases import DROP_DATABASE, database_url

pytestmark = pytest.mark.portable

UNITS = django_settings.BASE_DIR / "deploy" / "systemd"
PYTHON = "/opt/newsroom/current/.venv/bin/python"


@pytest.fixture
def site(settings, tmp_path, transactional_db) -> Iterator[Site]:
    """Return a site, beside which there is an empty database for drills."""
    settings.VAR_DIR = tmp_path
    statements = ["CREATE DATABASE newsroom_drill", DROP_DATABASE.format("newsroom_drill")]
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql:
        with connection.cursor() as cursor:
            cursor.execute(statements[1])
            cursor.execute(statements[0])
    yield make_site(tmp_path)
    if is_postgresql:
        with connection.cursor() as cursor:
            cursor.execute(statements[1])


def run(words: list[str], site: Site, backup_to: str = "") -> "subprocess.CompletedProcess[str]":
    """Run a command with the environment of the site."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "ALLOWED_HOSTS": "news.example",
        "SITE_URL": "https://news.example",
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(site.folder),
        "BACKUP_TO": backup_to,
    }
    return subprocess.run(
        words, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )


def run_unit(name: str, site: Site, *, backup_to: str) -> list[int]:
    """Run the lines of a service in order, then those of the service that it starts at its end. Return the exit codes.

    A condition that is not met ends it without a failure, and a code that is no success for this service with one.
    """
    unit = (UNITS / f"newsroom-{name}.service").read_text("utf-8")
    successes = {0, *map(int, re.findall(r"\d+", "".join(re.findall(r"^SuccessExitStatus=(.*)$", unit, re.MULTILINE))))}
    codes, end = [], "Success"
    for kind, line in re.findall(r"^Exec(Condition|Start)=(.*)$", unit, re.MULTILINE):
        words = shlex.split(line.replace("$$", "$").replace(PYTHON, sys.executable))
        done = run(words, site, backup_to)
        sys.stdout.write(done.stdout + done.stderr)  # shown if the test fails
        codes.append(done.returncode)
        if done.returncode not in successes:
            end = "Success" if kind == "Condition" else "Failure"
            break
    for following in re.findall(rf"^On{end}=.*?newsroom-(\w+)[.]service$", unit, re.MULTILINE):
        codes += run_unit(following, site, backup_to=backup_to)
    return codes


def test_the_timers_back_up_a_site_try_the_backup_out_and_tidy(site):
    folder = str(site.folder / "backups")
    collected = run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"], site)
    assert collected.returncode == 0, collected.stderr
    assert run_unit("backup", site, backup_to=folder) == [0, 0, 0, 0]
    assert Backup.objects.filter(is_quick=False).count() == 1
    # Few pages could be compared, which is no failure of the unit.
    assert run_unit("drill", site, backup_to=folder) == [0, 5]
    assert Drill.objects.get().has_passed
    assert run_unit("tidy", site, backup_to=folder) == [0]
    assert TidyRun.objects.exists()


def test_old_backups_are_deleted_even_if_the_new_one_lacks_a_picture(site):
    (old := site.folder / "backups" / "2020-01-01T000000Z").mkdir(parents=True)
    (old / "database.sqlite3.gz").write_bytes(b"never finished")
    default_storage.delete(str(site.images[0].file.name))
    assert run_unit("backup", site, backup_to=str(site.folder / "backups")) == [0, 5, 0, 0]
    assert not old.exists()
    assert Backup.objects.get().fault_count == 1


def test_old_backups_are_deleted_even_if_no_new_one_can_be_made(site):
    (old := site.folder / "backups" / "2020-01-01T000000Z").mkdir(parents=True)
    (old / "database.sqlite3.gz").write_bytes(b"never finished")
    (site.folder / "backups" / "media").write_bytes(b"a file in the way of the folder")
    assert run_unit("backup", site, backup_to=str(site.folder / "backups")) == [0, 1, 0, 0]
    assert not old.exists()
    assert not Backup.objects.exists()


@pytest.mark.parametrize(("name", "codes"), [("backup", [1, 1]), ("drill", [1])])
def test_without_a_place_for_backups_nothing_is_done(site, name, codes):
    # The command that deletes old backups would be refused (3).
    assert run_unit(name, site, backup_to="") == codes
