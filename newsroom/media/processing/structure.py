"""A limit on the parts of an image file, checked before decoding: a small file can cause hours of work."""

import re

MOST_SCANS = 64  # of a JPEG; programs write at most 20
# A segment of a JPEG holds at most 64 KB, and a chunk of most PNGs no less.
MOST_SEGMENTS = 10_000  # of a JPEG, or chunks of a PNG
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# The markers of JPEG (ITU T.81, B.1.1) that may begin a segment, without those inside scans and without fill bytes.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_END_OF_IMAGE, _START_OF_SCAN = b"\xd9", b"\xda"


class TooManyPartsError(ValueError):
    """The file has more parts than any program writes. The message names them."""


def refuse_many_parts(data: bytes) -> None:
    """Raise TooManyPartsError for a JPEG or PNG with far too many scans, segments or chunks.

    Other formats are not checked.
    """
    if data.startswith(_JPEG):
        _count_segments(data)
    elif data.startswith(_PNG):
        _count_chunks(data)


def _count_segments(data: bytes) -> None:
    place, segments, scans = len(_JPEG), 0, 0
    # The data after the header of a scan contains none of the markers that are counted.
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
        place += 12 + int.from_bytes(data[place : place + 4])  # length, name and checksum of the chunk
