"""The commands that docs/operating.md prints for an operator."""

import re
from pathlib import Path

OPERATING = Path(__file__).resolve().parent.parent / "docs" / "operating.md"
_URLS = {"postgresql": "postgres://", "sqlite": "sqlite:///"}


def read_commands(heading: str, *, database: str = "", version: str = "") -> list[str]:
    """Return the commands below a heading, down to the next heading, each as root types it in Bash.

    With ``database``, leave out the blocks of commands for the other database. With ``version``, replace that of the
    releases in the document.
    """
    blocks = _read_blocks(heading)
    others = [url for name, url in _URLS.items() if database and name != database]
    commands = [line for block in blocks if not any(url in "".join(block) for url in others) for line in block]
    return [re.sub(r"newsroom-\d+\.\d+\.\d+", f"newsroom-{version}", each) if version else each for each in commands]


def _read_blocks(heading: str) -> list[list[str]]:
    """Return the commands in each block of console lines below a heading."""
    blocks: list[list[str]] = []
    is_below = is_block = False
    for line in map(str.strip, OPERATING.read_text("utf-8").splitlines()):
        if line.startswith("```"):
            is_block = not is_block
            blocks += [[]] if is_block and is_below else []
        elif not is_block and line.startswith("#"):
            is_below = line.lstrip("#").strip() == heading
        elif is_block and is_below and (found := re.fullmatch(r"(?:#|\$ sudo) (.*)", line)):
            blocks[-1].append(found[1])
    return blocks
