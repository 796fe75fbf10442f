"""A 64-bit perceptual hash, which is almost equal for copies that were enlarged, reduced or encoded again."""

from itertools import pairwise

from PIL import Image

ACROSS, DOWN = 9, 8
MAX_DISTANCE = 4  # maximum number of bits in which the hashes of two copies may differ
# The possible numbers of set bits in the hash of an image with enough content. Hashes of plain surfaces are all alike.
DISTINCTIVE_BITS = range(18, 47)


def perceptual_hash(picture: Image.Image) -> str:
    """Return the perceptual hash of a decoded image as 16 hexadecimal digits, or an empty string.

    Each bit says whether a pixel of the reduced image is brighter than the one to its right (a difference hash). The
    string is empty if the image has too little content to be recognised.
    """
    small = picture.convert("L").resize((ACROSS, DOWN), Image.Resampling.BOX)
    grey = small.tobytes()
    bits = 0
    for row_number in range(DOWN):
        row = grey[row_number * ACROSS : (row_number + 1) * ACROSS]
        for left, right in pairwise(row):
            bits = bits << 1 | (left > right)
    return f"{bits:016x}" if bits.bit_count() in DISTINCTIVE_BITS else ""


def are_alike(one: str, other: str) -> bool:
    """Return whether two hashes are so similar that their images count as copies. Return False if either is empty."""
    return bool(one and other) and (int(one, 16) ^ int(other, 16)).bit_count() <= MAX_DISTANCE
