"""Publish new editions of stories on request: ``python -m benchmarks.mixed.publisher LEDGER STORIES``.

The file ``STORIES`` contains the slugs of the stories as a JSON list. Each line of standard input is the position of a
story in that list, counted from 0. A mark is appended to the headline of this story, which is then saved and published.
The output is ``ready`` at the start, and then ``done`` or the error for each line.
"""

import json
import os
import sys
from pathlib import Path

from benchmarks.mixed.ledger import Ledger, format_mark


def main() -> int:
    """Set up Django as the server does, and publish until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    from benchmarks.inside import edits
    from stories.models import Story

    slugs = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    ledger = Ledger(Path(sys.argv[1]), len(slugs))
    by = edits.get_publisher()
    print("ready", flush=True)
    for line in sys.stdin:
        number = int(line)
        edition = ledger.committed(number) + 1
        try:
            story = Story.objects.get(slug=slugs[number])
            edits.save(story, format_mark(edition, number), by=by)
            edits.publish(story, by=by)
        except Exception as error:  # noqa: BLE001  # the driver must report any error
            print(f"{type(error).__name__}: {error}".replace("\n", " "), flush=True)
            continue
        ledger.record_commit(number, edition)
        print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
