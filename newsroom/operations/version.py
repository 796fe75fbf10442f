"""The version of the running code."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    """Return the version of this release, such as ``1.4.0``."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def static_manifest_name(version: str) -> str:
    """Return the name of the file in ``STATIC_ROOT`` that lists the static files of a release."""
    return f"staticfiles-{version}.json"


def parse_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version as a tuple, so that versions can be compared."""
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
