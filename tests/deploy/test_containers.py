"""The image and compose.yaml: what they contain, and how an upgrade replaces one container after the other."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread

import pytest
import yaml

from deploy.container import check_health, prepare
from tests.json_schema import list_schema_errors
from tests.site_process import free_port

ROOT = Path(__file__).resolve().parents[2]
SITE_SERVICES = {"web-a", "web-b", "worker", "once"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def find_compose_faults(compose) -> list[str]:
    """Return how a file violates the schema of the Compose specification."""
    path = distribution("check-jsonschema").locate_file("check_jsonschema/builtin_schemas/vendor/compose-spec.json")
    return list_schema_errors(compose, json.loads(Path(str(path)).read_text("utf-8")))


def test_the_file_obeys_the_compose_specification(compose):
    assert find_compose_faults(compose) == []


@pytest.mark.parametrize(("name", "value"), [("read_onyl", True), ("mem_limit", []), ("depends_on", {"db": "healthy"})])
def test_a_key_or_value_that_the_compose_specification_lacks_is_found(compose, name, value):
    services = {**compose["services"], "worker": {**compose["services"]["worker"], name: value}}
    assert find_compose_faults({**compose, "services": services}) != []


def test_a_site_has_its_services(compose):
    assert set(compose["services"]) == SITE_SERVICES | {"db", "caddy"}


@pytest.mark.parametrize("name", sorted(SITE_SERVICES))
def test_a_container_of_the_site_may_write_only_its_data(compose, name):
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["data:/var/lib/newsroom", "keys:/etc/newsroom"]
    assert "privileged" not in service


def test_only_the_proxy_can_be_reached_from_outside(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["caddy"]


def test_nothing_serves_before_the_database_is_migrated(compose):
    services = compose["services"]
    for name in ("web-a", "web-b", "worker"):
        assert services[name]["depends_on"] == {"once": {"condition": "service_completed_successfully"}}
    assert services["once"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    [_, _, script] = services["once"]["command"]
    assert [line.split()[-1 if "prepare" in line else 2] for line in script.splitlines()] == [
        "deploy/container/prepare.py",
        "migrate",
        "setup_roles",
        "collectstatic",
    ]


def test_the_proxy_asks_both_web_servers(compose):
    caddyfile = (ROOT / "deploy" / "container" / "Caddyfile").read_text("utf-8")
    [servers] = re.findall(r"reverse_proxy (.*) \{", caddyfile)
    assert servers.split() == ["web-a:8000", "web-b:8000"]
    assert {"request_header -*_*", "respond /metrics 404", "max_size 12MB"} <= {
        line.strip() for line in caddyfile.splitlines()
    }


def test_the_proxy_is_healthy_once_it_takes_a_new_configuration(compose):
    # A new container is waited for with --wait, and then told to reload.
    assert "http://127.0.0.1:2019/config/" in compose["services"]["caddy"]["healthcheck"]["test"]


def test_the_proxy_sees_the_configuration_of_a_new_release(compose):
    # A mounted file would remain the old one, because an upgrade writes a new file under its name.
    assert "./deploy/container:/etc/caddy:ro" in compose["services"]["caddy"]["volumes"]


def test_the_image_runs_as_a_user_without_a_name_on_other_machines_and_checks_itself():
    dockerfile = (ROOT / "deploy" / "container" / "Dockerfile").read_text("utf-8")
    instructions = dict(re.findall(r"^([A-Z]+) (.*)$", dockerfile, re.MULTILINE))
    assert instructions["USER"] == "10001:10001"
    assert instructions["STOPSIGNAL"] == "SIGTERM"
    assert "HEALTHCHECK" in instructions
    assert 'CMD ["python3", "deploy/container/check_health.py"]' in dockerfile
    assert "--require-hashes" in dockerfile


def test_the_image_has_neither_tests_nor_data_nor_keys():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"}
    bill = "newsroom-*.cdx.json"  # which only the archive of a release has
    assert bill in allowed
    assert all((ROOT / name).exists() for name in allowed - {bill})
    assert not {"tests", "var", ".env", ".git", "benchmarks"} & allowed
    assert {"manage.py", "newsroom", "stories", "topics", "templates", "static", "locale", "deploy"} <= allowed


def test_keys_are_made_once(tmp_path):
    prepare.main(tmp_path)
    keys = {path.name: path.read_text() for path in tmp_path.iterdir()}
    prepare.main(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == keys
    assert set(keys) == {"secret_key", "digest_key"}
    assert len(set(keys.values())) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


class WebServer(HTTPServer):
    """A web server that records the host and the path of each request, and answers with the status in ``statuses``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), WebHandler)
        self.requests: list[str] = []
        self.statuses: dict[str, int] = {}


class WebHandler(BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        self.server.requests.append(f"{self.headers['X-Forwarded-Proto']}://{self.headers['Host']}{self.path}")
        self.send_response(self.server.statuses.get(self.path, 200))
        self.end_headers()

    def log_message(self, *_):
        """Log nothing."""


@pytest.fixture
def web_server(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://news.example")
    with WebServer() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_the_web_servers_check_themselves_even_while_no_worker_runs(compose):
    for name in ("web-a", "web-b"):
        assert "healthcheck" not in compose["services"][name]
    assert compose["services"]["worker"]["healthcheck"] == {"disable": True}


def test_a_web_server_is_asked_twice_a_minute_whether_it_is_ready_and_stays_in_service_if_it_is_not(
    web_server, tmp_path
):
    web_server.statuses["/readyz"] = 503
    mark = tmp_path / "mark"
    alive, ready = "https://news.example/healthz", "https://news.example/readyz"
    assert [check_health.main(web_server.server_port, mark) for _ in range(2)] == [0, 0]
    assert web_server.requests == [alive, ready, alive]
    os.utime(mark, (time.time() - 31, time.time() - 31))
    assert check_health.main(web_server.server_port, mark) == 0
    assert web_server.requests == [alive, ready, alive, alive, ready]


def test_without_a_place_for_the_mark_a_web_server_is_asked_each_time(web_server, tmp_path):
    assert [check_health.main(web_server.server_port, tmp_path / "missing" / "mark") for _ in range(2)] == [0, 0]
    assert sum(each.endswith("/readyz") for each in web_server.requests) == 2


def test_a_web_server_that_fails_or_does_not_answer_is_not_healthy(web_server, tmp_path):
    web_server.statuses["/healthz"] = 500
    assert check_health.main(web_server.server_port, tmp_path / "mark") == 1
    assert check_health.main(free_port(), tmp_path / "mark") == 1
    assert len(web_server.requests) == 1


@pytest.fixture
def site(tmp_path):
    """Return a folder with the program, its .env and a program in place of docker, which fails at ``failing``."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "compose-upgrade").write_bytes((ROOT / "scripts" / "compose-upgrade").read_bytes())
    (tmp_path / ".env").write_text("HOST=news.example\nNEWSROOM_VERSION=1.3\n", encoding="utf-8")
    (tmp_path / "docker").write_text(
        '#!/bin/sh\necho "$NEWSROOM_VERSION $*" >> run\ntest ! -e failing || ! echo "$*" | grep -q -f failing\n'
    )
    (tmp_path / "docker").chmod(0o755)
    return tmp_path


def upgrade(site, *arguments):
    return subprocess.run(
        [sys.executable, "scripts/compose-upgrade", *arguments],
        cwd=site,
        env={"COMPOSE": f"{site}/docker compose"},
        capture_output=True,
        text=True,
        check=False,
    )


RELOAD = "1.4 compose exec -T caddy caddy reload --config /etc/caddy/Caddyfile"


def commands(site):
    return (site / "run").read_text().splitlines()


def test_an_upgrade_replaces_one_container_after_the_other(site):
    done = upgrade(site, "1.4")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "The site runs 1.4.")
    replace = "1.4 compose up -d --no-deps --no-build --wait"
    assert commands(site) == [
        "1.4 compose build once",
        "1.4 compose run --rm --no-deps once",
        *(f"{replace} {name}" for name in ("web-b", "web-a", "worker")),
        "1.4 compose up -d --no-deps --wait caddy",
        RELOAD,
    ]
    assert (site / ".env").read_text() == "HOST=news.example\nNEWSROOM_VERSION=1.4\n"


@pytest.mark.parametrize(
    ("failing", "step", "count"),
    [("build", "Build the image", 1), ("run", "Migrate the database", 2), ("web-b", "Replace web-b", 3)],
)
def test_a_step_that_fails_stops_the_upgrade_and_the_old_release_goes_on(site, failing, step, count):
    (site / "failing").write_text(failing)
    done = upgrade(site, "1.4")
    assert done.returncode == 1
    assert done.stderr == f"“{step}” failed (exit code 1). What was not replaced goes on serving.\n"
    assert len(commands(site)) == count
    assert "NEWSROOM_VERSION=1.3" in (site / ".env").read_text()


def test_a_proxy_that_does_not_reload_is_reported_and_the_new_release_stays(site):
    (site / "failing").write_text("reload")
    done = upgrade(site, "1.4")
    assert (done.returncode, done.stderr.startswith("“Reload the proxy” failed")) == (1, True)
    assert commands(site).count(RELOAD) == 1
    assert "NEWSROOM_VERSION=1.4" in (site / ".env").read_text()


@pytest.mark.parametrize("arguments", [(), ("1.4", "1.5"), ("../evil",)])
def test_an_upgrade_names_one_version(site, arguments):
    assert upgrade(site, *arguments).returncode == 2
    assert not (site / "run").exists()
