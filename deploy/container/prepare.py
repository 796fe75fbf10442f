"""Make the missing keys of a site. The service ``once`` of compose.yaml runs this before anything else."""

import secrets
from pathlib import Path

FOLDER = Path("/etc/newsroom")
NAMES = ("secret_key", "digest_key")


def main(folder: Path = FOLDER) -> None:
    """Write the missing keys. Existing keys are not changed."""
    for name in NAMES:
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"{secrets.token_urlsafe(50)}\n", encoding="ascii")


if __name__ == "__main__":
    main()
