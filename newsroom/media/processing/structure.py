"""Counts what a picture file is made of before a decoder reads it: a small file can ask for hours of work."""

import re

MOST_SCANS = 64  # over a JPEG; what programs write has 20 at most
MOST_SEGMENTS = 10_000  # of a JPEG, or chunks of a PNG; one has 64 KB at most in a JPEG, and no less in most PNGs
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# The markers of JPEG (ITU T.81, B.1.1) that may begin a segment: not those inside of scans, nor bytes that fill.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_END_OF_IMAGE, _START_OF_SCAN = b"\xd9", b"\xda"


class TooManyPartsError(ValueError):
    """The file is made of more parts than any program writes; the message says which."""


def refuse_many_parts(data: bytes) -> None:
    """Raise TooManyPartsError for a JPEG or PNG of far too many scans, segments or chunks. Other files pass."""
    if data.startswith(_JPEG):
        _count_segments(data)
    elif data.startswith(_PNG):
        _count_chunks(data)


def _count_segments(data: bytes) -> None:
    place, segments, scans = len(_JPEG), 0, 0
    # After the head of a scan its pixels follow, in which no marker stands that is looked for.
    while (marker := _MARKER.search(data, place)) and marker[1] != _END_OF_IMAGE:
        segments += 1
        scans += marker[1] == _START_OF_SCAN
        if scans > MOST_SCANS:
            raise TooManyPartsError(f"The picture comes in more than {MOST_SCANS} passes.")
        if segments > MOST_SEGMENTS:
            raise TooManyPartsError(f"The picture is cut into more than {MOST_SEGMENTS:,} pieces.")
        place = marker.end() + max(2, int.from_bytes(data[marker.end() : marker.end() + 2]))


def _count_chunks(data: bytes) -> None:
    place, chunks = len(_PNG), 0
    while place < len(data):
        chunks += 1
        if chunks > MOST_SEGMENTS:
            raise TooManyPartsError(f"The picture is cut into more than {MOST_SEGMENTS:,} pieces.")
        place += 12 + int.from_bytes(data[place : place + 4])  # length, name and checksum around what it holds
