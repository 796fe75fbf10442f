"""The machine that a program changes: its files, folders, links and commands. Each change is printed."""

import errno
import grp
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

type Run = Callable[..., subprocess.CompletedProcess[str]]

DONE, FAILED, USAGE, REFUSED, FAULT, LOCKED, STOPPED = 0, 1, 2, 3, 4, 75, 130  # exit codes
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DeployError(Exception):
    """Raised if a program cannot continue. ``code`` is its exit code."""

    code = FAILED


class RefusedError(DeployError):
    """Raised if the program refuses to run and has changed nothing."""

    code = REFUSED


class UsageError(DeployError):
    """Raised if options are missing, invalid or contradictory."""

    code = USAGE


@dataclass
class Machine:
    """A machine whose files are below ``root``.

    In a dry run, nothing is changed. ``changes`` contains a sentence for each change that was made or, in a dry run,
    would have been made.
    """

    root: Path = Path("/")
    is_dry_run: bool = False
    runner: Run = subprocess.run
    changes: list[str] = field(default_factory=list)

    def path(self, absolute: str | Path) -> Path:
        """Return the path below ``root``."""
        return self.root / str(absolute).removeprefix("/")

    def change(self, sentence: str) -> bool:
        """Record and print a change. Return whether to make it."""
        self.changes.append(sentence)
        print(f"Would do: {sentence}" if self.is_dry_run else sentence, flush=True)
        return not self.is_dry_run

    def write(self, absolute: str, text: str, *, mode: int = 0o644, owner: str = "root", group: str = "root") -> bool:
        """Write a file unless it has this text, mode, owner and group. Return whether it differed."""
        path = self.path(absolute)
        is_same = path.is_file() and path.read_text("utf-8") == text
        if is_same and _has_rights(path.stat(), mode, owner, group):
            return False
        if self.change(f"Write {absolute}."):
            part = path.with_name(f".{path.name}.part")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
                _set_rights(file.fileno(), mode, owner, group)
            part.replace(path)
        return True

    def make_folder(self, absolute: str, *, mode: int = 0o755, owner: str = "root", group: str = "root") -> bool:
        """Create a folder unless it exists with this mode, owner and group. Return whether it differed.

        A symbolic link is followed only if no one but root could have made it. Raise DeployError for any other link,
        and for a file that is not a folder.
        """
        path = self.path(absolute)
        if os.path.lexists(path):
            with _open_folder(path, absolute) as folder:
                if _has_rights(os.fstat(folder), mode, owner, group):
                    return False
        if self.change(f"Create the folder {absolute}."):
            with suppress(FileExistsError):  # opened below, which reports what is not a folder
                path.mkdir(parents=True)
            with _open_folder(path, absolute) as folder:
                _set_rights(folder, mode, owner, group)
        return True

    def link(self, absolute: str, target: str) -> bool:
        """Point a symbolic link to ``target``, atomically. Return whether it differed."""
        path = self.path(absolute)
        if path.is_symlink() and str(path.readlink()) == target:
            return False
        if self.change(f"Link {absolute} to {target}."):
            part = path.with_name(f".{path.name}.part")
            part.unlink(missing_ok=True)
            part.symlink_to(target)
            part.replace(path)
        return True

    def run(
        self,
        *command: str,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        code: int | None = None,
        warns: bool = False,
    ) -> str:
        """Run a command and return its standard output. With ``warns``, print its standard error.

        Raise DeployError if the command cannot be started, or if its exit code is neither 0 nor ``code``. In the latter
        case, the message contains the end of the output.
        """
        try:
            done = self.runner(
                command,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
                env=None if environment is None else dict(environment),
                cwd=folder,
            )
        except OSError as error:
            raise DeployError(f"{command[0]} cannot be started: {error.strerror}.") from error
        if done.returncode not in {0, code}:
            lines = (done.stdout + done.stderr).strip().splitlines()[-20:]
            raise DeployError("\n".join([f"“{shlex.join(command)}” failed (exit code {done.returncode}).", *lines]))
        if warns and done.stderr.strip():
            print(done.stderr.strip(), file=sys.stderr, flush=True)
        return done.stdout

    def show(self, *command: str, environment: Mapping[str, str], folder: Path) -> int:
        """Run a command whose output goes to the terminal, and return its exit code."""
        return self.runner(command, check=False, stdin=subprocess.DEVNULL, env=dict(environment), cwd=folder).returncode

    def succeeds(self, *command: str) -> bool:
        """Run a command. Return whether it can be started and ends with exit code 0."""
        try:
            done = self.runner(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        except OSError:
            return False
        return done.returncode == 0


@contextmanager
def _open_folder(path: Path, absolute: str) -> Iterator[int]:
    """Yield the descriptor of a folder. Raise the errors of ``make_folder``.

    The site's user owns folders in which root makes others. With a link there, it could otherwise obtain any folder of
    the machine, even after a check of the path. The descriptor stays that of the folder.
    """
    link = 0 if _belongs_to_root(path.parent) else os.O_NOFOLLOW
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | link)
    except OSError as error:
        if error.errno not in {errno.ELOOP, errno.ENOTDIR}:
            raise DeployError(f"{absolute} cannot be opened: {error.strerror}.") from error
        what = "a symbolic link that root does not follow" if path.is_symlink() else "not a folder"
        raise DeployError(
            f"{absolute} is {what}. Find out who made it, move it away, and run the same command again. To have the data "
            "on another disk, mount its folder here (mount --bind)."
        ) from None
    try:
        yield folder
    finally:
        os.close(folder)


def _belongs_to_root(folder: Path) -> bool:
    """Return whether only root can change the entries of a folder."""
    stat = folder.stat()
    return stat.st_uid == 0 and not stat.st_mode & 0o022


def _has_rights(stat: os.stat_result, mode: int, owner: str, group: str) -> bool:
    if stat.st_mode & 0o7777 != mode:
        return False
    ids = _find_ids(owner, group)
    return os.geteuid() != 0 or ids is None or (stat.st_uid, stat.st_gid) == ids


def _set_rights(descriptor: int, mode: int, owner: str, group: str) -> None:
    if os.geteuid() == 0 and (ids := _find_ids(owner, group)):
        os.fchown(descriptor, *ids)
    os.fchmod(descriptor, mode)


def _find_ids(owner: str, group: str) -> tuple[int, int] | None:
    try:
        return pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid
    except KeyError:
        return None


def is_booted_with_systemd() -> bool:
    """Return whether systemd is the first process (sd_booted(3))."""
    return Path("/run/systemd/system").is_dir()


def has_program(name: str) -> bool:
    """Return whether a program is on the ``PATH`` or in one of the folders for administrators."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None


def end(action: Callable[[], int]) -> int:
    """Run a program and return its exit code. If it raises DeployError or is interrupted, print a message."""
    try:
        return action()
    except DeployError as error:
        print(error, file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


def interrupt_on_signals() -> None:
    """Raise KeyboardInterrupt at the first SIGINT, SIGTERM or SIGHUP, and ignore the signals after it.

    The program can then undo what it has begun. A signal that is ignored already, as under nohup(1), stays ignored.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    if number == signal.SIGHUP:
        # The terminal is gone, and printing would fail.
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
    raise KeyboardInterrupt


def format_command(command: Sequence[str]) -> str:
    """Return a command as a user would type it in a shell."""
    return shlex.join(command)
