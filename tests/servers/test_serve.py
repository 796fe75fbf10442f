"""``manage.py serve``: only one server uses a port, and it loads the site once; its options."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from granian.log import LogLevels

from newsroom.operations import serve
from tests.databases import process_variables
from tests.factories import make_published_story
from tests.servers.serve_process import COMMAND, serving, variables, workers
from tests.servers.server_process import send_request
from tests.site_process import free_port
from tests.wait import WAIT, wait_until

# A server that checks the memory of its workers every second.
SAMPLE_OFTEN = """
import sys
from django.core.management import execute_from_command_line
from newsroom.operations import serve
serve.RSS_SAMPLE_INTERVAL = 1
execute_from_command_line(["manage.py", "serve", *sys.argv[1:]])
"""


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


PRINT_STATE_BEFORE_FORK = """
import django, gc, os, socket, threading
django.setup()
from django.db import connection
from newsroom.operations import serve
try:
    connection.ensure_connection()  # opens the pool, and so its threads
except django.db.Error:
    pass
loaded, warm_up = [], serve.warm_up
serve.warm_up = lambda application: loaded.append([warm_up(application)])
serve.prepare_fork(preload=True)
import sys
is_frozen = not any(each is loaded[0] for each in gc.get_objects())  # the last that was loaded
sockets = [each for each in os.listdir("/proc/self/fd") if "socket:" in str(os.path.realpath(f"/proc/self/fd/{each}"))]
print(threading.active_count(), connection.connection, sockets, "stories.public.views.works" in sys.modules, is_frozen)
from django.template import engines
templates = engines["django"].engine.template_loaders[0].get_template_cache
print(any("story.html" in str(name) for name in templates))
"""


def run_before_fork(environment: dict[str, str]) -> list[str]:
    """Prepare a fork in a separate process, and return the lines that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT_STATE_BEFORE_FORK],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("address", ["", "postgres://nobody:nothing@127.0.0.1:9/newsroom"])
def test_before_forking_the_site_is_loaded_and_frozen_and_no_connection_is_open(tmp_path, address):
    environment = {**variables(tmp_path), "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    if address:
        environment["DATABASE_URL"] = address
    environment |= {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "news.example", "SITE_URL": "http://news.example"}
    assert run_before_fork(environment) == ["1 None [] True True", "False"]


@pytest.mark.django_db(transaction=True)
def test_pages_that_were_read_before_forking_leave_no_connection_open(tmp_path):
    make_published_story()
    assert run_before_fork({**os.environ, **process_variables(tmp_path)}) == ["1 None [] True True", "True"]


def test_a_worker_that_dies_is_replaced_and_one_that_is_too_large_ends_soon_after_its_replacement(monkeypatch):
    given = {}
    monkeypatch.setattr(serve.MPServer, "__init__", lambda *_, **options: given.update(options))
    monkeypatch.setattr(serve, "SocketHolder", lambda *_: None)
    with serve.bind_listeners("127.0.0.1", 0, queues=1)[0] as listener:
        serve.Server([listener], threads=4, max_rss=400, log_level=LogLevels.info)
    assert (given["respawn_failed_workers"], given["respawn_interval"]) == (True, 0.5)


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
