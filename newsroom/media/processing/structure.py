"""Examine the parts of an image file before it is decoded: limit their number, and find parts other than pixels.

A small file with many parts can cause hours of work.
"""

import re

MAX_SCANS = 64  # in a JPEG; programs write at most 20
# A file of 10 MB needs fewer: a JPEG segment has up to 64 KB, and programs write PNG chunks of 8 KB or more.
MAX_SEGMENTS = 10_000  # segments in a JPEG, or chunks in a PNG
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# A JPEG marker (ITU T.81, B.1.1) other than TEM, RST and SOI. Stuffed zeros and fill bytes do not match.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_END_OF_IMAGE, _START_OF_SCAN = b"\xd9", b"\xda"


class TooManyPartsError(ValueError):
    """Raised if a file has more parts than any program writes. The message says which parts."""


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
            raise TooManyPartsError(f"The picture has more than {MAX_SCANS} scans.")
        if segments > MAX_SEGMENTS:
            raise TooManyPartsError(f"The picture has more than {MAX_SEGMENTS:,} segments.")
        position = marker.end() + max(2, int.from_bytes(data[marker.end() : marker.end() + 2]))


def _count_chunks(data: bytes) -> None:
    position, chunks = len(_PNG), 0
    while position < len(data):
        chunks += 1
        if chunks > MAX_SEGMENTS:
            raise TooManyPartsError(f"The picture has more than {MAX_SEGMENTS:,} segments.")
        position += 12 + int.from_bytes(data[position : position + 4])  # length, name and checksum of the chunk


# The segments of a JPEG and the chunks of a PNG that the encoders for originals write.
_FRAMES = frozenset(b"\xc0\xc1\xc2")  # baseline, extended and progressive
_TABLES_AND_SCANS = frozenset(b"\xc4\xda\xdb\xdd")
_JFIF = (b"\xe0", b"JFIF\x00", 14)  # the marker, how the content begins, and the length without a thumbnail
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_PIXEL_CHUNKS = (b"IHDR", b"IDAT", b"IEND")
_PNG_WITH_ALPHA, _PNG_WITHOUT_ALPHA = b"\x08\x06", b"\x08\x02"  # bit depth and colour type


def has_only_pixels(data: bytes) -> bool:
    """Return whether a file is a JPEG or PNG in the form in which originals are stored.

    It is then 8-bit RGB or RGBA, with no metadata and nothing after the image. It may still be broken.
    """
    if data.startswith(_JPEG):
        return _is_plain_jpeg(data)
    return data.startswith(_PNG) and _is_plain_png(data)


def _is_plain_jpeg(data: bytes) -> bool:
    position, frames = len(_JPEG), 0
    while data[position : position + 1] == b"\xff":
        marker = data[position + 1 : position + 2]
        if marker == _END_OF_IMAGE:
            return frames == 1 and position + 2 == len(data)
        length = int.from_bytes(data[position + 2 : position + 4])
        content = data[position + 4 : position + 2 + length]
        position += 2 + length
        if marker and marker[0] in _FRAMES:
            frames += 1
            if content[:1] != b"\x08" or content[5:6] != b"\x03":  # bits of a sample, and number of components
                return False
        elif marker == _JFIF[0]:
            if not content.startswith(_JFIF[1]) or len(content) != _JFIF[2]:
                return False
        elif not marker or marker[0] not in _TABLES_AND_SCANS:
            return False
        if marker == _START_OF_SCAN:
            following = _AFTER_SCAN.search(data, position)
            if following is None:
                return False
            position = following.start()
    return False


def _is_plain_png(data: bytes) -> bool:
    position = len(_PNG)
    while position < len(data):
        length, name = int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8]
        if name not in _PIXEL_CHUNKS:
            return False
        if name == b"IHDR" and data[position + 16 : position + 18] not in (_PNG_WITH_ALPHA, _PNG_WITHOUT_ALPHA):
            return False
        position += 12 + length  # length, name and checksum of the chunk
        if name == b"IEND":
            return position == len(data)
    return False
