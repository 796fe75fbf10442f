"""Processes that behave like machines with wrong clocks: ``timezone.now`` is shifted in them."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.races.page_readers import load, make_application, publish_until, read_until

SCHEDULED = "Why pier 999 of Port Lisle is closed to lorries"
ADDRESSES = ("/stories/pier/", "/", "/stories/", "/feeds/stories.atom", "/search/?q=pier", "/api/v1/stories")


def set_machine_ahead(seconds: float) -> None:
    """Set the clock of this process ahead; ``time.time`` remains correct, as the reference."""
    from django.utils import timezone

    right = timezone.now
    timezone.now = lambda: right() + timedelta(seconds=seconds)


def publish_or_read(ahead: float, action: str, folder: str, seconds: float, limit: int, *keys: int):
    """Publish or read as ``tests.races.page_readers`` does, on a machine whose clock is ``ahead`` seconds ahead."""
    set_machine_ahead(ahead)
    return (publish_until if action == "publish" else read_until)(folder, seconds, limit, *keys)


def schedule_or_watch(ahead: float, action: str, folder: str, story: int, user: int) -> list[str]:
    """Schedule an edition, or read pages around its time, on a machine whose clock is ``ahead`` seconds ahead.

    Return the pages that showed the edition early or late.
    """
    set_machine_ahead(ahead)
    return _schedule(folder, story, user) if action == "schedule" else _watch(folder)


def _schedule(folder: str, story_pk: int, user_pk: int) -> list[str]:
    from newsroom.accounts.models import User
    from stories import publishing
    from stories.drafts import revisions
    from stories.models import Story
    from tests.factories import make_update

    story, by = Story.objects.get(pk=story_pk), User.objects.get(pk=user_pk)
    story.headline = SCHEDULED
    story.save()
    revisions.record_revision(story, by=by)
    at = time.time() + 4
    publishing.schedule(story, by=by, at=datetime.fromtimestamp(at, tz=UTC), change=make_update())
    written = Path(folder, "being-written")
    written.write_text(str(at), encoding="ascii")
    written.replace(Path(folder, "scheduled"))
    return []


def _watch(folder: str) -> list[str]:
    application, path, wrong = make_application(folder), Path(folder, "scheduled"), []
    while not path.exists():
        time.sleep(0.01)
    at = float(path.read_text(encoding="ascii"))
    while time.time() < at + 1:
        for address in ADDRESSES:
            before = time.time()
            body = load(application, address)[1]
            shown = "pier 999 of" in re.sub("<[^>]*>", "", body)  # search results mark matching words
            if shown and time.time() < at:
                wrong.append(f"{address}: {at - time.time():.3f} s early")
            if not shown and before > at:
                wrong.append(f"{address}: {before - at:.3f} s late")
    return wrong
