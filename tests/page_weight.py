"""Weighs what a page makes a phone fetch, packed, without its pictures."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.test import Client

from newsroom.static_files import inline_imports, minify

KIBIBYTE = 1024
_FILE = re.compile(r'<(?:link|script)\b[^>]*?(?:href|src)="/static/([^"]+)"')


@dataclass(frozen=True)
class Weight:
    """What a page weighs, in bytes as they are sent; ``fonts`` counts files, which are packed already."""

    html: int
    styles: int
    scripts: int
    font: int
    fonts: int

    @property
    def whole(self) -> int:
        """All of it together."""
        return self.html + self.styles + self.scripts + self.font

    @property
    def too_much(self) -> list[str]:
        """Say what goes over the limits that every page keeps to."""
        limits = (("html", 20), ("styles", 10), ("scripts", 8), ("whole", 50))
        over = [
            f"{name}: {getattr(self, name) / KIBIBYTE:.1f} KB"
            for name, most in limits
            if getattr(self, name) > most * KIBIBYTE
        ]
        return over + ([f"{self.fonts} fonts"] if self.fonts > 1 else [])


def packed(data: bytes) -> int:
    """Return how many bytes of ``data`` are sent."""
    return len(gzip.compress(data, compresslevel=6))


def weigh(client: Client, address: str) -> Weight:
    """Return what the page at ``address`` weighs with the files it asks for."""
    page = client.get(address).content
    files = {Path(found) for path in _FILE.findall(page.decode()) if (found := finders.find(path))}
    fonts = [path for path in files if path.suffix == ".woff2"]
    return Weight(
        html=packed(page),
        styles=sum(packed(_sent(path)) for path in files if path.suffix == ".css"),
        scripts=sum(packed(path.read_bytes()) for path in files if path.suffix == ".js"),
        font=sum(path.stat().st_size for path in fonts),
        fonts=len(fonts),
    )


def _sent(sheet: Path) -> bytes:
    """Return the style sheet as it is collected."""
    storage = StaticFilesStorage(location=sheet.parent)
    return minify(inline_imports(sheet.read_text(encoding="utf-8"), folder="", storage=storage)).encode()
