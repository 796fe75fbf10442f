"""Decode large progressive JPEGs with about as much memory as other images need.

The decoder of a progressive JPEG needs all coefficients in memory before it returns the first row (ITU T.81, G.1.1).
They take up to 6 bytes per pixel, in addition to 4 bytes per pixel for the image itself.
"""

from collections.abc import Callable
from tempfile import TemporaryFile

from PIL import Image

LARGE = 12_000_000  # pixels; above this, the coefficients and the image together need too much memory
_ROWS = 256  # number of rows to merge at a time
_ADOBE_YCBCR = 1  # YCbCr in Adobe's marker (ITU T.872, 6.5.3); JFIF has no other colour space


def is_large_progressive(image: Image.Image) -> bool:
    """Return whether an image, of which only the header has been read, is a large progressive JPEG in YCbCr."""
    is_ycbcr = "jfif" in image.info or image.info.get("adobe_transform") == _ADOBE_YCBCR
    is_progressive = image.format == "JPEG" and image.mode == "RGB" and bool(image.info.get("progressive"))
    return is_progressive and is_ycbcr and image.width * image.height > LARGE


def decode(image: Image.Image, reopen: Callable[[], Image.Image]) -> Image.Image:
    """Return the decoded image, with luminance at full size and chrominance at half the size.

    ``image`` must not have been decoded yet; ``reopen`` opens it a second time. Decoder errors propagate.
    """
    info, (width, height) = image.info, image.size
    # Most cameras store chrominance at half the size, because eyes do not see finer detail in colours. Luminance is
    # stored in a temporary file while chrominance is decoded, so that the two are not in memory together.
    with TemporaryFile() as rows:
        image.draft("L", (width, height))
        image.load()
        rows.write(image.tobytes())
        image.close()
        rows.seek(0)
        colours = reopen()
        colours.draft("YCbCr", (width // 2, height // 2))
        colours.load()
        result = Image.new("RGB", (width, height))
        for top in range(0, height, _ROWS):
            count = min(_ROWS, height - top)
            strip = Image.frombytes("L", (width, count), rows.read(width * count))
            source_box = (0, top / 2, width / 2, (top + count) / 2)
            tints = colours.resize((width, count), Image.Resampling.BILINEAR, box=source_box).split()[1:]
            result.paste(Image.merge("YCbCr", (strip, *tints)).convert("RGB"), (0, top))
        colours.close()
    result.info = info
    return result
