"""The disks that are watched: those of the site, of its database and of further folders; and disks that hang."""

import os
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from threading import enumerate as list_threads
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from django.db import OperationalError

from newsroom.http import clock
from newsroom.operations import disks, gauges, health
from newsroom.operations.doctor.machine import find_full_disks
from tests.wait import WAIT, wait_until

pytestmark = [pytest.mark.database, pytest.mark.django_db]

Usage = namedtuple("Usage", "total used free")
OTHER_DISK = Path("/dev")
FULL, EMPTY = Usage(42_000_000_000, 0, 2_100_000_000), Usage(42_000_000_000, 0, 40_000_000_000)


def diagnose() -> list[tuple[str, str, str]]:
    """Return level, subject and words of each diagnosis of a disk."""
    return [(str(each.severity), each.subject, str(each)) for each in find_full_disks(clock.now())]


@pytest.fixture(autouse=True)
def _long_search(monkeypatch):
    """Allow a minute for the search for PostgreSQL's folders, which is slow on a busy machine."""
    monkeypatch.setattr(disks, "FIND_TIMEOUT", WAIT)


@pytest.fixture
def use_server(monkeypatch) -> Iterator[Callable[..., None]]:
    """Return a function that makes the database look like a PostgreSQL server with these answers."""

    def use(*, is_beside_client=True, address="", cluster="", data_folder=None) -> None:
        cursor = MagicMock()
        cursor.__enter__.return_value = cursor
        cursor.fetchone.return_value = (is_beside_client, cluster, data_folder and str(data_folder))
        driver = SimpleNamespace(info=SimpleNamespace(hostaddr=address))
        server = SimpleNamespace(vendor="postgresql", cursor=lambda: cursor, connection=driver)
        monkeypatch.setattr(disks, "connection", server)
        disks._find_postgresql_folders.cache_clear()

    yield use
    disks._find_postgresql_folders.cache_clear()


def set_usages(monkeypatch, **usages: Usage) -> None:
    """Give folders the free space under their names, and a disk each; all other folders have enough space."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usages.get(Path(folder).name, EMPTY))


def test_the_disk_of_the_database_is_watched_everywhere():
    [folder, *_] = disks.find_database_folders()
    assert folder.is_dir()
    assert isinstance(disks.read_disks()[folder], disks.Disk)
    assert str(folder) in gauges.read_free_disk()
    assert str(folder) in gauges.read_disk_size()


def test_a_folder_that_the_role_may_know_is_watched(use_server, tmp_path):
    use_server(data_folder=tmp_path)
    assert disks.find_database_folders() == [tmp_path]


def test_without_that_right_the_usual_folders_are_tried(use_server, monkeypatch, tmp_path):
    usual, other = tmp_path / "postgresql", tmp_path / "pgsql"
    monkeypatch.setattr(disks, "_DEBIAN_FOLDER", usual)
    monkeypatch.setattr(disks, "_OTHER_FOLDERS", [other])
    for folder in (other, usual, usual / "17" / "main"):
        folder.mkdir(parents=True)
        use_server(cluster="17/main")
        assert disks.find_database_folders() == [folder]


def test_a_folder_that_this_machine_lacks_is_left_out(use_server, tmp_path):
    use_server(data_folder=tmp_path / "elsewhere")
    assert disks.find_database_folders() == []


@pytest.mark.parametrize(
    ("is_beside_client", "address", "is_here"),
    [
        pytest.param(True, "", True, id="a socket"),
        pytest.param(True, "127.0.0.1", True, id="loopback"),
        pytest.param(True, "::1", True, id="loopback of IPv6"),
        pytest.param(False, "127.0.0.1", False, id="a pooler here, the server elsewhere"),
        pytest.param(True, "192.0.2.7", False, id="a pooler elsewhere beside the server"),
        pytest.param(False, "192.0.2.7", False, id="a server elsewhere"),
    ],
)
def test_a_server_on_another_machine_has_no_folder_here(is_beside_client, address, is_here, use_server, tmp_path):
    use_server(is_beside_client=is_beside_client, address=address, data_folder=tmp_path)
    assert disks.find_database_folders() == ([tmp_path] if is_here else [])


def test_the_log_is_watched_if_it_is_on_a_disk_of_its_own(use_server, tmp_path):
    log = tmp_path / "pg_wal"
    log.mkdir()
    use_server(data_folder=tmp_path)
    assert disks.find_database_folders() == [tmp_path]
    log.rmdir()
    log.symlink_to(OTHER_DISK)
    disks._find_postgresql_folders.cache_clear()
    assert disks.find_database_folders() == [tmp_path, log]


def test_a_server_that_does_not_answer_is_asked_again(use_server, monkeypatch, tmp_path):
    use_server(data_folder=tmp_path)

    def refuse():
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(disks.connection, "cursor", refuse)
        assert disks.find_database_folders() == []
    assert disks.find_database_folders() == [tmp_path]


def test_folders_that_appear_later_are_found(use_server, tmp_path):
    use_server(data_folder=tmp_path / "data")
    assert disks.find_database_folders() == []
    (tmp_path / "data").mkdir()
    assert disks.find_database_folders() == [tmp_path / "data"]


@pytest.mark.parametrize("hung", ["database", "folder"])
def test_the_search_for_its_folders_may_hang(hung, use_server, monkeypatch, settings, tmp_path):
    use_server(data_folder=tmp_path)
    set_usages(monkeypatch)
    hold = Event()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(disks, "FIND_TIMEOUT", 0.1)
            owner, name = (disks.connection, "cursor") if hung == "database" else (disks, "_is_visible")
            found = getattr(owner, name)
            patch.setattr(owner, name, lambda *args: hold.wait(WAIT) and found(*args))
            for _ in range(2):
                assert disks.read_disks().keys() == {settings.VAR_DIR}
                assert health.disks_have_space()
            assert [thread.name for thread in list_threads()].count("database-folders") == 1
    finally:
        hold.set()
        wait_until(lambda: not disks._find_call.is_running())
    assert disks.find_database_folders() == [tmp_path]


def test_its_full_disk_is_named_everywhere(use_server, monkeypatch, tmp_path):
    data = tmp_path / "data"
    data.symlink_to(OTHER_DISK)
    use_server(data_folder=data)
    set_usages(monkeypatch, data=FULL)
    [(level, subject, words)] = diagnose()
    assert (level, subject) == ("fault", str(data))
    assert f"of the disk under {data} is free (2.1 GB)." in words
    assert not health.disks_have_space()
    assert gauges.read_free_disk()[str(data)] == FULL.free


def test_the_disk_of_a_further_folder_is_watched(monkeypatch, settings):
    settings.DISK_FOLDERS = [OTHER_DISK]
    set_usages(monkeypatch, dev=FULL)
    assert [(level, subject) for level, subject, _ in diagnose()] == [("fault", "/dev")]
    assert not health.disks_have_space()
    assert gauges.read_free_disk()["/dev"] == FULL.free


def test_a_further_folder_that_cannot_be_examined_is_a_warning(monkeypatch, settings, tmp_path):
    settings.DISK_FOLDERS = [tmp_path / "wal"]
    words = f"The disk under {tmp_path}/wal cannot be examined: No such file or directory. "
    assert [each for each in diagnose() if each[0] == "warning"] == [
        (
            "warning",
            f"{tmp_path}/wal",
            f"{words}Let the account of the site enter this folder, or correct DISK_FOLDERS.",
        )
    ]
    assert f"{tmp_path}/wal" not in gauges.read_free_disk()
    set_usages(monkeypatch)
    assert health.disks_have_space()


def test_two_folders_of_one_disk_are_told_once(monkeypatch, settings, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    settings.DISK_FOLDERS = [tmp_path / "one", tmp_path / "two"]
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: FULL)
    told = [subject for _, subject, _ in diagnose()]
    assert told[0] == str(settings.VAR_DIR)
    assert not {f"{tmp_path}/one", f"{tmp_path}/two"} & set(told)


def test_few_inodes_are_a_fault(monkeypatch, settings):
    def make_status(free: int, files: int = 1_000_000) -> SimpleNamespace:
        return SimpleNamespace(
            f_frsize=4096, f_blocks=10**9, f_bavail=10**9, f_bfree=10**9, f_files=files, f_favail=free
        )

    monkeypatch.setattr(os, "statvfs", lambda folder: make_status(100_000))
    assert diagnose() == []
    monkeypatch.setattr(os, "statvfs", lambda folder: make_status(0, files=0))  # such as Btrfs
    assert diagnose() == []
    monkeypatch.setattr(os, "statvfs", lambda folder: make_status(99_999))
    words = f"Few inodes are free under {settings.VAR_DIR}: no more files can be made soon. Delete small files."
    assert ("fault", f"{settings.VAR_DIR} inodes", words) in diagnose()


def test_a_disk_that_hangs_is_a_fault_and_stops_no_one(monkeypatch, settings):
    hold, read = Event(), shutil.disk_usage
    hung = settings.DISK_FOLDERS = [OTHER_DISK]
    call = disks._get_call(OTHER_DISK)
    run = call.run
    monkeypatch.setattr(call, "run", lambda within: run(0.1))  # a busy machine may read the other disks more slowly
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: hold.wait(WAIT) if folder in hung else read(folder))
    try:
        for _ in range(2):
            words = "The disk under /dev does not answer. Check whether it is mounted."
            assert ("fault", "/dev", words) in diagnose()
        assert "/dev" not in gauges.read_free_disk()
        assert str(settings.VAR_DIR) in gauges.read_free_disk()
        assert not health.disks_have_space()
        assert [thread.name for thread in list_threads()].count("disk-/dev") == 1
    finally:
        hold.set()
        wait_until(lambda: "disk-/dev" not in [thread.name for thread in list_threads()])
