"""The storage for static files, and the middleware that serves them.

The storage bundles and minifies style sheets, shrinks readers' scripts, and adds digests to the names of
all files.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from wsgiref.headers import Headers

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils.csp import CSP, build_policy
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from newsroom.operations.version import static_manifest_name, version

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# The import of a style sheet in the same folder. Imports with a layer or a media query do not match and remain.
_IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\);')
_STYLE_ELEMENT = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_COMMENT_OR_INDENTATION = re.compile(r"^[ ]*//.*\n|^[ ]+", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_SPACE_AROUND_PUNCTUATION = re.compile(r"\s*([{};,])\s*")


def minify(css: str) -> str:
    """Return ``css`` without comments, redundant white space, and the last semicolon of each block.

    Strings are treated like other text, so they must not contain comment marks, repeated white space, or white space
    next to ``{``, ``}``, ``;`` or ``,``.
    """
    # White space around colons, operators and parentheses remains, because it may be significant (CSS Syntax Level 3,
    # section 4; CSS Values Level 4, section 10.1).
    return _SPACE_AROUND_PUNCTUATION.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css))).replace(";}", "}").strip()


def shrink_script(script: str) -> str:
    """Return ``script`` without indentation and without lines that hold only a comment.

    No string may span lines, and no line of the script may begin inside a string.
    """
    return _COMMENT_OR_INDENTATION.sub("", script)


def inline_imports(css: str, *, folder: str, storage: Storage) -> str:
    """Return ``css`` with each import of a style sheet in the same ``folder`` replaced with that sheet.

    Imports in the imported sheet remain.
    """

    def insert_sheet(match: re.Match[str]) -> str:
        return _read(storage, f"{folder}{match[1]}")

    return _IMPORT.sub(insert_sheet, css)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it ships no types
    """Storage for compressed static files named by digest. What is in ``css/`` and ``js/`` is made smaller first."""

    @property
    def manifest_name(self) -> str:
        """The name of the file that lists the files of this release.

        Each release has its own file, so that a process of the previous release that is restarted during an upgrade
        finds its files. ``newsroom.operations.old_static_files`` deletes the files that no release needs.
        """
        return static_manifest_name(version())

    # Imported script modules also get digests in their names, so that a browser never mixes old and new versions.
    support_js_module_import_aggregation = True

    # Cached, because every page needs the URLs of the same few files.
    @lru_cache(256)  # noqa: B019  # the only instance lives as long as the process, and the manifest does not change
    def url(self, name: str, force: bool = False) -> str:
        address: str = super().url(name, force)
        return address

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str, bool]]:
        """Yield the name of each file, its new name, and whether it was processed, for ``collectstatic``."""
        paths_to_process = {
            name: (_MinifiedStorage(storage), path) if name.startswith(("css/", "js/")) else (storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(paths_to_process, dry_run=dry_run, **options)


class _MinifiedStorage(Storage):
    """Storage that opens files of another storage: style sheets bundled and minified, scripts without comments and indentation."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if name.startswith("js/"):
            return ContentFile(shrink_script(_read(self._storage, name)).encode(), name=name)
        folder = name.rpartition("/")[0] + "/"
        css = inline_imports(_read(self._storage, name), folder=folder, storage=self._storage)
        return ContentFile(minify(css).encode(), name=name)


def _read(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        read: bytes = file.read()
    return read.decode()


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # it ships no types
    """WhiteNoise with a content security policy for each SVG file, which permits the styles in that file."""

    def add_mime_headers(self, headers: Headers, path: str, url: str) -> None:
        """Add the content type and, for an SVG file, the policy."""
        super().add_mime_headers(headers, path, url)
        if path.endswith(".svg"):
            styles = _STYLE_ELEMENT.findall(Path(path).read_bytes())
            sources = [f"'sha256-{b64encode(sha256(style).digest()).decode()}'" for style in styles]
            policy: dict[str, Collection[str]] = {**settings.SECURE_CSP, "style-src": [CSP.SELF, *sources]}
            headers[CSP.HEADER_ENFORCE.value] = build_policy(policy)
