"""Announcements of editions to a WebSub hub and to search engines: their content, and when they are sent."""

import json
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs
from uuid import uuid4

import feedparser
import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.html import escape
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from newsroom.http import clock
from newsroom.media.tasks import make_rendition, prepare_renditions
from newsroom.notifications.tasks import mail_digest, mail_notice
from newsroom.page_cache.purge import purge
from newsroom.pings import ping_search_engines, ping_websub
from newsroom.task_queue import NotQueuedError
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition
from stories.publishing.tasks import announce_to_engines, announce_to_hub
from stories.workflow.bulk import work_through
from tests.factories import edition_of, make_outlet, make_question, make_story, make_topic
from tests.transactions import of_the_test

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef"


class RecordingServer(ThreadingHTTPServer):
    """A server that records the body of each request, and responds with ``status``."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), RecordingHandler)
        self.requests, self.status = [], 202

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class RecordingHandler(BaseHTTPRequestHandler):
    server: RecordingServer

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append((self.headers["Content-Type"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        """Write no log."""


@pytest.fixture
def server():
    with RecordingServer() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def announcements(settings, server, monkeypatch):
    """Send all announcements to the recording server, and return the server."""
    settings.WEBSUB_HUB = f"{server.address}/hub"
    settings.INDEXNOW_KEY = KEY
    ping_server = partial(ping_search_engines, endpoint=f"{server.address}/indexnow")
    monkeypatch.setattr("stories.publishing.tasks.ping_search_engines", ping_server)
    return server


def list_enqueued():
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("task_path", "run_after"))


def test_the_hub_is_pinged_about_every_feed_that_contains_the_story(client, editor, announcements):
    story = make_story(
        topics=(make_topic(slug="pier"),), outlets=(make_outlet(slug="courier"), make_outlet(slug="wire"))
    )
    publishing.publish(story, by=editor)
    announce_to_hub.func(edition_of(story).pk)
    ((content_type, body),) = announcements.requests
    form = parse_qs(body)
    assert (content_type, form["hub.mode"]) == ("application/x-www-form-urlencoded", ["publish"])
    assert {url.removeprefix("http://testserver") for url in form["hub.url"]} == {
        *(f"/feeds/stories.{ending}" for ending in ("atom", "rss", "json")),
        *(f"/stories/{story.slug}/changes.{ending}" for ending in ("atom", "json")),
        "/topics/pier/feed.atom",
        "/sources/courier/feed.atom",
        "/sources/wire/feed.atom",
    }
    for url in form["hub.url"]:
        assert announcements.address in client.get(url.removeprefix("http://testserver")).content.decode(), url


def test_the_hub_is_also_pinged_about_the_correction_feed(editor, announcements, set_time):
    story = make_story()
    publishing.publish(story, by=editor)
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=editor)
    set_time.go(minutes=1)
    publishing.correct(story, by=editor, was_wrong="It was nine tonnes.", is_right="It was ten tonnes.")
    announce_to_hub.func(edition_of(story).pk)
    ((_, body),) = announcements.requests
    assert "http://testserver/corrections/feed.atom" in parse_qs(body)["hub.url"]


def test_a_feed_has_one_link_to_its_hub_and_one_to_itself(client, editor, announcements):
    publishing.publish(make_story(), by=editor)
    for ending in ("atom", "rss"):
        links = feedparser.parse(client.get(f"/feeds/stories.{ending}").content).feed.links
        assert [link.href for link in links if link.rel == "hub"] == [f"{announcements.address}/hub"]
        assert [link.href for link in links if link.rel == "self"] == [f"http://testserver/feeds/stories.{ending}"]
    feed = client.get("/feeds/stories.json").json()
    assert feed["hubs"] == [{"type": "WebSub", "url": f"{announcements.address}/hub"}]


def test_feeds_have_no_hub_link_without_a_hub(client, editor):
    publishing.publish(make_story(), by=editor)
    for ending in ("atom", "rss", "json"):
        assert "hub" not in client.get(f"/feeds/stories.{ending}").content.decode()


def test_search_engines_are_pinged_about_a_page_and_can_read_the_key(client, editor, announcements):
    question = make_question()
    publishing.publish(question, by=editor)
    announce_to_engines.func(edition_of(question).pk)
    ((content_type, body),) = announcements.requests
    assert content_type.startswith("application/json")
    assert json.loads(body) == {
        "host": "testserver",
        "key": KEY,
        "keyLocation": f"http://testserver/{KEY}.txt",
        "urlList": [f"http://testserver/questions/{question.slug}/"],
    }
    assert client.get(f"/{KEY}.txt").content.decode().strip() == KEY
    assert client.get("/0000000000000000.txt").status_code == 404


def test_no_address_serves_a_key_if_none_is_set(client):
    for address in ("/.txt", f"/{KEY}.txt"):
        assert client.get(address).status_code == 404


def test_the_hub_is_not_pinged_about_a_question(editor, announcements):
    question = make_question()
    publishing.publish(question, by=editor)
    assert announce_to_hub.func(edition_of(question).pk) == 0
    assert announcements.requests == []


def test_a_publication_and_its_announcements_are_committed_together(editor, announcements):
    with of_the_test():
        publishing.publish(make_story(), by=editor)
        transaction.set_rollback(True)
    assert list_enqueued() == []
    publishing.publish(make_story(), by=editor)
    assert {path for path, _ in list_enqueued()} == {
        "stories.publishing.tasks.announce_to_hub",
        "stories.publishing.tasks.announce_to_engines",
    }


def test_a_scheduled_edition_is_announced_at_its_time_unless_it_is_cancelled(editor, announcements, set_time):
    story, time = make_story(), clock.now() + timedelta(days=2)
    publishing.schedule(story, by=editor, at=time)
    assert {after for _, after in list_enqueued()} == {time}
    edition = edition_of(story)
    assert announce_to_engines.func(edition.pk) == 0
    publishing.cancel_schedule(edition, by=editor)
    set_time.go(days=3)
    assert announce_to_engines.func(edition.pk) == 0
    assert announcements.requests == []


@pytest.mark.parametrize("verb", ["publish", "withdraw"])
def test_a_verb_is_refused_with_a_message_if_its_announcement_cannot_be_enqueued(
    client, editor, announcements, monkeypatch, verb
):
    story = make_story()
    if verb == "withdraw":
        publishing.publish(story, by=editor)
    before = list(Edition.objects.values_list("pk", "live_until"))

    def raise_error(*_):
        raise RuntimeError("The queue is not set up")

    monkeypatch.setattr(DatabaseBackend, "enqueue", raise_error)
    client.force_login(editor)
    form = {"publish": {"when": "now", "seen": "1"}, "withdraw": {"notice": "Taken back."}}[verb]
    response = client.post(reverse(f"admin:stories_story_{verb}", args=[story.pk]), form, follow=True)
    assert escape(NotQueuedError()) in response.text
    assert list(Edition.objects.values_list("pk", "live_until")) == before


def test_announcements_run_before_renditions_that_were_enqueued_earlier(editor, announcements):
    for number in range(20):
        make_rendition.enqueue(str(uuid4()), f"free-{number}")
    publishing.publish(make_story(), by=editor)
    first = [task.task_path for task in DBTaskResult.objects.ready()[:2]]
    assert set(first) == {"stories.publishing.tasks.announce_to_hub", "stories.publishing.tasks.announce_to_engines"}


def test_tasks_run_in_order_of_urgency():
    tasks = [make_rendition, prepare_renditions, work_through, mail_notice, mail_digest, announce_to_engines, purge]
    order = [task.name for task in sorted(tasks, key=lambda task: -task.priority)]
    assert order[0] == "purge"
    assert {*order[1:4]} == {"mail_notice", "mail_digest", "announce_to_engines"}
    assert {*order[5:]} == {"make_rendition", "prepare_renditions"}


def test_a_withdrawal_is_announced_too(editor, announcements):
    story = make_story(topics=(make_topic(slug="pier"),))
    publishing.publish(story, by=editor)
    DBTaskResult.objects.all().delete()
    publishing.withdraw(story, by=editor, notice="Taken back.")
    assert len(list_enqueued()) == 2
    assert announce_to_engines.func(edition_of(story).pk) == 1
    announce_to_hub.func(edition_of(story).pk)
    assert "http://testserver/topics/pier/feed.atom" in parse_qs(announcements.requests[-1][1])["hub.url"]


def test_nothing_is_enqueued_without_a_hub_and_a_key(editor):
    publishing.publish(make_story(), by=editor)
    assert list_enqueued() == []


def test_an_error_of_the_hub_is_raised_so_that_the_task_is_retried(announcements):
    announcements.status = 503
    with pytest.raises(OSError, match="503"):
        ping_websub(f"{announcements.address}/hub", ["http://testserver/feeds/stories.atom"])
