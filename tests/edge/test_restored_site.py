"""A site that was restored from a backup, with its real processes: it sends nothing, then goes live and purges Varnish."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.tasks import TaskResultStatus

from newsroom.background.models import Job, WorkerLife
from newsroom.http import clock
from newsroom.operations import site_state
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.store import FolderStore
from newsroom.page_cache.purge import purge
from stories import publishing
from tests.backups import process_environment, restored
from tests.crawl import walk
from tests.databases import database_url
from tests.edge.test_varnish import NEW, OLD, address_of, rewrite
from tests.edge.varnish import SECRET, varnish
from tests.factories import make_published_question, make_published_story, make_update, make_user
from tests.mail_server import MailServer
from tests.newsroom.notifications.test_mail import notify_person
from tests.site_process import free_port
from tests.wait import wait_until

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

MAILS, WORKERS = 50, 2
MAX_WAIT = 120.0  # seconds


class Recorder(ThreadingHTTPServer):
    """A server that records requests and passes them on to ``target``, if there is one."""

    daemon_threads = True

    def __init__(self, target: str = "") -> None:
        super().__init__(("127.0.0.1", 0), RecordingHandler)
        self.target = target
        self.paths: list[str] = []
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class RecordingHandler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        status = 202
        if self.server.target:
            with closing(HTTPConnection(urlsplit(self.server.target).netloc, timeout=60)) as edge:
                edge.request("POST", self.path, body, dict(self.headers))
                status = edge.getresponse().status
        self.server.paths.append(self.path)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write no log."""


@dataclass(frozen=True)
class Answer:
    status: int
    words: bytes
    is_hit: bool


def read(address: str, path: str) -> Answer:
    """Return the response to a request, and whether Varnish had it stored."""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        connection.request("GET", path, headers={"Host": "testserver"})
        answer = connection.getresponse()
        words = answer.read()
    return Answer(answer.status, words, "hit" in answer.headers.get("Cache-Status", ""))


@dataclass
class Outside:
    """What is outside the site: a mail server, a hub, and an edge whose purges are recorded."""

    mails: MailServer
    hub: Recorder
    purges: Recorder
    edge: str
    port: int
    environment: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.edge.settings_of_restored_site",
            "PORT_OF_MAIL_SERVER": str(self.mails.port),
            "ADDRESS_OF_HUB": self.hub.address,
            "ADDRESS_OF_EDGE": self.purges.address,
        }

    def count_sent(self) -> tuple[int, int, int]:
        return len(self.mails.messages), len(self.hub.paths), len(self.purges.paths)


@pytest.fixture
def outside(tmp_path: Path, settings) -> Iterator[Outside]:
    """Start what is outside the site, and configure the site of this process to send there."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    port = free_port()
    (work := tmp_path / "varnish").mkdir()
    with MailServer() as mails, Recorder() as hub, varnish(port, folder=work) as edge, Recorder(edge) as purges:
        settings.EMAIL_CONFIGURED, settings.MAILERS = True, mails.mailers()
        settings.WEBSUB_HUB = hub.address
        settings.PURGE_URL, settings.PURGE_HEADER = f"{purges.address}/purge", ("X-Purge-Secret", SECRET)
        yield Outside(mails, hub, purges, edge, port)
        hub.shutdown()
        purges.shutdown()


@dataclass(frozen=True)
class Machine:
    """A machine that runs the site on one database."""

    folder: Path
    database: str
    outside: Outside

    def command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        (self.folder / "var").mkdir(parents=True, exist_ok=True)
        variables = process_environment(self.folder / "var") | {
            **self.outside.environment,
            "DATABASE_URL": self.database,
        }
        return [sys.executable, "-m", "tests.edge.hurried", *arguments], variables

    def manage(self, *arguments: str) -> str:
        """Run a command to its end, and return what it printed."""
        command, variables = self.command(*arguments)
        done = subprocess.run(
            command, cwd=django_settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def run(self, *arguments: str) -> Iterator[None]:
        """Run a command during the block."""
        command, variables = self.command(*arguments)
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=variables, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)

    @contextmanager
    def serve(self, *, workers: int = 0) -> Iterator[None]:
        """Run the web server and ``workers`` workers during the block."""
        port = str(self.outside.port)
        with ExitStack() as stack:
            stack.enter_context(self.run("serve", "--port", port, "--workers", "2", "--verbosity", "0"))
            for _ in range(workers):
                stack.enter_context(self.run("worker"))
            wait_until(self.is_up, MAX_WAIT)
            yield

    def is_up(self) -> bool:
        try:
            return read(f"http://127.0.0.1:{self.outside.port}", "/healthz").status == 200
        except OSError:
            return False


def list_waiting() -> list[Any]:
    """Return the rows of all tasks that send something."""
    return list(Job.objects.outbound().order_by("pk").values())


def is_purged_again(url: str) -> bool:
    """Return whether the purge that follows a minute later was made, and no other is due."""
    with restored(url):
        purges = Job.objects.filter(task_path=purge.module_path)
        due = purges.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)).filter(
            run_after__lt=clock.now() + timedelta(minutes=2)
        )
        last = purges.filter(args_kwargs__kwargs__is_last=True, status=TaskResultStatus.SUCCESSFUL)
        return last.exists() and not due.exists()


def test_a_restored_site_sends_nothing_until_it_goes_live_and_then_no_page_is_newer_than_it(
    outside: Outside, tmp_path: Path, client, full_length: bool
) -> None:
    editor, store = make_user(), FolderStore(tmp_path / "store")
    stories = [make_published_story(by=editor) for _ in range(3)]
    make_published_question()
    for _ in range(MAILS):
        notify_person(editor, at=clock.now())
    for story in stories:
        rewrite(story, OLD, by=editor)
        publishing.publish(story, by=editor, change=make_update())
    create_backup(store)
    waiting = {row["id"] for row in list_waiting()}
    assert {row["task_path"].rpartition(".")[2] for row in list_waiting()} == {
        "announce_to_hub",
        "mail_notice",
        "purge",
    }
    for story in stories:
        rewrite(story, NEW, by=editor)
        publishing.publish(story, by=editor, change=make_update("It was measured again."))
    pages = sorted(walk(client, "/", "/sitemap.xml"))
    (former := tmp_path / "former").mkdir()
    with Machine(former, database_url(), outside).serve():
        for page in pages:
            read(outside.edge, page)

    (folder := tmp_path / "restored").mkdir()
    target = f"sqlite:///{folder / 'site.sqlite3'}"
    machine = Machine(folder, target, outside)
    machine.manage("restore", str(store.root), "--into", target)
    with restored(target):
        before = list_waiting()
    assert {row["id"] for row in before} == waiting
    with machine.serve(workers=WORKERS):
        end = monotonic() + (600 if full_length else 5)
        while monotonic() < end:
            assert outside.count_sent() == (0, 0, 0)
            sleep(0.5)
        with restored(target):
            assert site_state.is_quiet()
            assert WorkerLife.objects.is_any_alive()
            assert [row for row in list_waiting() if row["id"] in waiting] == before
        held = {page: read(outside.edge, page) for page in pages}
        newer = {page for page, answer in held.items() if answer.is_hit and NEW in answer.words}
        assert newer > {*map(address_of, stories)}, "A quiet site has purged something."

        printed = machine.manage("go_live", "--yes")
        assert all(f"({key})" in printed for key in waiting)
        assert outside.purges.paths
        wait_until(lambda: is_purged_again(target), MAX_WAIT)
        for page in pages:
            answer, ours = read(outside.edge, page), read(f"http://127.0.0.1:{outside.port}", page)
            assert (answer.status, answer.words) == (ours.status, ours.words), page
            assert NEW not in answer.words, page
        assert outside.count_sent()[:2] == (0, 0)
