"""``manage.py load_breached_passwords`` makes the list of stolen passwords."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from newsroom.accounts.breached_passwords import load
from newsroom.accounts.breached_passwords.lookup import digest_prefix
from newsroom.operations.commands import CannotRunError, LockedError
from tests.newsroom.accounts.breached_passwords.public_list import make_lines

pytestmark = pytest.mark.audit

BEFORE = digest_prefix("before")


@pytest.fixture
def target(settings, tmp_path):
    """Return the path of a list that exists already."""
    path = tmp_path / "breached_passwords"
    path.write_bytes(BEFORE)
    settings.BREACHED_PASSWORDS_FILE = str(path)
    return path


@pytest.fixture
def run(tmp_path):
    """A function that runs the command on a public list with this content, and returns its output."""

    def run(content: bytes, *options: str) -> str:
        (tmp_path / "public.txt").write_bytes(content)
        output = StringIO()
        call_command("load_breached_passwords", str(tmp_path / "public.txt"), *options, stdout=output)
        return output.getvalue()

    return run


def assert_unchanged(target):
    assert target.read_bytes() == BEFORE
    assert not target.with_name("breached_passwords.part").exists()


def test_the_list_has_sorted_prefixes_of_what_was_stolen_often(target, run):
    output = run(make_lines({"often": 20, "more": 3_000_000, "rarely": 19}))
    assert output == f"2 of 3 passwords are in {target}.\n"
    assert target.read_bytes() == b"".join(sorted([digest_prefix("often"), digest_prefix("more")]))
    assert target.stat().st_mode & 0o777 == 0o644
    assert not target.with_name("breached_passwords.part").exists()


def test_the_minimum_count_can_be_changed(target, run):
    lines = make_lines({"often": 20, "rarely": 19})
    assert run(lines, "--minimum-count", "19").startswith("2 of 2 ")
    assert run(lines, "--minimum-count", "20").startswith("1 of 2 ")


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_lines_may_end_in_either_way_and_the_last_one_in_none(target, run, ending):
    lines = make_lines({"one": 20, "two": 20}, ending=ending)
    assert run(lines.removesuffix(ending.encode())).startswith("2 of 2 ")
    assert run(lines.lower()).startswith("2 of 2 ")


def test_digests_that_begin_alike_are_one_entry(target, run):
    digest = hashlib.sha1(b"one", usedforsecurity=False).hexdigest().upper()
    others = [f"{digest[:16]}{number:024X}:20" for number in range(3)]
    assert run("\n".join(others).encode()).startswith("1 of 3 ")
    assert len(target.read_bytes()) == 8


GARBAGE = [
    b"password:20",
    b"",
    b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8",
    b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:",
    b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:-1",
    b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDX:20",
    b"8846F7EAEE8FB117AD06BDD830B7586C:20",
    b"\xef\xbb\xbf5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:20",
    b"x" * 1_000_000,
]


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_a_line_of_another_form_is_refused_with_its_number(target, run, line):
    with pytest.raises(CannotRunError, match=r"public\.txt: line 3 is not a SHA-1 in hexadecimal, a colon") as refused:
        run(make_lines({"one": 20, "two": 20}) + line + b"\r\n" + make_lines({"three": 20}))
    assert refused.value.returncode == 3
    assert_unchanged(target)


def test_lines_out_of_order_are_refused_with_the_number_of_the_first(target, run):
    first, second, third = make_lines({"one": 20, "two": 20, "three": 20}).splitlines(keepends=True)
    for lines in (first + third + second, first + second + second):
        with pytest.raises(CannotRunError, match=r"line 3 is not in order: the list must be sorted by SHA-1\."):
            run(lines)
        assert_unchanged(target)


@pytest.mark.parametrize("content", [b"", make_lines({"rarely": 19})])
def test_a_list_without_a_password_is_refused(target, run, content):
    with pytest.raises(CannotRunError, match="no password was stolen 20 times or more"):
        run(content)
    assert_unchanged(target)


def test_a_missing_file_is_named(target, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.txt: No such file or directory\.") as failed:
        call_command("load_breached_passwords", str(tmp_path / "nowhere.txt"))
    assert failed.value.returncode == 1
    assert_unchanged(target)


def test_without_the_setting_the_command_is_refused(settings, run):
    settings.BREACHED_PASSWORDS_FILE = ""
    with pytest.raises(CannotRunError, match="Set BREACHED_PASSWORDS_FILE"):
        run(make_lines({"one": 20}))


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_minimum_count_is_a_positive_number(target, run, count):
    with pytest.raises(CommandError, match="is not a whole number above 0"):
        run(make_lines({"one": 20}), "--minimum-count", count)


def test_a_second_run_at_the_same_time_is_refused(target, run):
    part = target.with_name("breached_passwords.part")
    with part.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LockedError) as refused:
            run(make_lines({"one": 20}))
    assert refused.value.returncode == 75
    assert target.read_bytes() == BEFORE
    # What a killed run has left has no lock, and the next run begins anew.
    part.write_bytes(b"what a killed run has left")
    run(make_lines({"one": 20}))
    assert target.read_bytes() == digest_prefix("one")


def test_progress_is_told_in_bytes(monkeypatch, tmp_path):
    monkeypatch.setattr(load, "PROGRESS_INTERVAL", 2)
    lines = make_lines({str(number): 20 for number in range(5)})
    told: list[int] = []
    load.load_list(BytesIO(lines), tmp_path / "list", minimum_count=1, progress=told.append)
    assert told == [len(lines) // 5 * 2, len(lines) // 5 * 4]


def test_a_stopped_run_leaves_the_list_as_it_was(target, tmp_path):
    """The command reads a pipe that never ends until SIGTERM stops it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    part = target.with_name("breached_passwords.part")
    environment = {"DEBUG": "1", "PATH": os.environ["PATH"], "BREACHED_PASSWORDS_FILE": str(target)}
    command = [sys.executable, "manage.py", "load_breached_passwords", str(pipe)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process, pipe.open("wb") as writer:
        writer.write(make_lines({"one": 20}))
        writer.flush()
        deadline = time.monotonic() + 30
        while not part.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, b"Stopped.\n")
    assert_unchanged(target)
