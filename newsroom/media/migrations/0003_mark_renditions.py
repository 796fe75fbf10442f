"""Add an unguessable mark to the name of each rendition. The files are not moved."""

import hashlib
import re

from django.db import migrations
from django.db.models import F


def marked(spec, digest):
    """Return the name with its mark, or None if it is not the name of a rendition."""
    match = re.fullmatch(r"([a-z0-9]+)-([0-9]+)(?:-([0-9]+)x([0-9]+))?\.([a-z]+)", spec)
    if match is None:
        return None
    focus = None if match[3] is None else (int(match[3]), int(match[4]))
    # The result of ``mark_of`` at ENCODING 1.
    mark = hashlib.sha256(f"1 {digest} {match[1]} {focus}".encode()).hexdigest()[:16]
    before, _, ending = spec.rpartition(".")
    return f"{before}-{mark}.{ending}"


def mark_them(apps, schema_editor):
    renditions = apps.get_model("media", "Rendition")
    rows = renditions.objects.annotate(digest=F("image__digest")).values_list("pk", "spec", "digest")
    for key, spec, digest in rows.iterator():
        if name := marked(spec, digest):
            renditions.objects.filter(pk=key).update(spec=name)


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0002_tags_licence_and_look"),
    ]

    operations = [
        migrations.RunPython(mark_them, migrations.RunPython.noop),
    ]
