"""Readers and builders as processes of a server are: stored pages first, Django behind them."""

import os
import time
from io import BytesIO
from pathlib import Path

ADDRESSES = ("/stories/pier/", "/", "/stories/", "/topics/gates/", "/questions/limits/", "/feeds/stories.atom")


def application(folder: str):
    """Return what a server would call in this process, on the database of the test."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection

    from newsroom.wsgi import with_stored_pages

    settings.VAR_DIR = Path(folder)
    # What is fetched comes over connections of its own, to what the test works on.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    return with_stored_pages(WSGIHandler())


def load(called, address: str) -> tuple[int, str]:
    """Return status and body of an address, as a reader without gzip gets it."""
    told = []
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(), "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    answer = called(environ, lambda status, headers, error=None: told.append(int(status[:3])))
    body = b"".join(answer).decode()
    getattr(answer, "close", lambda: None)()
    return told[-1], body


def read_until(folder: str, seconds: float, many: int) -> tuple[int, list[str]]:
    """Load pages until the time is over or ``many`` were loaded; return how many were, and what was too old in them.

    Before each page is asked for it is read which number went out last: no older one may stand in it.
    """
    import re

    called, loaded, stale = application(folder), 0, []
    end = time.monotonic() + seconds
    while time.monotonic() < end and loaded < many:
        for address in ADDRESSES:
            published = int(Path(folder, "published").read_text(encoding="ascii") or 0)
            status, body = load(called, address)
            loaded += 1
            shown = [int(number) for number in re.findall(r"pier (\d+) of Port", body)]
            if status == 200 and shown and max(shown) < published:
                stale.append(f"{address} shows {max(shown)} after {published}")
    return loaded, stale


def publish_until(folder: str, seconds: float, many: int, story_pk: int, user_pk: int) -> tuple[int, list[str]]:
    """Publish editions with a number in their title until the time is over; each is written down once it is public."""
    from newsroom.accounts.models import User
    from stories import publishing
    from stories.drafts import revisions
    from stories.models import Story
    from tests.factories import update

    by, end, number = User.objects.get(pk=user_pk), time.monotonic() + seconds, 0
    while time.monotonic() < end and number < many:
        number += 1
        story = Story.objects.get(pk=story_pk)
        story.headline = f"Why pier {number} of Port Lisle is closed to lorries"
        story.save()
        revisions.record_revision(story, by=by)
        publishing.publish(story, by=by, change=update(f"It was pier {number} of Port Lisle."))
        written = Path(folder, "being-written")
        written.write_text(str(number), encoding="ascii")
        written.replace(Path(folder, "published"))
    return number, []


def any_of(what: str, *args):
    """Do what each process of a mixed race is asked."""
    return read_until(*args) if what == "read" else publish_until(*args)


def build_and_stop(folder: str, signal_number: int) -> None:
    """Load the page of the story, and stop by the signal between reading its rows and storing it."""
    from newsroom.page_cache import middleware
    from newsroom.page_cache.store import store_page

    def stopping(*args, **kwargs):
        Path(folder, "stopped").write_text("", encoding="ascii")
        os.kill(os.getpid(), signal_number)
        kept = store_page(*args, **kwargs)
        Path(folder, "stored").write_text(str(kept), encoding="ascii")
        return kept

    vars(middleware).update(store_page=stopping)
    load(application(folder), "/stories/pier/")
