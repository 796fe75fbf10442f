"""The examination of a site: faults that are set by hand are named, with what to do, and nothing is changed."""

import json
import os
import shutil
import smtplib
import subprocess
import sys
from collections import namedtuple
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from newsroom.background.models import WorkerLife
from newsroom.http import clock
from newsroom.operations import health, site_state
from newsroom.operations.commands import FaultError
from newsroom.operations.doctor import database, machine
from newsroom.operations.doctor.registry import Severity, examine_conditions, examine_site, warning
from newsroom.operations.management.commands import doctor
from newsroom.operations.models import Backup, Drill, TidyRun
from stories.publishing import triggers
from tests.clocks import set_clock
from tests.factories import make_failure, make_image

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


def diagnose(name: str) -> list[tuple[str, str]]:
    """Return level and words of each diagnosis of one part."""
    return [(str(each.severity), str(each)) for _, each in examine_site([name], at=clock.now())]


def test_each_part_of_a_new_site_has_a_line(capsys):
    with pytest.raises(FaultError):
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    names = [line.split(": ")[1] for line in lines]
    assert {"settings", "database", "writes", "migrations", "triggers", "clock", "disk", "cache", "mail"} <= set(names)
    assert {"media", "worker", "queue", "backup", "drill", "support", "state"} <= set(names)
    assert all(line.split(":")[0] in {"ok", "warning", "fault"} for line in lines)


def test_a_line_has_a_capital_after_its_name_only_if_that_is_part_of_a_name(monkeypatch):
    printed = {
        warning("This machine is away.", "Find it."): "this machine is away. Find it.",
        warning("A picture is missing."): "a picture is missing.",
        warning("Redis does not answer.", begins_with_name=True): "Redis does not answer.",
        warning("PostgreSQL 14 is too old."): "PostgreSQL 14 is too old.",
        warning("SITE_URL is wrong."): "SITE_URL is wrong.",
        warning("lisle.example has no DMARC record."): "lisle.example has no DMARC record.",
    }
    monkeypatch.setattr(doctor, "examine_site", lambda *args, **options: [("clock", each) for each in printed])
    out = StringIO()
    call_command("doctor", stdout=out)
    assert out.getvalue().splitlines() == [f"warning: clock: {words}" for words in printed.values()]


def test_one_json_object_has_the_same(capsys):
    call_command("doctor", as_json=True, only=["migrations", "support"])
    assert json.loads(capsys.readouterr().out) == {
        "diagnoses": [
            {"name": "migrations", "severity": "ok", "sentence": "All migrations are applied.", "remedy": ""},
            {"name": "support", "severity": "ok", "sentence": "All parts get security updates.", "remedy": ""},
        ]
    }


def test_a_name_that_nothing_has_is_wrong_usage():
    with pytest.raises(CommandError, match=r"There is no check called nonsense\. Use one of: .*database") as refusal:
        call_command("doctor", only=["nonsense"])
    assert refusal.value.returncode == 2


def test_warnings_count_with_strict_only(settings):
    settings.BACKUP_TO = ""
    call_command("doctor", only=["backup"])
    with pytest.raises(FaultError, match="1 problem was found"):
        call_command("doctor", only=["backup"], strict=True)


@pytest.mark.django_db(transaction=True)
def test_a_missing_trigger_is_a_fault():
    assert diagnose("triggers")[0][0] == "ok"
    triggers.remove()
    try:
        [(level, words)] = diagnose("triggers")
    finally:
        triggers.install()
    assert level == "fault"
    assert words.startswith("The rule “revision_kept” is missing in the database. ")
    assert words.endswith("more are missing. Run manage.py migrate.")


@pytest.mark.parametrize(("share", "level"), [(0.5, "ok"), (0.14, "warning"), (0.05, "fault")])
def test_a_full_disk_is_named_with_its_free_space(share, level, monkeypatch):
    total = 42_000_000_000
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(total, 0, int(share * total)))
    found, words = diagnose("disk")[0]
    assert found == level
    if level == "fault":
        assert words == (
            f"5 % of the disk under {django_settings.VAR_DIR} is free (2.1 GB). Delete old backups or enlarge it."
        )


def test_a_worker_that_is_dead_is_a_fault():
    assert diagnose("worker") == [
        (
            "fault",
            "No worker has run. Mail, announcements and pictures are not being processed. Start newsroom-worker@1.",
        )
    ]
    WorkerLife.objects.beat("a-worker")
    assert diagnose("worker") == [("ok", "A worker is running.")]


def test_a_failed_task_is_a_warning():
    make_failure()
    assert [level for level, _ in diagnose("queue")] in (["ok"], ["warning"])
    assert Severity.FAULT not in {each.severity for _, each in examine_site(["queue"], at=clock.now())}


def test_a_picture_without_its_file_is_a_fault():
    image = make_image()
    default_storage.delete(image.file.name)
    [(level, words)] = diagnose("media")
    assert level == "fault"
    assert image.file.name in words


def test_of_many_pictures_without_their_files_three_are_named():
    for _ in range(5):
        default_storage.delete(make_image().file.name)
    levels, sentences = zip(*diagnose("media"), strict=True)
    assert levels == ("fault",) * 4
    assert sum("originals/" in words for words in sentences) == 3
    assert sentences[-1] == "Of the same sample of 100 files, 2 more are not in order. Run manage.py check_media --all."


def test_a_quiet_site_is_a_warning():
    site_state.end_restore(at=clock.now())
    assert diagnose("state") == [
        ("warning", "This site does not send mail or notifications yet. Run manage.py go_live.")
    ]


def test_an_old_backup_is_a_warning_and_a_recent_one_is_not(settings):
    settings.BACKUP_TO = "/backup"
    assert diagnose("backup") == [("warning", "There is no complete backup. Run manage.py backup create.")]
    taken_at = clock.now() - timedelta(hours=31)
    Backup.objects.create(name="a", taken_at=taken_at, ended_at=taken_at, is_quick=False)
    Backup.objects.create(name="b", taken_at=clock.now(), ended_at=clock.now(), is_quick=True)
    assert diagnose("backup") == [("warning", "The last complete backup is 31 hours old. Run manage.py backup create.")]
    Backup.objects.create(name="c", taken_at=clock.now(), ended_at=clock.now(), is_quick=False)
    assert diagnose("backup") == [("ok", "The last backup is recent and complete.")]


def test_a_site_without_a_place_for_backups_is_a_warning(settings):
    settings.BACKUP_TO = ""
    assert diagnose("backup") == [
        ("warning", "No backups are made: BACKUP_TO is not set. Set it to a folder on another disk.")
    ]


@pytest.mark.parametrize(("faults", "files"), [(1, "1 file"), (3, "3 files")])
def test_a_backup_that_lacks_files_is_a_warning(faults, files, settings):
    settings.BACKUP_TO = "/backup"
    now = clock.now()
    for name, count in (("a", 7), ("b", faults)):
        taken_at = now - timedelta(hours=1 if name == "b" else 2)
        Backup.objects.create(name=name, taken_at=taken_at, ended_at=now, is_quick=False, fault_count=count)
    Backup.objects.create(name="c", taken_at=now, ended_at=now, is_quick=True)
    assert diagnose("backup") == [("warning", f"The last backup lacks {files}. Run manage.py check_media --all.")]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(0, ("ok", "The clock is right."), id="synchronised"),
        pytest.param(4, ("ok", "The clock is right."), id="in a leap second"),
        pytest.param(
            5,
            ("warning", "Nothing synchronises the clock of this machine. Start systemd-timesyncd."),
            id="not synchronised",
        ),
        pytest.param(-1, ("ok", "The clock is right."), id="not permitted to ask"),
    ],
)
def test_a_clock_that_nothing_sets_is_a_warning(state, expected, monkeypatch):
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: SimpleNamespace(adjtimex=lambda buffer: state))
    assert diagnose("clock") == [expected]


def test_where_the_system_does_not_say_whether_the_clock_is_set_nothing_is_said(monkeypatch):
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: SimpleNamespace())
    assert machine.clock_is_synchronised() is None
    assert diagnose("clock") == [("ok", "The clock is right.")]


@pytest.mark.parametrize("cores", [2, 6])
def test_a_server_that_allows_fewer_connections_than_the_processes_may_open_is_a_warning(cores, monkeypatch):
    needed = (cores + 2) * (4 + 8)  # the web server and two workers, each with four threads and a pool of eight
    server = {"server_version_num": "170006", "fsync": "on", "synchronous_commit": "on"}
    monkeypatch.setattr(database, "_show", lambda name: server[name])
    monkeypatch.setattr(database, "is_pooled", lambda connection: False)
    monkeypatch.setattr(database.os, "sched_getaffinity", lambda pid: set(range(cores)))
    server["max_connections"] = str(needed)
    assert list(database._examine_postgresql()) == []
    server["max_connections"] = str(needed - 1)
    [diagnosis] = database._examine_postgresql()
    assert (diagnosis.severity, str(diagnosis)) == (
        Severity.WARNING,
        f"PostgreSQL allows {needed - 1} connections; {cores + 2} processes of this machine may open {needed}. "
        f"Set max_connections = {needed} or more, or put PgBouncer in front.",
    )


def test_an_old_backup_and_one_that_lacks_files_are_two_conditions(settings):
    settings.BACKUP_TO = "/backup"
    taken_at = clock.now() - timedelta(hours=31)
    Backup.objects.create(name="a", taken_at=taken_at, ended_at=taken_at, is_quick=False, fault_count=1200)
    found = [
        (diagnosis.subject, str(diagnosis))
        for condition, diagnosis in examine_conditions(clock.now()).found
        if condition.code == "backup"
    ]
    assert found == [
        ("", "The last complete backup is 31 hours old. Run manage.py backup create."),
        ("pictures", "The last backup lacks 1,200 files. Run manage.py check_media --all."),
    ]
    assert diagnose("backup") == [("warning", sentence) for _, sentence in found]


def test_a_failed_or_an_old_drill_is_a_warning(settings):
    settings.BACKUP_TO = "/backup"
    assert diagnose("drill")[0][0] == "warning"
    drill = Drill.objects.create(
        backup="a", began_at=clock.now(), seconds=1, has_passed=False, sentence="2 of 50 pages differ."
    )
    remedy = "Run manage.py drill again when it is mended."
    assert diagnose("drill") == [("warning", f"The last drill failed: 2 of 50 pages differ. {remedy}")]
    Drill.objects.filter(pk=drill.pk).update(sentence="There is no complete backup.")
    assert diagnose("drill") == [("warning", f"The last drill failed: there is no complete backup. {remedy}")]
    Drill.objects.filter(pk=drill.pk).update(has_passed=True)
    assert diagnose("drill")[0][0] == "ok"
    Drill.objects.filter(pk=drill.pk).update(began_at=clock.now() - timedelta(days=9))
    assert diagnose("drill") == [("warning", "The last drill was 9 days ago. Run manage.py drill.")]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            smtplib.SMTPAuthenticationError(535, b"Authentication failed for secret"),
            "The mail server refuses our password: 535. Correct EMAIL_URL.",
        ),
        (
            UnicodeEncodeError("ascii", "secr\N{LATIN SMALL LETTER E WITH ACUTE}t", 4, 5, "ordinal not in range(128)"),
            "Signing in to the mail server fails: UnicodeEncodeError. Correct EMAIL_URL.",
        ),
    ],
)
def test_a_mail_server_that_refuses_the_password_is_named_without_it(error, sentence, settings, monkeypatch):
    settings.EMAIL_CONFIGURED = True

    class Refusing:
        def open(self):
            raise error

        def close(self):
            """Do nothing: it was never open."""

    monkeypatch.setattr(machine, "mailers", SimpleNamespace(default=Refusing()))
    assert diagnose("mail") == [("fault", sentence)]


def test_the_end_of_support_is_announced_three_months_before(monkeypatch):
    part = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    monkeypatch.setitem(machine._END_OF_SUPPORT, part, date(2027, 3, 31))
    set_clock(monkeypatch, datetime(2027, 1, 15, tzinfo=UTC))
    assert ("warning", f"{part} gets security updates until 31 March 2027. Upgrade it.") in diagnose("support")
    set_clock(monkeypatch, datetime(2027, 4, 15, tzinfo=UTC))
    assert ("warning", f"{part} got its last security update on 31 March 2027. Upgrade it.") in diagnose("support")


def test_an_examination_that_fails_is_a_fault_and_the_others_are_made(monkeypatch):
    monkeypatch.setattr(health, "migrations_are_applied", lambda: 1 / 0)
    assert diagnose("migrations") == [("fault", "This could not be examined: ZeroDivisionError. See the log.")]


@pytest.mark.audit
def test_it_works_without_a_database(tmp_path):
    address = (
        "postgres://nobody@127.0.0.1:9/nothing" if connection.vendor == "postgresql" else f"sqlite:///{tmp_path}/no/x"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 4
    assert any(line.startswith("fault: database: the database does not answer: ") for line in lines)
    assert "warning: worker: this was not examined, because the database does not answer." in lines
    assert "ok: disk: there is enough free space." in lines
    assert done.stderr == "1 problem was found.\n"


def test_a_rule_that_failed_and_a_day_without_clean_up_are_warnings():
    now = clock.now()
    stale = ("warning", "Expired data has not been deleted for a day. Start a worker, or run manage.py tidy each hour.")
    assert diagnose("retention") == [stale]
    TidyRun.objects.store([TidyRun(name="tasks", ended_at=now, deleted=0)])
    assert diagnose("retention") == [("ok", "Expired data is deleted.")]
    TidyRun.objects.store([TidyRun(name="static", ended_at=now, deleted=0, error="PermissionError")])
    failed = "Expired data of “static” could not be deleted: PermissionError. Run manage.py tidy."
    assert diagnose("retention") == [("warning", failed)]
    TidyRun.objects.update(ended_at=now - timedelta(hours=25), error="")
    assert diagnose("retention") == [stale]
