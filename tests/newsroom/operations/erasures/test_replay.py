"""Repeating erasures through the functions that other apps register."""

from dataclasses import replace

import pytest

from newsroom.operations import erasures
from newsroom.operations.erasures import Line, LineState, Outcome, replay
from tests.newsroom.operations.erasures.lines import make_line


@pytest.fixture
def calls(monkeypatch):
    """Register scopes whose replays and finishes are recorded, and return the record."""
    monkeypatch.setattr(replay, "_scopes", {})
    calls: list[object] = []

    def repeat(line: Line) -> tuple[Outcome, str]:
        calls.append(line)
        return (Outcome.ABSENT, "It was not there.") if line.edition == 404 else (Outcome.ERASED, "")

    def fail(line: Line) -> tuple[Outcome, str]:
        raise ValueError("A secret word.")

    def finish() -> None:
        calls.append("finish")

    erasures.register("passage", repeat, finish=finish)
    erasures.register("edition", repeat, finish=finish)
    erasures.register("broken", fail)
    return calls


def test_each_erasure_that_has_not_failed_is_repeated_once_in_order(calls):
    first, second, failed = make_line(), make_line(scope="edition"), make_line()
    done, undone = replace(first, state=LineState.DONE), replace(failed, state=LineState.FAILED)
    report = erasures.replay_all([first, second, failed, done, undone])
    assert calls == [done, second, "finish"]
    assert (report.counts[Outcome.ERASED], report.sentences, report.is_complete) == (2, (), True)


def test_an_error_stops_no_other_erasure_and_is_reported_without_its_words(calls, caplog):
    broken, good = make_line(scope="broken"), make_line()
    report = erasures.replay_all([broken, good])
    assert calls == [good, "finish"]
    assert report.counts[Outcome.FAILED] == 1
    assert not report.is_complete
    assert str(broken.id) in report.sentences[0]
    assert "ValueError" in report.sentences[0]
    assert "secret" not in report.sentences[0]


def test_an_erasure_of_an_unknown_scope_is_reported(calls):
    report = erasures.replay_all([make_line(scope="galaxy")])
    assert (report.counts[Outcome.FAILED], report.is_complete, calls) == (1, False, [])
    assert "galaxy" in report.sentences[0]


def test_the_report_names_the_files_that_must_not_be_copied(calls):
    lines = [make_line(files=("ab" * 32,)), make_line(files=("cd" * 32,), edition=404), make_line(scope="broken")]
    report = erasures.replay_all(lines)
    assert report.files == {"ab" * 32, "cd" * 32}
    assert report.sentences[0] == "It was not there."


def test_progress_is_told_after_each_erasure(calls):
    told: list[tuple[int, int]] = []
    erasures.replay_all([make_line(), make_line()], on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_nothing_to_repeat_is_no_error(calls):
    report = erasures.replay_all([])
    assert (report.is_complete, sum(report.counts.values()), calls) == (True, 0, [])
