"""Decoding of large progressive JPEGs in about the memory that other images take.

The decoder of a progressive JPEG holds all coefficients before it returns the first row (ITU T.81, G.1.1). That takes
up to 6 bytes for each pixel, beside the 4 of the image itself.
"""

from collections.abc import Callable
from tempfile import TemporaryFile

from PIL import Image

LARGE = 12_000_000  # number of pixels above which the coefficients and the image do not fit into memory together
_ROWS = 256  # rows merged at a time
_ITS_OWN = 1  # YCbCr in Adobe's marker (ITU T.872, 6.5.3); JFIF has no other colour space


def is_large_progressive(image: Image.Image) -> bool:
    """Return whether an image, of which only the header was read, is a large progressive JPEG in YCbCr."""
    is_parted = "jfif" in image.info or image.info.get("adobe_transform") == _ITS_OWN
    in_passes = image.format == "JPEG" and image.mode == "RGB" and bool(image.info.get("progressive"))
    return in_passes and is_parted and image.width * image.height > LARGE


def decode(image: Image.Image, reopen: Callable[[], Image.Image]) -> Image.Image:
    """Return the decoded image, with luminance at full size and chrominance at half the size.

    ``light`` must not have been decoded yet; ``again`` opens the image a second time. Raise what the decoder raises.
    """
    info, (width, height) = image.info, image.size
    # Most cameras store chrominance at half the size, because eyes do not see colours any finer. While chrominance is
    # decoded, luminance is in a file.
    with TemporaryFile() as rows:
        image.draft("L", (width, height))
        image.load()
        rows.write(image.tobytes())
        image.close()
        rows.seek(0)
        colours = reopen()
        colours.draft("YCbCr", (width // 2, height // 2))
        colours.load()
        whole = Image.new("RGB", (width, height))
        for top in range(0, height, _ROWS):
            count = min(_ROWS, height - top)
            strip = Image.frombytes("L", (width, count), rows.read(width * count))
            place = (0, top / 2, width / 2, (top + count) / 2)
            tints = colours.resize((width, count), Image.Resampling.BILINEAR, box=place).split()[1:]
            whole.paste(Image.merge("YCbCr", (strip, *tints)).convert("RGB"), (0, top))
        colours.close()
    whole.info = info
    return whole
