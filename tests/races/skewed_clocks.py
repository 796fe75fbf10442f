"""Machines whose clocks are wrong: processes in which every moment that Python tells is shifted."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.races.page_readers import application, load, publish_until, read_until

SCHEDULED = "Why pier 999 of Port Lisle is closed to lorries"
ADDRESSES = ("/stories/pier/", "/", "/stories/", "/feeds/stories.atom", "/search/?q=pier", "/api/v1/stories")


def set_machine_ahead(seconds: float) -> None:
    """Put the clock of this process ahead; ``time.time`` stays right, to judge by."""
    from django.utils import timezone

    right = timezone.now
    timezone.now = lambda: right() + timedelta(seconds=seconds)


def publish_or_read(ahead: float, what: str, folder: str, seconds: float, many: int, *keys: int):
    """Publish or read on a machine that is so far ahead, as ``tests.races.page_readers`` does."""
    set_machine_ahead(ahead)
    return (publish_until if what == "publish" else read_until)(folder, seconds, many, *keys)


def schedule_or_watch(ahead: float, what: str, folder: str, story: int, user: int) -> list[str]:
    """Schedule an edition on a machine that is so far ahead, or read around its time; return who saw it early or late."""
    set_machine_ahead(ahead)
    return _schedule(folder, story, user) if what == "schedule" else _watch(folder)


def _schedule(folder: str, story_pk: int, user_pk: int) -> list[str]:
    from newsroom.accounts.models import User
    from stories import publishing
    from stories.drafts import revisions
    from stories.models import Story
    from tests.factories import update

    story, by = Story.objects.get(pk=story_pk), User.objects.get(pk=user_pk)
    story.headline = SCHEDULED
    story.save()
    revisions.record_revision(story, by=by)
    at = time.time() + 4
    publishing.schedule(story, by=by, at=datetime.fromtimestamp(at, tz=UTC), change=update())
    written = Path(folder, "being-written")
    written.write_text(str(at), encoding="ascii")
    written.replace(Path(folder, "scheduled"))
    return []


def _watch(folder: str) -> list[str]:
    called, path, wrong = application(folder), Path(folder, "scheduled"), []
    while not path.exists():
        time.sleep(0.01)
    at = float(path.read_text(encoding="ascii"))
    while time.time() < at + 1:
        for address in ADDRESSES:
            before = time.time()
            body = load(called, address)[1]
            shown = "pier 999 of" in re.sub("<[^>]*>", "", body)  # a word that was found is marked
            if shown and time.time() < at:
                wrong.append(f"{address}: {at - time.time():.3f} s early")
            if not shown and before > at:
                wrong.append(f"{address}: {before - at:.3f} s late")
    return wrong
