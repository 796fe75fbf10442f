"""The units of systemd: they are valid, protected, and start commands that exist."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from deploy import watch
from tests.machine.proxies import program, read_configuration

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
TIMERS = sorted(path.name for path in UNITS.glob("*.timer"))
INSTANCES = {
    "newsroom-web@.service": ("a", "b"),
    "newsroom-worker@.service": ("1", "2"),
    "newsroom-alert@.service": ("newsroom-web@a.service",),
}
# Of 100; systemd calls up to 20 “OK” and less than 10 “SAFE”, which nothing reaches that talks to a network.
MAX_EXPOSURE = 20


def list_units() -> Iterator[str]:
    """Yield the name of each unit, of templates with each instance."""
    for name in [*SERVICES, *TIMERS]:
        yield from [name.replace("@", f"@{instance}") for instance in INSTANCES.get(name, ("",))]


def read_unit(name: str) -> str:
    return (UNITS / name).read_text("utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a root folder with the units, and with files in place of the programs that they start."""
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(UNITS, folder / "etc" / "systemd" / "system")
    shutil.copytree("/usr/lib/systemd/system", folder / "usr" / "lib" / "systemd" / "system", symlinks=True)
    for unit in list_units():
        instance = unit.partition("@")[2].removesuffix(".service")
        for command in re.findall(r"^Exec\w+=(\S+)", read_unit(re.sub("@.*[.]", "@.", unit)), re.MULTILINE):
            path = folder / command.replace("%i", instance).removeprefix("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o755)
    return folder


def analyse(root: Path, *words: str) -> str:
    """Return what ``systemd-analyze`` prints, which must succeed."""
    done = subprocess.run(
        [program("systemd-analyze"), f"--root={root}", "--no-pager", *words],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout + done.stderr


def test_systemd_finds_no_fault_in_the_units(root):
    assert analyse(root, "verify", "--man=no", *list_units()) == ""


@pytest.mark.parametrize("unit", [unit for unit in list_units() if unit.endswith(".service")])
def test_a_service_is_protected(root, unit):
    report = analyse(root, "security", "--offline=true", f"--threshold={MAX_EXPOSURE}", unit)
    assert f"Overall exposure level for {unit}" in report


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_a_command_that_exists(name):
    assert set(re.findall(r"manage\.py (\w+)", read_unit(name))) <= set(get_commands())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_fails_sends_an_alert_except_that_of_alerts_itself(name):
    alerts = re.findall(r"^OnFailure=(\S+)", read_unit(name), re.MULTILINE)
    assert alerts == ([] if name == "newsroom-alert@.service" else ["newsroom-alert@%n.service"])


def test_the_proxies_and_the_watch_know_the_ports_of_both_instances():
    ports = [
        int(re.findall(r"PORT=(\d+)", (UNITS / f"newsroom-web@{instance}.service.d" / "port.conf").read_text())[0])
        for instance in INSTANCES["newsroom-web@.service"]
    ]
    assert re.findall(r"server 127.0.0.1:(\d+)", read_configuration("nginx.conf")) == [str(port) for port in ports]
    assert f"reverse_proxy 127.0.0.1:{ports[0]} " in read_configuration("newsroom-upstream")
    assert tuple(ports) == watch.PORTS
