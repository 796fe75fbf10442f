"""``manage.py serve``: only one server uses a port, workers are replaced, and no process outlives a killed server."""

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
from tests.servers.server_process import send_request
from tests.site_process import free_port

WAIT = 60.0  # seconds, on a busy machine
COMMAND = [sys.executable, "manage.py", "serve"]


def variables(folder: Path) -> dict[str, str]:
    """Return the environment of a server with a separate database."""
    database = f"sqlite:///{folder / 'served.sqlite3'}"
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database}


# A server that checks the memory of its workers every second.
SAMPLE_OFTEN = """
import sys
from django.core.management import execute_from_command_line
from newsroom.operations import serve
serve.RSS_SAMPLE_INTERVAL = 1
execute_from_command_line(["manage.py", "serve", *sys.argv[1:]])
"""


@contextmanager
def serving(
    folder: Path, port: int, *options: str, command: Sequence[str] = COMMAND, **environment: str
) -> Iterator["Popen[bytes]"]:
    """Serve on ``port`` with two workers during the block, or until the block kills the server."""
    command = [*command, "--port", str(port), "--workers", "2", *options]
    with (folder / "log").open("wb") as log:
        process = Popen(
            command, cwd=settings.BASE_DIR, env={**variables(folder), **environment}, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: len(workers(process.pid)) == 2)
        assert send_request(port, "/healthz").status == 200, (folder / "log").read_text(errors="replace")
        yield process
    finally:
        process.terminate()
        process.wait(WAIT)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until the condition is true."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def workers(process: int) -> set[int]:
    """Return the process ids of the running workers of a server."""
    ids = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = re.sub(r".*\) ", "", status.read_text()).split()[:2]
        except OSError:  # the process has just ended
            continue
        if parent == str(process) and state != "Z":
            ids.add(int(status.parent.name))
    return ids


def is_running(process: int) -> bool:
    """Return whether a process is running; a zombie is not."""
    try:
        return re.sub(r".*\) ", "", Path(f"/proc/{process}/stat").read_text()).split()[0] != "Z"
    except OSError:
        return False


def is_stopped(process: int) -> bool:
    """Return whether all threads of a process have stopped, which happens after ``os.kill`` returns."""
    threads = [stat.read_text() for stat in Path(f"/proc/{process}/task").glob("*/stat")]
    return all(re.sub(r".*\) ", "", stat).split()[0] == "T" for stat in threads)


def run_serve(folder: Path, *options: str) -> tuple[int, str]:
    """Run the command until it ends; return the exit code and the error output."""
    done = subprocess.run(
        [*COMMAND, *options], cwd=settings.BASE_DIR, env=variables(folder), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@dataclass(frozen=True)
class Served:
    """A server that several tests share, and the socket on which it notifies systemd."""

    process: "Popen[bytes]"
    port: int
    notifications: socket.socket


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifications:
        notifications.bind(str(folder / "notify"))
        notifications.settimeout(WAIT)
        with serving(folder, port, NOTIFY_SOCKET=str(folder / "notify")) as process:
            yield Served(process, port, notifications)


def test_systemd_is_notified_when_the_server_answers(served):
    assert served.notifications.recv(100) == b"READY=1"


def test_a_second_server_on_a_port_is_refused_and_the_first_keeps_running(served, tmp_path):
    code, errors = run_serve(tmp_path, "--port", str(served.port))
    assert (code, errors) == (3, f"Port {served.port} is in use by another process.\n")
    assert send_request(served.port, "/healthz").status == 200
    assert len(workers(served.process.pid)) == 2


def test_a_killed_worker_is_replaced_and_the_others_keep_running(served):
    killed, other = sorted(workers(served.process.pid))
    os.kill(killed, signal.SIGKILL)
    assert [send_request(served.port, "/healthz").status for _ in range(20)] == [200] * 20
    wait_until(lambda: len(workers(served.process.pid)) == 2)
    assert other in workers(served.process.pid)
    assert killed not in workers(served.process.pid)
    assert served.process.poll() is None


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


def test_no_process_outlives_a_killed_server(tmp_path):
    port = free_port()
    with serving(tmp_path, port, "--no-preload") as server:
        orphans = workers(server.pid)
        server.kill()
        server.wait(WAIT)
        wait_until(lambda: not any(is_running(worker) for worker in orphans))
        wait_until(lambda: is_free(port))


def is_free(port: int) -> bool:
    """Return whether a server could listen on a port."""
    try:
        bind_listeners("127.0.0.1", port, queues=1)[0].close()
    except OSError:
        return False
    return True


PRINT_STATE_BEFORE_FORK = """
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
def test_before_forking_the_site_is_loaded_and_no_connection_is_open(tmp_path, address):
    environment = {**variables(tmp_path), "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    if address:
        environment["DATABASE_URL"] = address
    environment |= {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "news.example"}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_STATE_BEFORE_FORK],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("1 None [] True True\n", 0), done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--port", "80000"), "“80000” is not a port: 0 to 65535."),
        (("--port", "x"), "“x” is not a port: 0 to 65535."),
        (("--workers", "0"), "“0” is not a whole number above 0."),
        (("--host", "192.0.2.1"), "Cannot listen on 192.0.2.1, port 8000: "),
    ],
)
def test_invalid_options_are_reported(options, message):
    with pytest.raises(CommandError, match=re.escape(message)):
        call_command("serve", *options)


def test_a_worker_that_uses_too_much_memory_is_replaced_without_losing_requests(tmp_path):
    port = free_port()
    with serving(tmp_path, port, "--max-rss", "1", command=[sys.executable, "-c", SAMPLE_OFTEN]) as server:
        too_large = workers(server.pid)
        statuses = []
        wait_until(
            lambda: statuses.append(send_request(port, "/healthz").status) or not too_large & workers(server.pid)
        )
        assert set(statuses) == {200}
