"""Processes of ``manage.py serve`` that are killed: the workers are replaced, and none outlives the server."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import pytest

from newsroom.operations.serve import bind_listeners
from tests.conftest import FULL_LENGTH
from tests.databases import process_variables
from tests.readers import Read, reading
from tests.servers.serve_process import is_running, is_stopped, serving, workers
from tests.servers.server_process import send_request
from tests.site_pages import make_pages
from tests.site_process import free_port
from tests.wait import WAIT, wait_until

# Seconds on an idle machine, which are checked at full length only.
REPLACED_WITHIN, ENDED_WITHIN = 2.0, 5.0
READERS = 16 if FULL_LENGTH else 6


def name_process(port: int) -> int:
    """Return the id of the process that answers."""
    lines = send_request(port, "/readyz").body.decode().splitlines()
    return int(next(line for line in lines if line.startswith("process: ")).partition(" ")[2])


def test_a_worker_killed_under_load_is_replaced_and_only_what_it_had_in_hand_is_lost(transactional_db, tmp_path):
    pages, port = make_pages(), free_port()
    with serving(tmp_path, port, **process_variables(tmp_path / "var")) as server:
        assert {send_request(port, page).status for page in pages} == {200}
        with reading(lambda: HTTPConnection("127.0.0.1", port, timeout=WAIT), pages, readers=READERS) as reads:
            wait_until(lambda: len(reads) > 50)
            killed, other = sorted(workers(server.pid))
            killed_at = monotonic()
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: not Path(f"/proc/{killed}").exists())
            gone_at = monotonic()
            wait_until(lambda: name_process(port) != other)
            replaced_after = monotonic() - killed_at
            read_before = len(reads)
            wait_until(lambda: len(reads) > read_before + 50)
        assert other in workers(server.pid)
        assert len(workers(server.pid)) == 2
        assert server.poll() is None
    lost = [each for each in reads if each.status == 0]
    assert [each for each in reads if each.status not in {0, 200}] == []
    assert [each for each in lost if not was_in_hand(each, killed_at, gone_at)] == []
    assert len(lost) <= READERS
    if FULL_LENGTH:
        assert replaced_after < REPLACED_WITHIN
        assert max(each.seconds for each in reads) < REPLACED_WITHIN


def was_in_hand(lost: Read, killed_at: float, gone_at: float) -> bool:
    """Return whether a worker that was killed at that time may have had the request in hand."""
    return lost.began < gone_at and lost.ended > killed_at and "Refused" not in lost.error


@pytest.mark.portable
def test_connections_waiting_for_a_killed_worker_are_not_lost(tmp_path):
    port = free_port()
    with serving(tmp_path, port) as server, ThreadPoolExecutor(12) as pool:
        stopped = workers(server.pid)
        for worker in stopped:
            os.kill(worker, signal.SIGSTOP)
        wait_until(lambda: all(is_stopped(worker) for worker in stopped))  # now no worker accepts connections
        responses = [pool.submit(send_request, port, "/healthz") for _ in range(12)]
        wait_until(lambda: count_waiting(port) == 12)
        for worker in stopped:
            os.kill(worker, signal.SIGKILL)
        assert [each.result(WAIT).status for each in responses] == [200] * 12
        assert not stopped & workers(server.pid)


def count_waiting(port: int) -> int:
    """Return the number of connections to a port that are established but not accepted."""
    waiting = 0
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if local.endswith(f":{port:04X}") and state == "0A":  # a listening socket
            waiting += int(queues.partition(":")[2], 16)
    return waiting


@pytest.mark.portable
@pytest.mark.parametrize("options", [(), ("--no-preload",)], ids=["preloaded", "not preloaded"])
def test_no_process_outlives_a_killed_server(tmp_path, options):
    port = free_port()
    with serving(tmp_path, port, *options) as server:
        orphans = workers(server.pid)
        killed_at = monotonic()
        server.kill()
        server.wait(WAIT)
        wait_until(lambda: not any(is_running(worker) for worker in orphans))
        assert not FULL_LENGTH or monotonic() - killed_at < ENDED_WITHIN
        wait_until(lambda: is_free(port))


def is_free(port: int) -> bool:
    """Return whether a server could listen on a port."""
    try:
        bind_listeners("127.0.0.1", port, queues=1)[0].close()
    except OSError:
        return False
    return True
