"""Makes style sheets ready to be sent: one file for those that every page needs, without what no browser reads."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# A sheet of the same folder, taken as it is: with a layer or a medium after it, it stays a file of its own.
_IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\);')
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,])\s*")


def squeezed(css: str) -> str:
    """Return a style sheet of ours without comments and without space that says nothing.

    Space around colons, operators and brackets stays: there it can mean something (CSS Syntax 3, 4; Values 4, 10.1).
    """
    return _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css))).replace(";}", "}").strip()


def joined(css: str, *, folder: str, storage: Storage) -> str:
    """Return a style sheet with the sheets of its own ``folder`` that it imports in their places."""

    def put(found: re.Match[str]) -> str:
        return _read(storage, f"{folder}{found[1]}")

    return _IMPORT.sub(put, css)


class PackedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it ships no types
    """Static files by their digests, packed; the sheets in ``css/`` joined and squeezed before that.

    What a script imports is named by its digest too, so that an old copy in a browser is never mixed with a new one.
    """

    support_js_module_import_aggregation = True

    @lru_cache(256)  # noqa: B019  # there is one of it, which lives as long as the process, and what it read stays
    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file: every page asks for the same few."""
        address: str = super().url(name, force)
        return address

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str, bool]]:
        """Yield what was made of each file, as ``collectstatic`` asks for it."""
        packed = {
            name: (_Squeezing(storage), path) if name.startswith("css/") else (storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(packed, dry_run=dry_run, **options)


class _Squeezing(Storage):
    """Hands out sheets of another storage, joined and squeezed."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        folder = name.rpartition("/")[0] + "/"
        css = joined(_read(self._storage, name), folder=folder, storage=self._storage)
        return ContentFile(squeezed(css).encode(), name=name)


def _read(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        read: bytes = file.read()
    return read.decode()
