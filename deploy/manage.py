"""Run a management command as the site's user, with the site's settings and keys."""

import os
import pwd
import sys
from collections.abc import Sequence

from deploy import environment, layout
from deploy.machine import DeployError, Machine, RefusedError, end


def manage(
    machine: Machine, arguments: Sequence[str], *, release: str = layout.CURRENT
) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs ``manage.py`` of a release as the site's user, and its environment.

    Raise RefusedError if the settings or keys cannot be read.
    """
    try:
        variables = environment.parse(machine.path(layout.ENVIRONMENT).read_text("utf-8"))
        keys = {name: machine.path(file).read_text("ascii").strip() for name, file in layout.KEYS.items()}
    except OSError as error:
        raise RefusedError(
            f"The settings cannot be read: {error}. Is this the machine of a site, and are you root?"
        ) from error
    terminal = {name: os.environ[name] for name in ("COLUMNS", "LANG", "LINES", "TERM") if name in os.environ}
    path = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    account = ["setpriv", f"--reuid={layout.USER}", f"--regid={layout.USER}", "--init-groups", "--"]
    python = f"{machine.path(release)}/.venv/bin/python"
    return [*account, python, "manage.py", *arguments], {**path, **terminal, "HOME": layout.DATA, **variables, **keys}


def main() -> int:
    """Replace this process with the command. Return an exit code only if that fails."""
    return end(_run)


def _run() -> int:
    machine = Machine()
    command, variables = manage(machine, sys.argv[1:])
    try:
        pwd.getpwnam(layout.USER)
        os.chdir(machine.path(layout.CURRENT))
        os.execvpe(command[0], command, variables)  # noqa: S606  # the arguments are those of the caller, who is root
    except (KeyError, OSError) as error:
        raise DeployError(f"The command cannot be started: {error}.") from error
