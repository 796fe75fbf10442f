"""Functions for processes that read and publish pages as a server does, with stored pages in front of Django."""

import os
import time
from io import BytesIO
from pathlib import Path

ADDRESSES = ("/stories/pier/", "/", "/stories/", "/topics/gates/", "/questions/limits/", "/feeds/stories.atom")


def make_application(folder: str):
    """Return the WSGI application of a server in this process, on the test database."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection

    from newsroom.wsgi import with_stored_pages

    settings.VAR_DIR = Path(folder)
    # Stored pages are fetched over separate connections to the test database.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    return with_stored_pages(WSGIHandler())


def load(application, address: str) -> tuple[int, str]:
    """Return the status and the uncompressed body of a page."""
    statuses = []
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(), "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    answer = application(environ, lambda status, headers, error=None: statuses.append(int(status[:3])))
    body = b"".join(answer).decode()
    getattr(answer, "close", lambda: None)()
    return statuses[-1], body


def read_until(folder: str, seconds: float, limit: int) -> tuple[int, list[str]]:
    """Load pages until the time is up or ``limit`` is reached; return how many were loaded, and which were stale.

    Before each request, the number of the last publication is read. A page that shows only older ones is stale.
    """
    import re

    application, loaded, stale = make_application(folder), 0, []
    end = time.monotonic() + seconds
    while time.monotonic() < end and loaded < limit:
        for address in ADDRESSES:
            published = int(Path(folder, "published").read_text(encoding="ascii") or 0)
            status, body = load(application, address)
            loaded += 1
            shown = [int(number) for number in re.findall(r"pier (\d+) of Port", body)]
            if status == 200 and shown and max(shown) < published:
                stale.append(f"{address} shows {max(shown)} after {published}")
    return loaded, stale


def publish_until(folder: str, seconds: float, limit: int, story_pk: int, user_pk: int) -> tuple[int, list[str]]:
    """Publish editions with numbered titles until the time is up or ``limit`` is reached.

    The file ``published`` contains the number of the last edition whose publication has returned.
    """
    from newsroom.accounts.models import User
    from stories import publishing
    from stories.drafts import revisions
    from stories.models import Story
    from tests.factories import make_update

    by, end, number = User.objects.get(pk=user_pk), time.monotonic() + seconds, 0
    while time.monotonic() < end and number < limit:
        number += 1
        story = Story.objects.get(pk=story_pk)
        story.headline = f"Why pier {number} of Port Lisle is closed to lorries"
        story.save()
        revisions.record_revision(story, by=by)
        publishing.publish(story, by=by, change=make_update(f"It was pier {number} of Port Lisle."))
        written = Path(folder, "being-written")
        written.write_text(str(number), encoding="ascii")
        written.replace(Path(folder, "published"))
    return number, []


def read_or_publish(action: str, *args):
    """Run one part of a race between readers and a publisher."""
    return read_until(*args) if action == "read" else publish_until(*args)


def build_and_stop(folder: str, signal_number: int) -> None:
    """Load the page of the story, and send this process the signal between rendering the page and storing it."""
    from newsroom.page_cache import middleware
    from newsroom.page_cache.store import store_page

    def stop_and_store(*args, **kwargs):
        Path(folder, "stopped").write_text("", encoding="ascii")
        os.kill(os.getpid(), signal_number)
        stored = store_page(*args, **kwargs)
        Path(folder, "stored").write_text(str(stored), encoding="ascii")
        return stored

    vars(middleware).update(store_page=stop_and_store)
    load(make_application(folder), "/stories/pier/")
