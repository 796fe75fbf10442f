"""Fixtures: the site as deployed, with two processes of four threads, and a PostgreSQL server that tests can stop."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings

from tests.databases import direct_url
from tests.postgresql.outages.cluster import Cluster
from tests.servers.server_process import Answer, run_server, send_request

SETTINGS = "tests.postgresql.outages.settings"
STORIES = [f"/stories/story-{number}/" for number in range(4)]
_FILL = f"""
import django; django.setup()
from newsroom.accounts import roles; roles.set_up_roles()
from tests.factories import make_image, make_published_story, make_user
make_user(role="Editor", username="editor")
for address in {STORIES!r}:
    make_published_story(slug=address.split("/")[2], lead_image=make_image(), lead_alt="The pier")
"""


@dataclass(frozen=True)
class Site:
    """The running site and its PostgreSQL server."""

    port: int
    cluster: Cluster

    def get(self, address: str, **headers: str) -> Answer:
        """Return the response to a GET request."""
        return send_request(self.port, address, **headers)

    def post(self, address: str, form: dict[str, str], **headers: str) -> Answer:
        """Return the response to a submitted form."""
        content_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return send_request(self.port, address, method="POST", body=urlencode(form), **content_type, **headers)

    def get_all(self, addresses: list[str]) -> list[Answer]:
        """Return the responses to simultaneous GET requests."""
        with ThreadPoolExecutor(len(addresses)) as readers:
            return list(readers.map(self.get, addresses))


def environment(cluster: Cluster) -> dict[str, str]:
    """Return the environment variables of a process of the site."""
    return os.environ | _variables(cluster)


def _variables(cluster: Cluster) -> dict[str, str]:
    folder = cluster.folder / "disk" / "var"
    return {"DJANGO_SETTINGS_MODULE": SETTINGS, "DATABASE_URL": cluster.url, "FOLDER_OF_TEST": str(folder)}


@pytest.fixture(scope="session")
def _cluster(django_db_setup, django_db_blocker) -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.create(direct_url())
        (cluster.folder / "disk" / "var").mkdir()
        fill = [sys.executable, "-c", _FILL]
        subprocess.run(fill, cwd=django_settings.BASE_DIR, env=environment(cluster), check=True)
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def cluster(_cluster: Cluster) -> Iterator[Cluster]:
    """Yield a running PostgreSQL server with some stories. After the test, start it if necessary and accept writes."""
    yield _cluster
    if _cluster._process is None:
        _cluster.start()
    _cluster.accept_writes()


@pytest.fixture(scope="session")
def _port(_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("site")
    with run_server("serve", folder, _variables(_cluster)) as port:
        yield port


@pytest.fixture
def site(_port: int, cluster: Cluster) -> Site:
    """Return the site once all its stories are served."""
    site = Site(_port, cluster)
    _wait_for_site(site)
    return site


def _wait_for_site(site: Site) -> None:
    end = monotonic() + 60
    while any(answer.status != 200 for answer in site.get_all(STORIES * 4)):
        assert monotonic() < end
        sleep(0.2)
