"""Decodes large JPEGs that come in passes, each over the whole picture, in the memory that others take.

Their decoder holds all they are made of before it gives the first row (ITU T.81, G.1.1): up to 6 bytes for each pixel,
beside the 4 of the picture itself.
"""

from collections.abc import Callable
from tempfile import TemporaryFile

from PIL import Image

LARGE = 12_000_000  # pixels from which on the two have no room beside each other
_ROWS = 256  # that are put together at a time
_ITS_OWN = 1  # what Adobe's marker says of light and colours kept apart (ITU T.872, 6.5.3); JFIF knows nothing else


def is_large(image: Image.Image) -> bool:
    """Say whether a picture whose header was read is such a JPEG, and keeps its light apart from its colours."""
    is_parted = "jfif" in image.info or image.info.get("adobe_transform") == _ITS_OWN
    in_passes = image.format == "JPEG" and image.mode == "RGB" and bool(image.info.get("progressive"))
    return in_passes and is_parted and image.width * image.height > LARGE


def decoded(light: Image.Image, again: Callable[[], Image.Image]) -> Image.Image:
    """Return a picture that was not decoded yet, and is opened ``again``: its light as it is, its colours at half the size.

    So most cameras keep them, as eyes do not see colours any finer. While one is decoded the other is in a file.
    Raises what the decoder raises.
    """
    info, (width, height) = light.info, light.size
    with TemporaryFile() as rows:
        light.draft("L", (width, height))
        light.load()
        rows.write(light.tobytes())
        light.close()
        rows.seek(0)
        colours = again()
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
