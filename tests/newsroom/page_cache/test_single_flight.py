"""Single flight: one caller builds a page while the others wait briefly."""

from pathlib import Path
from threading import Thread
from time import monotonic

from newsroom.page_cache.single_flight import single_flight


def test_a_single_caller_does_not_wait(tmp_path):
    for _ in range(2):
        with single_flight("/x/", folder=tmp_path / "turns") as has_waited:
            assert not has_waited


def test_a_second_caller_waits_until_the_first_has_finished(tmp_path):
    results = []

    def second():
        with single_flight("/x/", folder=tmp_path, max_wait=60) as has_waited:
            results.append(has_waited)

    with single_flight("/x/", folder=tmp_path):
        thread = Thread(target=second)
        thread.start()
        thread.join(0.1)
        assert results == []
    thread.join(60)
    assert results == [True]


def test_no_caller_waits_longer_than_the_maximum(tmp_path):
    started = monotonic()
    with single_flight("/x/", folder=tmp_path), single_flight("/x/", folder=tmp_path, max_wait=0.05) as has_waited:
        assert has_waited
    assert monotonic() - started < 30


def test_a_caller_for_another_page_does_not_wait(tmp_path):
    with single_flight("/x/", folder=tmp_path), single_flight("/y/", folder=tmp_path, max_wait=60) as has_waited:
        assert not has_waited


def test_no_file_descriptor_remains_open(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        with single_flight(f"/{number}/", folder=tmp_path):
            pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_without_a_usable_lock_file_nobody_waits(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with single_flight("/x/", folder=tmp_path / "file") as has_waited:
        assert not has_waited
