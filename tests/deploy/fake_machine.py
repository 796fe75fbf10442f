"""A machine in a folder of the test: files are real, commands are recorded and answered by the test."""

import subprocess
from pathlib import Path

from deploy.machine import Machine


class FakeCommands:
    """A stand-in for ``subprocess.run``. Commands in ``failing`` end with code 1.

    ``outputs`` and ``warnings`` contain what the others write to standard output and standard error, keyed by a part of
    the command.
    """

    def __init__(self) -> None:
        self.run: list[str] = []
        self.failing: set[str] = set()
        self.outputs: dict[str, str] = {}
        self.warnings: dict[str, str] = {}

    def __call__(self, command, **_) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        self.run.append(line)
        if "-m venv" in line:
            Path(command[-1], "bin").mkdir(parents=True, exist_ok=True)
        output = next((text for part, text in self.outputs.items() if part in line), "")
        warning = next((text for part, text in self.warnings.items() if part in line), "")
        code = 1 if any(part in line for part in self.failing) else 0
        return subprocess.CompletedProcess(command, code, stdout=output, stderr="broken" if code else warning)

    def find(self, part: str) -> list[str]:
        """Return the commands that contain this text."""
        return [line for line in self.run if part in line]


def make_machine(root: Path) -> tuple[Machine, FakeCommands]:
    """Return a machine below ``root``, and the record of its commands."""
    for folder in ("etc/caddy", "etc/nginx/conf.d", "etc/systemd/system", "run/lock", "usr/local/bin"):
        (root / folder).mkdir(parents=True)
    commands = FakeCommands()
    return Machine(root=root, runner=commands), commands
