"""Static files of previous releases, which browsers and edges may still request for a while after an upgrade."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from newsroom.operations.processes import list_versions
from newsroom.operations.version import static_manifest_name, version

_MANIFESTS = "staticfiles*.json"
_COMPRESSED = ("", ".gz", ".br", ".zst")
_BATCH_SIZE = 1_000  # files


def find_old_files(at: datetime, age: timedelta) -> Iterator[list[Path]]:
    """Yield batches of collected files that were in no manifest in use within ``age`` before ``at``.

    For each release, ``collectstatic`` writes a manifest, which is in use until the next one is written, and while the
    release runs: after an upgrade that failed or was rolled back, that is longer. A file younger than ``age`` is not
    yielded, because it may belong to a manifest that has not been written yet. If no manifest is older than ``age``, no
    file is yielded.
    """
    root, since = Path(settings.STATIC_ROOT), (at - age).timestamp()
    manifests = sorted((path.stat().st_mtime, path) for path in root.glob(_MANIFESTS))
    older = [path for modified_at, path in manifests if modified_at <= since]
    if not older:
        return
    running = {static_manifest_name(each) for each in {version(), *list_versions()}}
    used = [path for _, path in manifests if path not in older[:-1] or path.name in running]
    names = {str(path.relative_to(root)) for path in used} | {name for path in used for name in _read_names(path)}
    batch: list[Path] = []
    for path in sorted(root.rglob("*")):
        with suppress(FileNotFoundError):
            if path.is_file() and str(path.relative_to(root)) not in names and path.stat().st_mtime <= since:
                batch.append(path)
        if len(batch) == _BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def delete_files(paths: Sequence[Path], at: datetime, age: timedelta) -> int:
    """Delete these files, and return how many of them existed."""
    deleted = 0
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()
            deleted += 1
    return deleted


def _read_names(manifest: Path) -> Iterator[str]:
    """Yield the names of the files of a release, with digests and without, and of their compressed versions."""
    for name, name_with_digest in json.loads(manifest.read_text("utf-8"))["paths"].items():
        yield from (f"{each}{suffix}" for each in (name, name_with_digest) for suffix in _COMPRESSED)
