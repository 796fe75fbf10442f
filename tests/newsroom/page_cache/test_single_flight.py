"""One builds, others wait a little."""

from pathlib import Path
from threading import Thread
from time import monotonic

from newsroom.page_cache.single_flight import single_flight


def test_who_comes_alone_waits_for_nobody(tmp_path):
    for _ in range(2):
        with single_flight("/x/", folder=tmp_path / "turns") as has_waited:
            assert not has_waited


def test_who_comes_second_waits_until_the_first_is_done(tmp_path):
    told = []

    def second():
        with single_flight("/x/", folder=tmp_path, patience=60) as has_waited:
            told.append(has_waited)

    with single_flight("/x/", folder=tmp_path):
        thread = Thread(target=second)
        thread.start()
        thread.join(0.1)
        assert told == []
    thread.join(60)
    assert told == [True]


def test_nobody_waits_longer_than_their_patience(tmp_path):
    began = monotonic()
    with single_flight("/x/", folder=tmp_path), single_flight("/x/", folder=tmp_path, patience=0.05) as has_waited:
        assert has_waited
    assert monotonic() - began < 30


def test_who_builds_another_page_waits_for_nobody(tmp_path):
    with single_flight("/x/", folder=tmp_path), single_flight("/y/", folder=tmp_path, patience=60) as has_waited:
        assert not has_waited


def test_a_turn_leaves_nothing_open(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        with single_flight(f"/{number}/", folder=tmp_path):
            pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_where_no_turn_can_be_had_nobody_waits(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with single_flight("/x/", folder=tmp_path / "file") as has_waited:
        assert not has_waited
