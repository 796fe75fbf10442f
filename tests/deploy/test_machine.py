"""What root changes in folders of the site's user, and how a program is stopped by a signal."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import layout
from deploy.machine import DeployError, Machine

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, signal, sys, time
from deploy.machine import end, interrupt_on_signals

def wait():
    try:
        print("ready", flush=True)
        time.sleep(60)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(os.getpid(), number)
        print("undone", file=open(sys.argv[1], "w"))
        print("printed", flush=True)

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)  # the tests may run under nohup, or in the background
interrupt_on_signals()
sys.exit(end(wait))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_stopped_by_a_signal_can_undo_its_work_even_if_its_terminal_is_gone(tmp_path, number):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "undone")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        if number == signal.SIGHUP:
            process.stdout.close()
        process.send_signal(number)
        assert process.wait(60) == 130
    assert (tmp_path / "undone").read_text() == "undone\n"


@pytest.fixture
def machine(tmp_path):
    """Return a machine with the folder of the site's user, and another folder that is not for this user."""
    machine = Machine(root=tmp_path)
    for path, mode in ((layout.DATA, 0o755), ("/etc/secrets", 0o700)):
        machine.path(path).mkdir(parents=True)
        machine.path(path).chmod(mode)
    if os.geteuid() == 0:
        os.chown(machine.path(layout.DATA), 10001, 10001)
    return machine


def mode_of(machine, absolute):
    return stat.S_IMODE(machine.path(absolute).stat().st_mode)


def test_a_folder_gets_its_rights_once(machine):
    assert machine.make_folder(f"{layout.DATA}/media", mode=0o750)
    assert mode_of(machine, f"{layout.DATA}/media") == 0o750
    assert not machine.make_folder(f"{layout.DATA}/media", mode=0o750)
    assert machine.make_folder(f"{layout.DATA}/media", mode=0o700)
    assert mode_of(machine, f"{layout.DATA}/media") == 0o700


def test_a_link_in_the_folder_of_the_user_is_not_followed(machine):
    path = f"{layout.DATA}/media"
    machine.path(path).symlink_to(machine.path("/etc/secrets"))
    with pytest.raises(DeployError, match=rf"^{path} is a symbolic link that root does not follow\. .*mount --bind"):
        machine.make_folder(path, mode=0o755)
    assert mode_of(machine, "/etc/secrets") == 0o700


def test_nor_is_a_link_that_is_made_at_the_same_moment(machine, monkeypatch):
    path = f"{layout.DATA}/media"
    monkeypatch.setattr(
        Machine, "change", lambda self, sentence: self.path(path).symlink_to(self.path("/etc/secrets")) or True
    )
    with pytest.raises(DeployError, match="root does not follow"):
        machine.make_folder(path, mode=0o755)
    assert mode_of(machine, "/etc/secrets") == 0o700


def test_a_file_in_place_of_a_folder_is_reported(machine):
    path = f"{layout.DATA}/media"
    machine.path(path).touch()
    with pytest.raises(DeployError, match=f"^{path} is not a folder"):
        machine.make_folder(path)


def test_a_link_that_only_root_can_have_made_is_followed():
    assert Path("/bin").is_symlink()
    assert not Machine(is_dry_run=True).make_folder("/bin", mode=stat.S_IMODE(Path("/bin").stat().st_mode))


def test_a_link_in_place_of_the_part_of_a_file_is_replaced(machine):
    (secret := machine.path("/etc/secrets/key")).write_text("key")
    machine.path("/etc/.settings.part").symlink_to(secret)
    assert machine.write("/etc/settings", "A=1\n")
    assert (secret.read_text(), machine.path("/etc/settings").read_text()) == ("key", "A=1\n")
    assert not machine.path("/etc/settings").is_symlink()
