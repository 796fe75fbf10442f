"""``/metrics`` on a real server with several processes."""

import os
import signal
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import make_published_story
from tests.servers.server_process import run_server, send_request

pytestmark = pytest.mark.django_db(transaction=True)


def read(port: int, name: str, **labels: str) -> float:
    """Return the sum of the samples with this name and these labels."""
    text = send_request(port, "/metrics", Host="127.0.0.1").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())


def parent_of(pid: int) -> int:
    """Return the pid of the parent of a process (proc(5))."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def read_all_but_bypassed(port: int) -> float:
    """Return the number of requests for pages that can be stored."""
    name = "newsroom_stored_pages_total"
    return read(port, name) - read(port, name, result="bypass")


def test_counts_of_all_workers_are_summed_and_survive_the_death_of_one(tmp_path):
    make_published_story(slug="harbour")
    settings = {"DJANGO_SETTINGS_MODULE": "tests.servers.settings_with_folder", "FOLDER_OF_TEST": str(tmp_path)}
    with run_server("serve", tmp_path, settings) as port:
        for _ in range(40):
            assert send_request(port, "/stories/harbour/").status == 200
        assert read(port, "newsroom_stored_pages_total", result="hit") >= 38
        # The pages that are read before the fork count as requests that pass by the stored pages.
        assert read_all_but_bypassed(port) == 40
        pids = {int(path.name) for path in (tmp_path / "metrics").iterdir() if path.name.isdigit()}
        assert len(pids) == 3, "The first process, which reads pages before it forks, and two workers count."
        os.kill(next(pid for pid in pids if parent_of(pid) in pids), signal.SIGKILL)
        time.sleep(0.1)
        assert read_all_but_bypassed(port) == 40
        assert read(port, "newsroom_release_info") == 1


def test_what_comes_through_a_proxy_gets_the_404_of_an_unknown_address(tmp_path):
    with run_server("serve", tmp_path) as port:
        through_proxy = {"X-Forwarded-For": "203.0.113.9"}
        assert send_request(port, "/metrics", **through_proxy).status == 404
        assert (
            send_request(port, "/metrics", **through_proxy).body == send_request(port, "/metric", **through_proxy).body
        )
