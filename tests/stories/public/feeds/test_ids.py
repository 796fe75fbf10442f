"""The ids of feeds and entries, compared with those that an earlier release wrote for the same stories.

Feed readers show an entry again as new if its id changes. ``ids.json`` was written by the release before feeds had
pictures; it is never written anew, only extended with feeds that are new.
"""

import json
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from stories import publishing
from stories.drafts import revisions
from tests.clocks import MONDAY
from tests.factories import make_outlet, make_published_story, make_topic, make_update

pytestmark = [pytest.mark.portable, pytest.mark.django_db]

IDS = Path(__file__).parent / "ids.json"
_ID = re.compile(r"<(?:id|guid)(?: [^>]*)?>([^<]*)<")
FEEDS = (
    *(f"{language}/feeds/stories.{ending}" for language in ("", "/de") for ending in ("atom", "rss", "json")),
    *(f"{language}/{kind}/feed.atom" for language in ("", "/de") for kind in ("topics/pier", "sources/post")),
    "/corrections/feed.atom",
    "/de/corrections/feed.atom",
    "/stories/north-pier/changes.atom",
    "/stories/north-pier/changes.json",
    "/stories/nordpier/changes.atom",
    "/stories/taken-back/changes.json",
)


def make_stories(set_time, editor):
    """Make three stories, an update and a correction of one, and a withdrawn one, with fixed uids at fixed times."""
    topic = make_topic(uid=UUID(int=4), slug="pier", name="North pier")
    outlet = make_outlet(uid=UUID(int=5), slug="post", name="The Pier Post")
    fields = {"by": editor, "topics": (topic,), "outlets": (outlet, make_outlet(name="Dock Daily"))}
    story = make_published_story(uid=UUID(int=1), slug="north-pier", **fields)
    set_time.go(to=MONDAY + timedelta(hours=1))
    make_published_story(uid=UUID(int=2), slug="south-pier", **fields)
    make_published_story(
        uid=UUID(int=3), slug="nordpier", language="de", headline="Warum der Nordpier gesperrt ist", **fields
    )
    withdrawn = make_published_story(uid=UUID(int=6), slug="taken-back", **fields)
    for hours, publish in ((2, publish_update), (3, publish_correction)):
        set_time.go(to=MONDAY + timedelta(hours=hours))
        story.sections.filter(kind="background").update(text=f"The limit was {hours} tonnes in that year.")
        revisions.record_revision(story, by=editor)
        publish(story, editor)
    set_time.go(to=MONDAY + timedelta(hours=4))
    publishing.withdraw(withdrawn, by=editor, notice="Its source took the numbers back.")


def publish_update(story, editor):
    publishing.publish(story, by=editor, change=make_update("The limit is named."))


def publish_correction(story, editor):
    publishing.correct(
        story,
        by=editor,
        was_wrong="The limit was 2 tonnes in that year.",
        is_right="The limit was 3 tonnes in that year.",
        note="We misread.",
    )


def read_ids(client, address):
    """Return the ids in a feed: in XML, the first is that of the feed if it has one."""
    response = client.get(address)
    if address.endswith(".json"):
        return [item["id"] for item in response.json()["items"]]
    return _ID.findall(response.content.decode())


def test_the_ids_of_feeds_and_entries_are_those_of_the_release_before(client, settings, set_time, editor):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    make_stories(set_time, editor)
    ids = {address: read_ids(client, address) for address in FEEDS}
    assert ids == json.loads(IDS.read_text(encoding="utf-8"))
