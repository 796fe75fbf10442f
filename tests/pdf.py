"""Read the text of a PDF that Chromium made, with the place of each piece on its page."""

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_SIZE = re.compile(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)\s*\]")
_OPERATION = re.compile(
    rb"(?P<save>\bq\b)|(?P<restore>\bQ\b)|(?P<matrix>(?:-?[\d.]+\s+){6})(?P<kind>cm|Tm)\b|/(?P<font>\w+) [\d.]+ Tf"
    rb"|(?P<text>\[[^\]]*\]|<[0-9A-Fa-f]*>)\s*TJ?j?|(?P<move>(?:-?[\d.]+\s+){2})Td"
)
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
type Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a PDF: its height in points, and its pieces of text with their distance from the top."""

    height: float
    pieces: list[tuple[float, str]]

    @property
    def text(self) -> str:
        """The text without white space, because Chromium places the words of a line by themselves."""
        return remove_space("".join(text for _, text in self.pieces))


def remove_space(text: str) -> str:
    """Return the text without white space and soft hyphens."""
    return re.sub(r"[\s\u00ad\u200b]", "", text)


def read_sheets(pdf: bytes) -> list[Sheet]:
    """Return the pages of the PDF in order."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for _, body in sorted(objects.items()) if b"/Type /Page\n" in body or b"/Type /Page " in body]
    order = [int(number) for body in objects.values() if b"/Type /Pages" in body for number in _kids(body)]
    listed = [objects[number] for number in order if objects.get(number) in pages]
    return [_read_sheet(page, objects) for page in (listed or pages)]


def _kids(body: bytes) -> list[bytes]:
    match = re.search(rb"/Kids \[(.*?)\]", body, re.DOTALL)
    return _REFERENCE.findall(match[1]) if match else []


def _inflate(body: bytes) -> bytes:
    match = _STREAM.match(body)
    assert match, body[:80]
    return zlib.decompress(match[2]) if b"/FlateDecode" in match[1] else match[2]


def _read_sheet(page: bytes, objects: dict[int, bytes]) -> Sheet:
    size = _SIZE.search(page)
    assert size, page[:200]
    height = float(size[2])
    fonts = {}
    block = re.search(rb"/Font <<(.*?)>>", page, re.DOTALL)
    for name, number in re.findall(rb"/(\w+) (\d+) 0 R", block[1] if block else b""):
        unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        fonts[name] = _read_characters(_inflate(objects[int(unicode[1])])) if unicode else {}
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents, page[:200]
    return Sheet(height, _read_pieces(_inflate(objects[int(contents[1])]), fonts, height))


def _read_characters(cmap: bytes) -> dict[int, str]:
    characters: dict[int, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        codes = [code.decode() for code in re.findall(rb"<([0-9A-Fa-f]+)>", block)]
        step = 2 if kind == b"char" else 3
        for position in range(0, len(codes) - step + 1, step):
            first, last, target = (
                int(codes[position], 16),
                int(codes[position + step - 2], 16),
                codes[position + step - 1],
            )
            text = bytes.fromhex(target).decode("utf-16-be")
            for offset in range(last - first + 1):
                characters[first + offset] = text[:-1] + chr(ord(text[-1]) + offset)
    return characters


def _multiply(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _read_pieces(content: bytes, fonts: dict[bytes, dict[int, str]], height: float) -> list[tuple[float, str]]:
    pieces: list[tuple[float, str]] = []
    stack: list[Matrix] = []
    page, text = _IDENTITY, _IDENTITY
    characters: dict[int, str] = {}
    for operation in _OPERATION.finditer(content):
        if operation["save"]:
            stack.append(page)
        elif operation["restore"]:
            page = stack.pop() if stack else _IDENTITY
        elif operation["kind"]:
            a, b, c, d, e, f = map(float, operation["matrix"].split())
            if operation["kind"] == b"cm":
                page = _multiply((a, b, c, d, e, f), page)
            else:
                text = (a, b, c, d, e, f)
        elif operation["font"]:
            characters = fonts.get(operation["font"], {})
        elif operation["move"]:
            x, y = map(float, operation["move"].split())
            text = _multiply((1, 0, 0, 1, x, y), text)
        elif operation["text"]:
            codes = b"".join(re.findall(rb"<([0-9A-Fa-f]*)>", operation["text"])).decode()
            words = "".join(characters.get(int(codes[at : at + 4], 16), "") for at in range(0, len(codes), 4))
            pieces.append((height - _multiply(text, page)[5], words))
    return pieces
