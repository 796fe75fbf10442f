"""A library of many images whose files are a few bytes, and faults in it, for tests."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from newsroom.media.models import Image, Rendition, rendition_folder


def fill_library(*, images: int, renditions: int = 0) -> list[Image]:
    """Store images with ``renditions`` renditions each, with their rows and files, and return the images."""
    made = []
    for number in range(images):
        uid = UUID(int=number << 96 | uuid4().int >> 32)
        path, digest = store_bytes(f"originals/{uid}.jpg", f"image {uid}")
        image = Image(uid=uid, file=path, title=f"Pier {number}", width=60, height=40, digest=digest)
        made.append(image)
    Image.objects.bulk_create(made)
    rows = []
    for image in made:
        for number in range(renditions):
            spec = f"free-{number + 1}-{image.uid.hex[:16]}.webp"
            path, digest = store_bytes(f"{rendition_folder(image.uid)}/{spec}", f"rendition {spec}")
            rows.append(Rendition(image=image, spec=spec, file=path, width=60, height=40, digest=digest))
    Rendition.objects.bulk_create(rows)
    return made


def store_bytes(path: str, text: str = "a file") -> tuple[str, str]:
    """Store a file, and return its path and its SHA-256."""
    if isinstance(default_storage, FileSystemStorage):
        # Not with the storage of the product, which syncs each file to the disk: that takes seconds for 2,000 files.
        file = Path(default_storage.path(path))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    else:
        default_storage.save(path, ContentFile(text.encode()))
    return path, hashlib.sha256(text.encode()).hexdigest()


def turn_bit(path: str) -> None:
    """Change one bit in the middle of a stored file."""
    with default_storage.open(path) as file:
        data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    default_storage.save(path, ContentFile(bytes(data)))


def one_day_after(at: datetime) -> datetime:
    """Return a time at which files stored at ``at`` are old enough to be reported."""
    return at + timedelta(days=1, minutes=1)
