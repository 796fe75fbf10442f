"""A fresh Debian or Ubuntu, which mmdebstrap makes and systemd-nspawn boots in a container on this machine's network."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = {"mmdebstrap": "mmdebstrap", "openssl": "openssl", "systemd-nspawn": "systemd-container"}
UBUNTU_KEYS = Path("/usr/share/keyrings/ubuntu-archive-keyring.gpg")
PACKAGES = ("ca-certificates", "dbus", "iproute2", "procps", "python3", "systemd", "systemd-sysv")
BOOT_SECONDS = 60.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Distribution:
    """A release of a distribution, the options and mirror for mmdebstrap, and the files of packages that these need."""

    name: str
    suite: str
    options: tuple[str, ...] = ()
    mirror: tuple[str, ...] = ()
    files: tuple[tuple[Path, str], ...] = ()

    def missing_packages(self) -> list[str]:
        """Return the Debian packages of the programs and files that are not installed."""
        programs = [package for name, package in PROGRAMS.items() if shutil.which(name) is None]
        return programs + [package for path, package in self.files if not path.exists()]

    def make_base(self, folder: Path) -> Path:
        """Return an archive of the system without a site in ``folder``, which is made if it does not exist."""
        base = folder / f"{self.name}.tar"
        if not base.exists():
            folder.mkdir(parents=True, exist_ok=True)
            part = base.with_suffix(".part.tar")
            command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", *self.options]
            if subprocess.run([*command, self.suite, part, *self.mirror], check=False).returncode != 0:
                part.unlink(missing_ok=True)
                sys.exit(f"{self.name} cannot be made: mmdebstrap failed.")
            part.rename(base)
        return base


DISTRIBUTIONS = {
    "debian": Distribution("debian-13", "trixie"),
    "ubuntu": Distribution(
        "ubuntu-24.04",
        "noble",
        ("--components=main,universe", f"--keyring={UBUNTU_KEYS}"),
        ("http://archive.ubuntu.com/ubuntu",),
        ((UBUNTU_KEYS, "ubuntu-keyring"),),
    ),
}


class System:
    """A system in a folder, booted in a container."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        subprocess.run(["tar", "-xf", base, "-C", folder], check=True)
        # The network may require the machine's own certificates and name servers.
        for name in ("etc/ssl/certs/ca-certificates.crt", "etc/resolv.conf"):
            shutil.copy(Path("/") / name, folder / name)
        self.process = subprocess.Popen(
            ["systemd-nspawn", "-q", "-b", "-D", folder, "--console=pipe", "--register=no", "--keep-unit"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for("the system to boot", self.is_booted, seconds=BOOT_SECONDS)
        except BaseException:
            self.stop()
            raise

    def is_booted(self) -> bool:
        """Return whether systemd has started everything."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        self.first = found.stdout.strip()
        return bool(self.first) and self.output("systemctl", "is-system-running").strip() in {"running", "degraded"}

    def enter(self, *command: str) -> list[str]:
        """Return the command that runs ``command`` in the system."""
        enter = ["nsenter", "-t", self.first, "-m", "-u", "-i", "-p", "-C", "-r", "-w", "env", "-i"]
        return [*enter, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", *command]

    def start(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in the system."""
        return subprocess.run(
            self.enter(*command), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def output(self, *command: str) -> str:
        """Return the output of a command."""
        return self.start(*command).stdout

    def run(self, *command: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command and return its output. If its exit code is another, print the output and end the program."""
        done = self.start(*command)
        if done.returncode not in codes:
            # Printed now, because the system has to be stopped and deleted before the program ends.
            print(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}", flush=True)
            print(self.output("journalctl", "--no-pager", "-n", "60", "-u", "newsroom-*"), flush=True)
            sys.exit(1)
        return done.stdout

    def stop(self) -> None:
        """Shut the system down."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def wait_for(what: str, condition: Callable[[], bool], *, seconds: float) -> float:
    """Return the seconds until the condition was met, or end the program."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            sys.exit(f"Waited {seconds:.0f} seconds for {what}.")
        time.sleep(0.1)
    return time.monotonic() - began
