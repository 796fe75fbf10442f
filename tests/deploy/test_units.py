"""The settings of the systemd units that nothing else would miss: a unit without them is valid, and starts."""

import re
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))

# Keyed by the name of the unit.
TABLE: dict[str, dict[str, str]] = {
    "newsroom-web@.service": {
        "Type": "notify",
        "Restart": "always",
        "RestartSec": "1",
        "KillMode": "mixed",
        "TimeoutStopSec": "45",
        "OOMPolicy": "continue",
        "MemoryMax": "2G",
        "StartLimitIntervalSec": "2min",
        "StartLimitBurst": "10",
        "ExecStart": "/opt/newsroom/instances/web-%i/.venv/bin/python manage.py serve --port ${PORT}",
        "WantedBy": "multi-user.target",
    },
    "newsroom-worker@.service": {
        "Type": "exec",
        "Restart": "always",
        "RestartSec": "1",
        "KillMode": "mixed",
        "TimeoutStopSec": "120",
        "OOMPolicy": "continue",
        "MemoryMax": "1G",
        "StartLimitIntervalSec": "2min",
        "StartLimitBurst": "10",
        "ExecStart": "/opt/newsroom/instances/worker-%i/.venv/bin/python manage.py worker",
        "WantedBy": "multi-user.target",
    },
    "newsroom-alert@.service": {
        "ExecStart": '/opt/newsroom/current/.venv/bin/python manage.py send_alert "Unit %i failed."'
    },
    "newsroom-backup.service": {
        "CPUSchedulingPolicy": "idle",
        "CPUWeight": "idle",
        "TimeoutStartSec": "6h",
        "OnSuccess": "newsroom-prune.service",
        "OnFailure": "newsroom-alert@%n.service newsroom-prune.service",
        "ExecStart": "/opt/newsroom/current/.venv/bin/python manage.py backup create",
        "SuccessExitStatus": "5 75",
    },
    "newsroom-prune.service": {
        "CPUSchedulingPolicy": "idle",
        "CPUWeight": "idle",
        "TimeoutStartSec": "1h",
        "ExecStart": "/opt/newsroom/current/.venv/bin/python manage.py backup prune",
        "SuccessExitStatus": "75",
    },
    "newsroom-watch.service": {"ExecStart": "/usr/bin/python3 -I /opt/newsroom/current/deploy/watch.py"},
    "newsroom-backup.timer": {"OnCalendar": "*-*-* 03:15:00", "Persistent": "yes", "WantedBy": "timers.target"},
    "newsroom-drill.timer": {"OnCalendar": "Sun *-*-* 04:30:00", "Persistent": "yes", "WantedBy": "timers.target"},
    "newsroom-tidy.timer": {"OnCalendar": "hourly", "Persistent": "yes", "WantedBy": "timers.target"},
    "newsroom-watch.timer": {"OnCalendar": "*:*:00,30", "AccuracySec": "1s", "WantedBy": "timers.target"},
}
# What all services have in common.
PROTECTION = {
    "User": ["newsroom"],
    "Group": ["newsroom"],
    "NoNewPrivileges": ["yes"],
    "ProtectSystem": ["strict"],
    "ReadWritePaths": ["/var/lib/newsroom"],
    "PrivateTmp": ["yes"],
    "ProtectHome": ["yes"],
    "PrivateDevices": ["yes"],
    "RestrictNamespaces": ["yes"],
    "LockPersonality": ["yes"],
    "SystemCallFilter": ["@system-service"],
    "CapabilityBoundingSet": [""],
    "EnvironmentFile": ["/etc/newsroom/environment"],
    "LoadCredential": ["secret_key:/etc/newsroom/secret_key", "digest_key:/etc/newsroom/digest_key"],
}


def read_settings(name: str) -> dict[str, list[str]]:
    """Return the values of each setting of a unit, in the order in which systemd reads them.

    The settings that all services have in common are included.
    """
    files = [UNITS / name]
    if name.endswith(".service"):
        files.append(UNITS / "newsroom-.service.d" / "common.conf")
    settings: dict[str, list[str]] = {}
    for file in files:
        for key, value in re.findall(r"^(\w+)=(.*)$", file.read_text("utf-8"), re.MULTILINE):
            settings.setdefault(key, []).append(value)
    return settings


@pytest.mark.parametrize(
    ("unit", "key", "value"),
    [(unit, key, value) for unit, settings in TABLE.items() for key, value in settings.items()],
)
def test_a_unit_has_its_settings(unit, key, value):
    assert read_settings(unit).get(key) == [value]


@pytest.mark.parametrize("key", PROTECTION)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_protected_and_writes_only_its_data(service, key):
    assert read_settings(service).get(key) == PROTECTION[key]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_keys_as_credentials(service):
    words = " ".join(read_settings(service)["Environment"]).split()
    assert {"SECRET_KEY_FILE=%d/secret_key", "DIGEST_KEY_FILE=%d/digest_key"} <= set(words)


def test_each_timer_has_a_service():
    timers = {path.stem for path in UNITS.glob("*.timer")}
    assert timers == {"newsroom-backup", "newsroom-drill", "newsroom-tidy", "newsroom-watch"}
    assert {f"{name}.service" for name in timers} <= set(SERVICES)
