"""Lines of a public list of stolen passwords, and the list that is made from them."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from newsroom.accounts.breached_passwords.load import load_list


def make_lines(counts: Mapping[str, int], *, ending: str = "\r\n") -> bytes:
    """Return the lines of a public list, sorted, for passwords with the number of times that they were stolen."""
    digests = {hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper(): counts[word] for word in counts}
    return ending.join(f"{digest}:{count}" for digest, count in sorted(digests.items())).encode() + ending.encode()


def write_list(path: Path, *passwords: str) -> Path:
    """Write a list with these passwords and return its path."""
    load_list(BytesIO(make_lines(dict.fromkeys(passwords, 1))), path, minimum_count=1, progress=lambda done: None)
    return path
