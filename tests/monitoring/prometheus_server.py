"""Run Prometheus, and ask it."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from tests.monitoring.find_prometheus import find_prometheus
from tests.servers.server_process import send_request
from tests.site_process import free_port
from tests.wait import WAIT, wait_until


class Prometheus:
    """A running server."""

    def __init__(self, port: int) -> None:
        self._port = port

    def is_ready(self) -> bool:
        try:
            return send_request(self._port, "/-/ready").status == 200
        except (OSError, HTTPException):
            return False

    def get(self, name: str, **parameters: str) -> Any:
        """Return the data of a call of the API."""
        answer = send_request(self._port, f"/api/v1/{name}?{urlencode(parameters)}")
        assert answer.status == 200, answer.body.decode()
        return json.loads(answer.body)["data"]

    def query(self, query: str) -> list[float]:
        """Return the present value of each series. It may be NaN."""
        result = self.get("query", query=query)
        assert result["resultType"] == "vector", query
        return [float(series["value"][1]) for series in result["result"]]


@contextmanager
def run_prometheus(config: Mapping[str, object], folder: Path) -> Iterator[Prometheus]:
    """Run a server with this configuration during the block. Its data is in ``folder``."""
    program = find_prometheus()
    assert program, "Prometheus is missing."
    folder.mkdir()
    (folder / "prometheus.yml").write_text(yaml.safe_dump(dict(config)), encoding="utf-8")
    port = free_port()
    command = [program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--web.listen-address=127.0.0.1:{port}"], cwd=folder, stdout=log, stderr=log
        )
    server = Prometheus(port)
    try:
        wait_until(
            lambda: process.poll() is not None or server.is_ready(), describe=lambda: (folder / "log").read_text()
        )
        assert process.poll() is None, (folder / "log").read_text()
        yield server
    finally:
        process.terminate()
        process.wait(WAIT)
