"""Limit the number of parts of an image file before it is decoded, because a small file can cause hours of work."""

import re

MAX_SCANS = 64  # in a JPEG; programs write at most 20
# A file of 10 MB needs fewer: a JPEG segment has up to 64 KB, and programs write PNG chunks of 8 KB or more.
MAX_SEGMENTS = 10_000  # segments in a JPEG, or chunks in a PNG
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# The markers of JPEG (ITU T.81, B.1.1) that may begin a segment, without those inside scans and without fill bytes.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_END_OF_IMAGE, _START_OF_SCAN = b"\xd9", b"\xda"


class TooManyPartsError(ValueError):
    """The file has more parts than any program writes. The message says which parts."""


def refuse_many_parts(data: bytes) -> None:
    """Raise TooManyPartsError for a JPEG or PNG with far too many scans, segments or chunks.

    Other formats are not checked.
    """
    if data.startswith(_JPEG):
        _count_segments(data)
    elif data.startswith(_PNG):
        _count_chunks(data)


def _count_segments(data: bytes) -> None:
    position, segments, scans = len(_JPEG), 0, 0
    # The data after the header of a scan does not contain any of the counted markers.
    while (marker := _MARKER.search(data, position)) and marker[1] != _END_OF_IMAGE:
        segments += 1
        scans += marker[1] == _START_OF_SCAN
        if scans > MAX_SCANS:
            raise TooManyPartsError(f"The picture comes in more than {MAX_SCANS} passes.")
        if segments > MAX_SEGMENTS:
            raise TooManyPartsError(f"The picture is cut into more than {MAX_SEGMENTS:,} pieces.")
        position = marker.end() + max(2, int.from_bytes(data[marker.end() : marker.end() + 2]))


def _count_chunks(data: bytes) -> None:
    position, chunks = len(_PNG), 0
    while position < len(data):
        chunks += 1
        if chunks > MAX_SEGMENTS:
            raise TooManyPartsError(f"The picture is cut into more than {MAX_SEGMENTS:,} pieces.")
        position += 12 + int.from_bytes(data[position : position + 4])  # length, name and checksum of the chunk
