"""A server that is killed behind Caddy, and started again by what keeps it alive: readers only wait."""

import os
import signal
from http.client import HTTPSConnection
from time import monotonic

from tests.databases import database_url
from tests.machine.proxies import proxy, trust_any
from tests.readers import reading
from tests.servers.serve_process import WAIT, Supervisor, is_running, start_server, wait_until, workers
from tests.site_pages import make_pages
from tests.site_process import free_port

READERS = 6


def test_behind_caddy_readers_of_a_killed_server_wait_and_see_no_error(transactional_db, tmp_path, full_length):
    # What acceptance promises, with the configuration as it is; and what it is on a busy machine.
    ended_within, answered_within, wait = (5.0, 10.0, "10s") if full_length else (30.0, 60.0, "60s")
    pages, port, folder = make_pages(), free_port(), tmp_path / "proxy"
    folder.mkdir()
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.process_settings",
        "FOLDER_OF_TEST": str(tmp_path / "var"),
        "DATABASE_URL": database_url(),
    }
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
            assert monotonic() - killed_at < ended_within
            wait_until(lambda: any(each.began > killed_at for each in reads))
            read_before = len(reads)
            wait_until(lambda: len(reads) > read_before + 50)
        assert supervisor.process.pid != parent
    assert [each for each in reads if each.status != 200] == []
    assert max(each.seconds for each in reads) < answered_within
