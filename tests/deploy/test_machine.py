"""How a program is stopped by a signal."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
