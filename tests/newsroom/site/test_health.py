"""The addresses that say whether the process lives and whether the site can serve."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from newsroom.jobs.models import WorkerLife
from newsroom.site import health
from stories import guards


def lines(response) -> dict[str, str]:
    """Return what each check came to."""
    return dict(line.split(": ") for line in response.content.decode().splitlines())


def test_a_living_process_says_so_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_nobody_keeps_the_answer(client, db, address):
    assert client.get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_is_only_read(client, address):
    assert client.post(address).status_code == 405


def test_a_site_on_which_all_is_well_is_ready(client, db):
    WorkerLife.objects.beat("a worker")
    response = client.get("/readyz")
    assert response.status_code == 200
    assert {"database", "migrations", "worker", "guards"} == lines(response).keys()
    assert set(lines(response).values()) == {"ok"}


def test_without_a_worker_the_site_is_ready_and_says_so(client, db):
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["worker"]) == (200, "failed")


def test_a_missing_migration_makes_the_site_not_ready(client, db):
    MigrationRecorder(connection).record_unapplied("record", "0001_begin")
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["migrations"]) == (503, "failed")
    assert lines(response)["database"] == "ok"


def test_a_migration_that_was_applied_in_its_parts_is_applied(client, db, monkeypatch):
    parts = frozenset(MigrationRecorder(connection).applied_migrations())
    monkeypatch.setattr(health, "_known", lambda: {("record", "0001_squashed"): parts})
    assert lines(client.get("/readyz"))["migrations"] == "ok"


def test_a_missing_guard_makes_the_site_not_ready(client, db):
    guards.lift()
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["guards"]) == (503, "failed")
    guards.lay()
    assert lines(client.get("/readyz"))["guards"] == "ok"


def test_a_check_of_another_room_makes_the_site_not_ready(client, db, monkeypatch):
    monkeypatch.setattr(health, "_checks", {})
    health.register("doors", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["doors"]) == (503, "failed")


def test_a_check_that_the_database_refuses_is_a_no(client, db, monkeypatch):
    def refuse() -> bool:
        raise OperationalError("no such table: secrets")

    monkeypatch.setattr(health, "_checks", {})
    health.register("doors", refuse)
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["doors"]) == (503, "failed")
    assert b"secrets" not in response.content


ASKING = """
import django
django.setup()
from django.test import Client
response = Client().get("/readyz", headers={"Host": "localhost"})
print(response.status_code)
print(response.content.decode(), end="")
"""


@pytest.mark.parametrize(
    "address", ["sqlite:////no-such-place/newsroom.sqlite3", "postgres://nobody:nothing@127.0.0.1:9/newsroom"]
)
def test_without_its_database_the_site_is_not_ready_and_says_no_more(address):
    # The product's own settings: with the pool of connections that tests do without.
    answer = subprocess.run(
        [sys.executable, "-c", ASKING],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert answer[0] == "503"
    assert {"database: failed", "migrations: failed", "worker: failed", "guards: failed"} == set(answer[1:])
    assert all(line.endswith(": failed") for line in answer[1:])
