"""A server that is killed behind Caddy and started again by its supervisor: readers wait, and see no error."""

import os
import signal
from http.client import HTTPSConnection
from time import monotonic

from tests.databases import process_variables
from tests.machine.proxies import proxy, trust_any
from tests.readers import reading
from tests.servers.serve_process import Supervisor, is_running, start_server, workers
from tests.site_pages import make_pages
from tests.site_process import free_port
from tests.wait import WAIT, wait_until

READERS = 6


def test_behind_caddy_readers_of_a_killed_server_wait_and_see_no_error(transactional_db, tmp_path, full_length):
    # At full length, with the shipped configuration. Elsewhere, the machine may be too busy for that.
    wait = "10s" if full_length else "60s"
    pages, port, folder = make_pages(), free_port(), tmp_path / "proxy"
    folder.mkdir()
    environment = process_variables(tmp_path / "var")
    with (
        Supervisor(lambda: start_server(tmp_path, port, **environment)) as supervisor,
        proxy("caddy", folder, (port, free_port()), wait=wait) as ports,
    ):

        def connect() -> HTTPSConnection:
            return HTTPSConnection("localhost", ports.https, timeout=2 * WAIT, context=trust_any())

        with reading(connect, pages, readers=READERS, host="localhost") as reads:
            wait_until(lambda: len(reads) > 50)
            parent = supervisor.process.pid
            orphans = workers(parent)
            assert len(orphans) == 2
            killed_at = monotonic()
            os.kill(parent, signal.SIGKILL)
            wait_until(lambda: not any(is_running(process) for process in (parent, *orphans)))
            ended_after = monotonic() - killed_at
            wait_until(lambda: any(each.began > killed_at for each in reads))
            read_before = len(reads)
            wait_until(lambda: len(reads) > read_before + 50)
        assert supervisor.process.pid != parent
    assert [each for each in reads if each.status != 200] == []
    if full_length:
        assert ended_after < 5
        assert max(each.seconds for each in reads) < 10
