"""Functions that may never return, and callers that wait for a limited time."""

from threading import Event, Thread
from time import monotonic

import pytest

from newsroom.operations import bounded_calls
from newsroom.operations.bounded_calls import BoundedCall
from tests.wait import WAIT, wait_until


def test_the_result_is_returned_and_an_error_is_raised():
    call = BoundedCall("halve", lambda number: 1 / number)
    assert call.run(WAIT, 2) == 0.5
    with pytest.raises(ZeroDivisionError):
        call.run(WAIT, 0)
    assert not call.is_running()


def test_a_function_that_hangs_is_run_once_and_again_when_it_has_returned():
    hold, runs = Event(), []

    def hang(name: str) -> str:
        runs.append(name)
        hold.wait(WAIT)
        return name

    call = BoundedCall("hang", hang)
    for name in ("first", "second"):
        with pytest.raises(TimeoutError):
            call.run(0.01, name)
    assert (runs, call.is_running()) == (["first"], True)
    hold.set()
    wait_until(lambda: not call.is_running())
    assert call.run(WAIT, "third") == "third"
    assert runs == ["first", "third"]


def test_a_function_is_run_again_after_no_thread_could_be_started(monkeypatch):
    def refuse(thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    call = BoundedCall("halve", lambda number: number / 2)
    with monkeypatch.context() as patch:
        patch.setattr(Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="start new thread"):
            call.run(WAIT, 2)
    assert not call.is_running()
    assert call.run(WAIT, 4) == 2


def test_a_caller_gets_the_result_of_a_run_that_has_begun(monkeypatch):
    hold, runs = Event(), []

    def count() -> int:
        runs.append(1)
        hold.wait(WAIT)
        return len(runs)

    def end_run() -> float:
        hold.set()
        return monotonic()

    call = BoundedCall("count", count)
    with pytest.raises(TimeoutError):
        call.run(0.01)
    monkeypatch.setattr(bounded_calls, "monotonic", end_run)  # called when it is decided to wait for the run
    assert call.run(WAIT) == 1
    assert runs == [1]
