"""``manage.py serve``: one server for one port, workers that are replaced, and nothing left of a server that was killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from newsroom.operations.serve import bind_listeners
from tests.servers.server_process import ask
from tests.site_process import free_port

WAIT = 60.0  # seconds, on a busy machine
COMMAND = [sys.executable, "manage.py", "serve"]


def variables(folder: Path) -> dict[str, str]:
    """Return the environment of a server on a database of its own."""
    database = f"sqlite:///{folder / 'served.sqlite3'}"
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database}


# Looks at the memory of its workers each second.
OFTEN = """
import sys
from django.core.management import execute_from_command_line
from newsroom.operations import serve
serve.RSS_SAMPLE_INTERVAL = 1
execute_from_command_line(["manage.py", "serve", *sys.argv[1:]])
"""


@contextmanager
def serving(
    folder: Path, port: int, *options: str, command: Sequence[str] = COMMAND, **more: str
) -> Iterator["Popen[bytes]"]:
    """Serve on ``port`` with two workers while the block runs, or until it kills the server."""
    command = [*command, "--port", str(port), "--workers", "2", *options]
    with (folder / "log").open("wb") as log:
        process = Popen(command, cwd=settings.BASE_DIR, env={**variables(folder), **more}, stdout=log, stderr=log)
    try:
        until(lambda: len(workers(process.pid)) == 2)
        assert ask(port, "/healthz").status == 200, (folder / "log").read_text(errors="replace")
        yield process
    finally:
        process.terminate()
        process.wait(WAIT)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def workers(process: int) -> set[int]:
    """Return the workers of a server that have not ended."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = re.sub(r".*\) ", "", status.read_text()).split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        if parent == str(process) and state != "Z":
            found.add(int(status.parent.name))
    return found


def is_running(process: int) -> bool:
    """Return whether a process has not ended; who ended and was not waited for is a zombie."""
    try:
        return re.sub(r".*\) ", "", Path(f"/proc/{process}/stat").read_text()).split()[0] != "Z"
    except OSError:
        return False


def is_stopped(process: int) -> bool:
    """Return whether all threads of a process have stopped; they stop later than ``os.kill`` returns."""
    threads = [stat.read_text() for stat in Path(f"/proc/{process}/task").glob("*/stat")]
    return all(re.sub(r".*\) ", "", stat).split()[0] == "T" for stat in threads)


def refused(folder: Path, *options: str) -> tuple[int, str]:
    """Return how a start that does not succeed ends: the exit code and what is said."""
    done = subprocess.run(
        [*COMMAND, *options], cwd=settings.BASE_DIR, env=variables(folder), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@dataclass(frozen=True)
class Served:
    """A server that several tests ask, and what it told systemd."""

    process: "Popen[bytes]"
    port: int
    told: socket.socket


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(folder / "notify"))
        told.settimeout(WAIT)
        with serving(folder, port, NOTIFY_SOCKET=str(folder / "notify")) as process:
            yield Served(process, port, told)


def test_systemd_is_told_when_the_server_answers(served):
    assert served.told.recv(100) == b"READY=1"


def test_a_second_start_on_a_port_is_refused_and_the_first_goes_on(served, tmp_path):
    code, said = refused(tmp_path, "--port", str(served.port))
    assert (code, said) == (3, f"CommandError: Port {served.port} is in use by another process.\n")
    assert ask(served.port, "/healthz").status == 200
    assert len(workers(served.process.pid)) == 2


def test_a_worker_that_is_killed_is_replaced_and_the_others_go_on(served):
    killed, other = sorted(workers(served.process.pid))
    os.kill(killed, signal.SIGKILL)
    assert [ask(served.port, "/healthz").status for _ in range(20)] == [200] * 20
    until(lambda: len(workers(served.process.pid)) == 2)
    assert other in workers(served.process.pid)
    assert killed not in workers(served.process.pid)
    assert served.process.poll() is None


def test_connections_that_wait_for_a_worker_are_not_lost_with_it(tmp_path):
    port = free_port()
    with serving(tmp_path, port) as server, ThreadPoolExecutor(12) as pool:
        stopped = workers(server.pid)
        for worker in stopped:
            os.kill(worker, signal.SIGSTOP)
        until(lambda: all(is_stopped(worker) for worker in stopped))  # from here on no worker accepts a connection
        waiting = [pool.submit(ask, port, "/healthz") for _ in range(12)]
        until(lambda: waiting_at(port) == 12)
        for worker in stopped:
            os.kill(worker, signal.SIGKILL)
        assert [each.result(WAIT).status for each in waiting] == [200] * 12
        assert not stopped & workers(server.pid)


def waiting_at(port: int) -> int:
    """Return how many connections are established at a port and not accepted."""
    waiting = 0
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if local.endswith(f":{port:04X}") and state == "0A":  # one of those that listen
            waiting += int(queues.partition(":")[2], 16)
    return waiting


def test_when_the_server_is_killed_no_process_of_it_remains(tmp_path):
    port = free_port()
    with serving(tmp_path, port, "--no-preload") as server:
        left = workers(server.pid)
        server.kill()
        server.wait(WAIT)
        until(lambda: not any(is_running(worker) for worker in left))
        until(lambda: is_free(port))


def is_free(port: int) -> bool:
    """Return whether a server could begin to listen at a port."""
    try:
        bind_listeners("127.0.0.1", port, queues=1)[0].close()
    except OSError:
        return False
    return True


PREPARED = """
import django, gc, os, socket, threading
django.setup()
from django.db import connection
from newsroom.operations.serve import prepare_fork
try:
    connection.ensure_connection()  # opens the pool, and so its threads
except django.db.Error:
    pass
prepare_fork(preload=True)
import sys
sockets = [each for each in os.listdir("/proc/self/fd") if "socket:" in str(os.path.realpath(f"/proc/self/fd/{each}"))]
print(threading.active_count(), connection.connection, sockets, "stories.public.views.works" in sys.modules, gc.get_freeze_count() > 0)
"""


@pytest.mark.parametrize("address", ["", "postgres://nobody:nothing@127.0.0.1:9/newsroom"])
def test_before_workers_are_forked_the_site_is_loaded_and_nothing_is_open(tmp_path, address):
    environment = {**variables(tmp_path), "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    if address:
        environment["DATABASE_URL"] = address
    environment |= {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "news.example"}
    done = subprocess.run(
        [sys.executable, "-c", PREPARED],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("1 None [] True True\n", 0), done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--port", "80000"), "“80000” is not a port: 0 to 65535."),
        (("--port", "x"), "“x” is not a port: 0 to 65535."),
        (("--workers", "0"), "“0” is not a whole number above 0."),
        (("--host", "192.0.2.1"), "Cannot listen on 192.0.2.1, port 8000: "),
    ],
)
def test_what_cannot_be_served_is_said_in_a_sentence(options, says):
    with pytest.raises(CommandError, match=re.escape(says)):
        call_command("serve", *options)


def test_a_worker_that_grows_too_large_is_replaced_and_no_request_is_lost(tmp_path):
    port = free_port()
    with serving(tmp_path, port, "--max-rss", "1", command=[sys.executable, "-c", OFTEN]) as server:
        too_large = workers(server.pid)
        answered = []
        until(lambda: answered.append(ask(port, "/healthz").status) or not too_large & workers(server.pid))
        assert set(answered) == {200}
