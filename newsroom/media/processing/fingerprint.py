"""What a picture looks like, in 64 bits: the same for copies that are larger, smaller or encoded anew."""

from itertools import pairwise

from PIL import Image

ACROSS, DOWN = 9, 8
NEAR = 4  # bits in which two copies of one picture differ at most
TELLING = range(18, 47)  # how many bits are set in a picture that shows something; a plain surface is like every other


def look_of(picture: Image.Image) -> str:
    """Return the look of a decoded picture as 16 hexadecimal digits; empty where it shows too little to be known by.

    Each bit says whether one place is brighter than the one beside it (a difference hash).
    """
    small = picture.convert("L").resize((ACROSS, DOWN), Image.Resampling.BOX)
    grey = small.tobytes()
    bits = 0
    for down in range(DOWN):
        row = grey[down * ACROSS : (down + 1) * ACROSS]
        for left, right in pairwise(row):
            bits = bits << 1 | (left > right)
    return f"{bits:016x}" if bits.bit_count() in TELLING else ""


def are_alike(one: str, other: str) -> bool:
    """Say whether two looks are those of copies of one picture."""
    return bool(one and other) and (int(one, 16) ^ int(other, 16)).bit_count() <= NEAR
