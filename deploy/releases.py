"""Releases of the code, which are read from a checkout or an archive and installed side by side."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.layout import RELEASES
from deploy.machine import DeployError, Machine, RefusedError

# Files and folders that a site does not need.
_IGNORED = frozenset({".ci", ".git", ".ruff_cache", ".tools", ".venv", "__pycache__", "benchmarks", "tests", "var"})
LOCK = "requirements-production.lock"
PACKAGES = ("deploy", "newsroom", "stories", "topics")


@contextmanager
def open_source(archive: Path | None, checkout: Path) -> Iterator[Path]:
    """Yield a folder with the code: the checkout, or a temporary folder with the unpacked archive.

    Raise RefusedError if the archive has no matching checksum, cannot be unpacked, or is not a release.
    """
    if archive is None:
        yield checkout
        return
    verify_archive(archive)
    with tempfile.TemporaryDirectory(prefix="newsroom-release-") as folder:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
        except (tarfile.TarError, OSError) as error:
            raise RefusedError(f"{archive} cannot be unpacked: {error}.") from error
        roots = [path for path in Path(folder).iterdir() if (path / "pyproject.toml").is_file()]
        if len(roots) != 1:
            raise RefusedError(f"{archive} is not a release of Newsroom.")
        yield roots[0]


def verify_archive(archive: Path) -> None:
    """Raise RefusedError unless the SHA-256 of the archive matches the file ``NAME.sha256`` beside it."""
    checksum = archive.with_name(f"{archive.name}.sha256")
    try:
        expected = checksum.read_text("ascii").split()[0].lower()
        with archive.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise RefusedError(f"{archive} cannot be checked against {checksum.name}: {error}.") from error
    if digest != expected:
        raise RefusedError(f"{archive} does not match {checksum.name}: its SHA-256 is {digest}.")


def read_version(folder: Path) -> str:
    """Return the version of the code in a folder."""
    with (folder / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def install_release(machine: Machine, source: Path) -> bool:
    """Install the code and its packages as a release. Return whether anything was changed.

    If the same version is already installed, replace files that differ, and remove unknown ones. Raise DeployError if
    Git cannot list the files, or if a command fails.
    """
    version = read_version(source)
    target = f"{RELEASES}/{version}"
    has_changed = _copy_code(machine, source, target, version)
    return _install_packages(machine, source, target) or has_changed


def _copy_code(machine: Machine, source: Path, target: str, version: str) -> bool:
    folder = machine.path(target)
    wanted = {path: digest_file(source / path) for path in list_files(source)}
    present = {path: digest_file(folder / path) for path in list_files(folder)} if folder.is_dir() else {}
    if wanted == present or not machine.change(f"Install the code of {version} in {target}."):
        return wanted != present
    for path in present.keys() - wanted.keys():
        (folder / path).unlink()
    for path in [path for path in wanted if present.get(path) != wanted[path]]:
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(f".{copy.name}.part")
        shutil.copyfile(source / path, part)
        part.chmod(0o755 if (source / path).stat().st_mode & 0o100 else 0o644)
        part.replace(copy)
    for parent in {folder, *(each for path in wanted for each in (folder / path).parents if folder in each.parents)}:
        parent.chmod(0o755)
    machine.run(sys.executable, "-m", "compileall", "-q", *PACKAGES, folder=folder)
    return True


def _install_packages(machine: Machine, source: Path, target: str) -> bool:
    folder = machine.path(target)
    mark = folder / ".venv" / ".installed"
    digest = f"{digest_file(source / LOCK)} {sys.version_info.major}.{sys.version_info.minor}\n"
    if mark.is_file() and mark.read_text("ascii") == digest:
        return False
    if machine.change(f"Install the packages of {LOCK} in {target}/.venv."):
        python = folder / ".venv" / "bin" / "python"
        machine.run("/usr/bin/python3", "-m", "venv", "--clear", str(folder / ".venv"))
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        machine.run(*pip, "--require-hashes", "--requirement", str(folder / LOCK), folder=folder)
        mark.write_text(digest, encoding="ascii")
    return True


def list_files(folder: Path) -> list[Path]:
    """Return the paths of the code's files relative to ``folder``.

    In a checkout, these are the files that Git tracks. Raise DeployError if Git cannot list them.
    """
    if (folder / ".git").exists():
        # Without this option, Git refuses a repository of another user, as when root runs this under sudo.
        command = ["git", "-c", f"safe.directory={folder}", "-C", str(folder), "ls-files", "-z"]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)
        if listed.returncode != 0:
            raise DeployError(f"Git cannot list the files of {folder}: {listed.stderr.strip()}")
        paths = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in paths if not _IGNORED & set(path.parts) and (folder / path).is_file()]


def digest_release(folder: Path) -> str:
    """Return a SHA-256 of the paths, contents and executable bits of all files of the code in a folder.

    Raise the same error as ``list_files``.
    """
    lines = "".join(f"{path} {digest_file(folder / path)}\n" for path in sorted(list_files(folder)))
    return hashlib.sha256(lines.encode()).hexdigest()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, followed by “x” if the file is executable."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{digest}{'x' if path.stat().st_mode & 0o100 else ''}"
