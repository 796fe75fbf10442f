"""A machine in a folder of the test: files are real, commands are recorded and answered by the test."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy import layout
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


class KilledError(BaseException):
    """Raised in place of a SIGKILL. The program must not handle it."""


class FakeServices(FakeCommands):
    """A stand-in for ``subprocess.run`` that also tracks the web servers and Caddy.

    ``running`` contains the release that each web server runs, keyed by letter. ``served`` lists the release that
    served the site after each command, or an empty string if none did. ``before`` is called before each command, with
    its line.
    """

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root
        self.running: dict[str, str] = {}
        self.asked = "a"  # the web server that Caddy asks
        self.served: list[str] = []
        self.before: Callable[[str], None] = lambda line: None

    def __call__(self, command, **options) -> subprocess.CompletedProcess[str]:
        self.before(" ".join(command))
        done = super().__call__(command, **options)
        if command[0] == "systemctl" and done.returncode == 0:
            done.returncode = self._control(*command[1:])
        self.served.append(self.serving())
        return done

    def forget(self) -> None:
        """Clear the record of commands."""
        self.run.clear()
        self.served.clear()

    def serving(self) -> str:
        """Return the release that serves the site, or an empty string."""
        return self.running.get(self.asked, "")

    def is_enabled(self, letter: str) -> bool:
        """Return whether a web server is started at boot."""
        return self._wanted(letter).is_symlink()

    def _wanted(self, letter: str) -> Path:
        wanted = self.root / f"{layout.UNITS}/multi-user.target.wants".removeprefix("/")
        wanted.mkdir(exist_ok=True)
        return wanted / f"newsroom-web@{letter}.service"

    def _control(self, verb: str, *arguments: str) -> int:
        """Do what ``systemctl`` does, and return its exit code."""
        if verb == "reload" and arguments == ("caddy",):
            upstream = (self.root / layout.CADDY_UPSTREAM.removeprefix("/")).read_text("utf-8")
            self.asked = next(letter for letter, port in layout.WEB_PORTS.items() if f":{port} {{" in upstream)
        found = re.fullmatch(r"newsroom-web@(\w)\.service", arguments[-1]) if arguments else None
        if not found:
            return 0
        letter = found[1]
        if verb == "is-active":
            return 0 if letter in self.running else 3
        if verb in {"stop", "restart"}:
            self.running.pop(letter, None)
            self.served.append(self.serving())
        if verb in {"start", "restart"}:
            link = self.root / f"{layout.INSTANCES}/web-{letter}".removeprefix("/")
            self.running[letter] = link.readlink().name
        if verb in {"enable", "disable"}:
            self._wanted(letter).unlink(missing_ok=True)
        if verb == "enable":
            self._wanted(letter).symlink_to("../newsroom-web@.service")
        return 0


def make_machine[Commands: FakeCommands](root: Path, commands: Commands) -> tuple[Machine, Commands]:
    """Return a machine below ``root``, and the record of its commands."""
    for folder in ("etc/caddy", "etc/nginx/conf.d", "etc/systemd/system", "run", "usr/local/bin"):
        (root / folder).mkdir(parents=True)
    return Machine(root=root, runner=commands), commands
