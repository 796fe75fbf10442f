"""Measure the compressed size of a page with its files, except pictures, as a phone downloads them."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.test import Client

from newsroom.static_files import inline_imports, minify, shrink_script

KIBIBYTE = 1024
_FILE = re.compile(r'<(?:link|script)\b[^>]*?(?:href|src)="/static/([^"]+)"')


@dataclass(frozen=True)
class Weight:
    """The size of a page and its files in bytes, as sent; ``fonts`` is the number of font files."""

    html: int
    styles: int
    scripts: int
    font: int
    fonts: int

    @property
    def total(self) -> int:
        """The total size."""
        return self.html + self.styles + self.scripts + self.font

    @property
    def exceeded_limits(self) -> list[str]:
        """Descriptions of the sizes that exceed the limits for a page."""
        limits = (("html", 20), ("styles", 10), ("scripts", 8), ("total", 50))
        over = [
            f"{name}: {getattr(self, name) / KIBIBYTE:.1f} KB"
            for name, most in limits
            if getattr(self, name) > most * KIBIBYTE
        ]
        return over + ([f"{self.fonts} fonts"] if self.fonts > 1 else [])


def compressed_size(data: bytes) -> int:
    """Return the size of ``data`` in bytes, as sent."""
    return len(gzip.compress(data, compresslevel=6))


def weigh(client: Client, address: str) -> Weight:
    """Return the size of the page at ``address`` with the files it loads."""
    page = client.get(address).content
    files = {Path(found) for path in _FILE.findall(page.decode()) if (found := finders.find(path))}
    fonts = [path for path in files if path.suffix == ".woff2"]
    return Weight(
        html=compressed_size(page),
        styles=sum(compressed_size(_collected(path)) for path in files if path.suffix == ".css"),
        scripts=sum(
            compressed_size(shrink_script(path.read_text(encoding="utf-8")).encode())
            for path in files
            if path.suffix == ".js"
        ),
        font=sum(path.stat().st_size for path in fonts),
        fonts=len(fonts),
    )


def _collected(sheet: Path) -> bytes:
    """Return the style sheet as collectstatic writes it."""
    storage = StaticFilesStorage(location=sheet.parent)
    return minify(inline_imports(sheet.read_text(encoding="utf-8"), folder="", storage=storage)).encode()
