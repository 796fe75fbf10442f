"""Counters of several processes: each has a mapped file, and nothing that was counted is lost when a process ends."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from newsroom import counters
from newsroom.counters import Counter, Histogram

PAGES = Counter("newsroom_tests_pages_total", "Pages.", ("result",))
SECONDS = Histogram("newsroom_tests_seconds", "Seconds.", ("page",), bounds=(0.1, 1.0))
HIT, MISS = PAGES.key("hit"), PAGES.key("miss")


@pytest.fixture(autouse=True)
def _count_in_memory_afterwards():
    yield
    counters.write_to(None)


@pytest.fixture
def folder(tmp_path):
    """Count in files in a folder, which does not exist yet."""
    folder = tmp_path / "metrics"
    counters.write_to(folder)
    return folder


def in_child(function: Callable[[], object]) -> None:
    """Call a function in a forked process, and wait until it has ended."""
    if (child := os.fork()) == 0:
        try:
            function()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def process_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name[0].isdigit())


def test_values_of_a_process_are_summed_by_key(folder):
    PAGES.count("hit")
    PAGES.count("miss", amount=3)
    counters.add(HIT, 2)
    assert counters.read_sums() == {HIT: 3, MISS: 3}
    assert process_files(folder) == [str(os.getpid())]


def test_a_histogram_counts_buckets_and_sums_values(folder):
    for seconds in (0.05, 0.1, 0.7, 5):
        SECONDS.observe(seconds, "story")
    found = {tuple(counters.split_key(key)): value for key, value in counters.read_sums().items()}
    assert found == {
        ("newsroom_tests_seconds", "story", "0.1"): 2,
        ("newsroom_tests_seconds", "story", "1.0"): 1,
        ("newsroom_tests_seconds", "story", "+Inf"): 1,
        ("newsroom_tests_seconds", "story", "sum"): pytest.approx(5.85),
    }


def test_a_forked_process_counts_in_its_own_file(folder):
    PAGES.count("hit")
    in_child(lambda: PAGES.count("hit", amount=10))
    PAGES.count("hit")
    assert counters.read_sums() == {HIT: 12}


def test_files_of_ended_processes_are_added_to_the_total_and_deleted(folder):
    PAGES.count("hit")
    for _ in range(3):
        in_child(lambda: PAGES.count("hit"))
    assert len(process_files(folder)) >= 2
    assert counters.read_sums() == {HIT: 4}
    assert process_files(folder) == [str(os.getpid())]
    assert (folder / "total").exists()
    assert counters.read_sums() == {HIT: 4}


def test_a_new_process_adds_the_files_of_ended_ones(folder):
    in_child(lambda: PAGES.count("hit"))
    in_child(lambda: PAGES.count("miss"))
    assert len(process_files(folder)) == 1  # that of the second


COUNT = """
import sys
from pathlib import Path
from newsroom import counters
counters.write_to(Path(sys.argv[1]))
counters.add("key", 5)
print("ready", flush=True)
sys.stdin.read()
"""


def test_values_of_a_killed_process_are_not_lost_and_those_of_a_running_one_stay_in_its_file(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    assert counters.read_sums() == {"key": 5}
    assert process_files(folder) == [str(process.pid)]
    process.kill()
    process.communicate()
    assert counters.read_sums() == {"key": 5}
    assert process_files(folder) == []


def test_a_file_that_could_not_be_deleted_is_added_once(folder, monkeypatch):
    in_child(lambda: PAGES.count("hit"))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self, **_: None)
        assert counters.read_sums() == {HIT: 1}
    assert counters.read_sums() == {HIT: 1}
    assert process_files(folder) == []


def test_two_processes_with_one_id_have_two_files(folder):
    # As in two containers that share a folder.
    PAGES.count("hit")
    counters._process_file = None  # leaves the file open and locked
    in_use = counters._open_process_file()
    assert process_files(folder) == [str(os.getpid()), f"{os.getpid()}-1"]
    assert in_use is counters._process_file


def test_threads_lose_nothing(folder):
    def count() -> None:
        for number in range(2_000):
            counters.add(f"key {number % 7}")

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counters.read_sums().values()) == 16_000


def test_a_file_grows_with_its_keys(folder):
    for number in range(5_000):
        counters.add(f"a rather long key with the number {number}", number)
    sums = counters.read_sums()
    assert len(sums) == 5_000
    assert sums["a rather long key with the number 4999"] == 4999
    assert (folder / str(os.getpid())).stat().st_size > 65_536


def test_without_space_on_the_disk_the_process_goes_on(folder, monkeypatch):
    def fail(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", fail)
    PAGES.count("hit")
    assert counters.read_sums() == {}


def test_a_file_that_cannot_grow_keeps_what_was_counted(folder, monkeypatch):
    def fail(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    PAGES.count("hit")
    monkeypatch.setattr(os, "posix_fallocate", fail)
    for number in range(5_000):
        counters.add(f"a rather long key with the number {number}")
    assert counters.read_sums()[HIT] == 1


def test_a_folder_that_cannot_be_made_does_not_disturb(tmp_path):
    (tmp_path / "file").touch()
    counters.write_to(tmp_path / "file" / "metrics")
    PAGES.count("hit")
    assert counters.read_sums() == {}


def test_a_total_that_was_cut_off_begins_again(folder):
    in_child(lambda: PAGES.count("hit"))
    counters.read_sums()
    (folder / "total").write_text('{"folded"')
    in_child(lambda: PAGES.count("miss"))
    assert counters.read_sums() == {MISS: 1}


@pytest.mark.parametrize(
    "content", [b"", b"counter1", b"x" * 100, b"counter1" + b"\0" * 16 + b"\xff" * 8 + b"\xff" * 40]
)
def test_a_file_of_another_kind_counts_nothing(folder, content):
    PAGES.count("hit")
    (folder / "999999").write_bytes(content)
    assert counters.read_sums() == {HIT: 1}


def test_a_lock_that_nobody_releases_is_not_waited_for(folder, monkeypatch):
    PAGES.count("hit")
    monkeypatch.setattr(counters, "_MAX_WAIT", 0.05)
    with counters._lock_folder(folder, max_wait=0), pytest.raises(TimeoutError):
        counters.read_sums()


def test_nothing_is_read_where_nothing_was_counted(tmp_path):
    counters.write_to(tmp_path / "metrics")
    assert counters.read_sums() == {}
    assert not (tmp_path / "metrics").exists()


def test_names_begin_with_that_of_the_product():
    with pytest.raises(ValueError, match="must begin with newsroom_: pages_total"):
        Counter("pages_total", "Pages.")
