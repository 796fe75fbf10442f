"""The identifier of the running release. Pages stored by another release are not served, even if they are valid."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

# Settings that a page shows, or that affect how it is served.
_SETTINGS = (
    "EMAIL_CONFIGURED", "INDEXNOW_KEY", "LANGUAGE_CODE", "MEDIA_URL", "RETENTION", "SECURE_CSP", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD", "SECURE_HSTS_SECONDS", "SECURE_REFERRER_POLICY", "SECURITY_CONTACT", "SITE_LANGUAGES",
    "SITE_MARK", "SITE_NAME", "SITE_URL", "STATIC_URL", "TIME_ZONE", "WEBSUB_HUB",
)  # fmt: skip
_SOURCES = (
    ("newsroom", "*.py"), ("stories", "*.py"), ("stories", "*.toml"), ("topics", "*.py"), ("templates", "*"),
    ("locale", "*.mo"),
)  # fmt: skip


@cache
def release() -> str:
    """Return 16 hexadecimal digits from a digest of everything in a release that affects pages.

    The digest covers the Python code, TOML files, templates, translations, static files, ``_SETTINGS`` and the versions
    of the libraries. It is computed once in each process, and separates the pages of two releases that run on one
    database.
    """
    libraries = sorted(f"{each.name}=={each.version}" for each in distributions())
    digest = hashlib.sha256("\n".join(libraries).encode())
    for name in _SETTINGS:
        digest.update(f"{name}={getattr(settings, name, None)!r}".encode())
    for path in _iter_files(Path(settings.BASE_DIR)):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
        digest.update(path.read_bytes())
    # If the names of static files contain no digests, the files do not affect pages, and there is no manifest.
    if name := getattr(staticfiles_storage, "manifest_name", ""):
        manifest = Path(settings.STATIC_ROOT) / name
        digest.update(manifest.read_bytes() if manifest.exists() else b"")
    return digest.hexdigest()[:16]


def _iter_files(root: Path) -> Iterator[Path]:
    for folder, pattern in _SOURCES:
        yield from (path for path in sorted((root / folder).rglob(pattern)) if path.is_file())
