"""What is told to a hub of feeds and to search engines, and when."""

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
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from newsroom.http import clock
from newsroom.media.tasks import make_rendition, prepare_renditions
from newsroom.notifications.tasks import mail_digest, mail_notice
from newsroom.page_cache.purge import purge
from newsroom.pings import ping_search_engines, ping_websub
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition
from stories.publishing.tasks import announce_to_engines, announce_to_hub
from stories.workflow.bulk import work_through
from tests.factories import edition_of, make_outlet, make_question, make_story, make_topic
from tests.transactions import of_the_test

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef"


class Listener(ThreadingHTTPServer):
    """A server that writes down what it is told, and answers with ``status``."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.told, self.status = [], 202

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append((self.headers["Content-Type"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing on the terminal."""


@pytest.fixture
def listener():
    with Listener() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def announced(settings, listener, monkeypatch):
    """Announce to the listener alone."""
    settings.WEBSUB_HUB = f"{listener.address}/hub"
    settings.INDEXNOW_KEY = KEY
    at_the_listener = partial(ping_search_engines, endpoint=f"{listener.address}/indexnow")
    monkeypatch.setattr("stories.publishing.tasks.ping_search_engines", at_the_listener)
    return listener


def waiting():
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("task_path", "run_after"))


def test_the_hub_is_told_of_every_feed_that_holds_the_story(client, editor, announced):
    story = make_story(
        topics=(make_topic(slug="pier"),), outlets=(make_outlet(slug="courier"), make_outlet(slug="wire"))
    )
    publishing.publish(story, by=editor)
    announce_to_hub.func(edition_of(story).pk)
    ((kind, body),) = announced.told
    said = parse_qs(body)
    assert (kind, said["hub.mode"]) == ("application/x-www-form-urlencoded", ["publish"])
    assert {url.removeprefix("http://testserver") for url in said["hub.url"]} == {
        *(f"/feeds/stories.{ending}" for ending in ("atom", "rss", "json")),
        *(f"/stories/{story.slug}/changes.{ending}" for ending in ("atom", "json")),
        "/topics/pier/feed.atom",
        "/sources/courier/feed.atom",
        "/sources/wire/feed.atom",
    }
    for url in said["hub.url"]:
        assert announced.address in client.get(url.removeprefix("http://testserver")).content.decode(), url


def test_of_a_correction_its_feed_is_told_too(editor, announced, set_time):
    story = make_story()
    publishing.publish(story, by=editor)
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=editor)
    set_time.go(minutes=1)
    publishing.correct(story, by=editor, was_wrong="It was nine tonnes.", is_right="It was ten tonnes.")
    announce_to_hub.func(edition_of(story).pk)
    ((_, body),) = announced.told
    assert "http://testserver/corrections/feed.atom" in parse_qs(body)["hub.url"]


def test_a_feed_names_its_hub_once_and_itself_once(client, editor, announced):
    publishing.publish(make_story(), by=editor)
    for ending in ("atom", "rss"):
        links = feedparser.parse(client.get(f"/feeds/stories.{ending}").content).feed.links
        assert [link.href for link in links if link.rel == "hub"] == [f"{announced.address}/hub"]
        assert [link.href for link in links if link.rel == "self"] == [f"http://testserver/feeds/stories.{ending}"]
    feed = client.get("/feeds/stories.json").json()
    assert feed["hubs"] == [{"type": "WebSub", "url": f"{announced.address}/hub"}]


def test_without_a_hub_no_feed_names_one(client, editor):
    publishing.publish(make_story(), by=editor)
    for ending in ("atom", "rss", "json"):
        assert "hub" not in client.get(f"/feeds/stories.{ending}").content.decode()


def test_search_engines_are_told_of_a_page_and_find_the_key(client, editor, announced):
    question = make_question()
    publishing.publish(question, by=editor)
    announce_to_engines.func(edition_of(question).pk)
    ((kind, body),) = announced.told
    assert kind.startswith("application/json")
    assert json.loads(body) == {
        "host": "testserver",
        "key": KEY,
        "keyLocation": f"http://testserver/{KEY}.txt",
        "urlList": [f"http://testserver/questions/{question.slug}/"],
    }
    assert client.get(f"/{KEY}.txt").content.decode().strip() == KEY
    assert client.get("/0000000000000000.txt").status_code == 404


def test_without_a_key_no_address_shows_one(client):
    for address in ("/.txt", f"/{KEY}.txt"):
        assert client.get(address).status_code == 404


def test_of_a_question_no_feed_is_told(editor, announced):
    question = make_question()
    publishing.publish(question, by=editor)
    assert announce_to_hub.func(edition_of(question).pk) == 0
    assert announced.told == []


def test_a_publication_and_its_announcement_are_committed_together(editor, announced):
    with of_the_test():
        publishing.publish(make_story(), by=editor)
        transaction.set_rollback(True)
    assert waiting() == []
    publishing.publish(make_story(), by=editor)
    assert {path for path, _ in waiting()} == {
        "stories.publishing.tasks.announce_to_hub",
        "stories.publishing.tasks.announce_to_engines",
    }


def test_what_waits_for_its_time_is_announced_then_and_what_was_cancelled_never(editor, announced, set_time):
    story, time = make_story(), clock.now() + timedelta(days=2)
    publishing.schedule(story, by=editor, at=time)
    assert {after for _, after in waiting()} == {time}
    edition = edition_of(story)
    assert announce_to_engines.func(edition.pk) == 0
    publishing.cancel_schedule(edition, by=editor)
    set_time.go(days=3)
    assert announce_to_engines.func(edition.pk) == 0
    assert announced.told == []


@pytest.mark.parametrize("verb", ["publish", "withdraw"])
def test_where_an_announcement_cannot_be_queued_nothing_goes_out_and_the_editor_reads_why(
    client, editor, announced, monkeypatch, verb
):
    story = make_story()
    if verb == "withdraw":
        publishing.publish(story, by=editor)
    before = list(Edition.objects.values_list("pk", "live_until"))

    def fails(*_):
        raise RuntimeError("The queue is not set up")

    monkeypatch.setattr(DatabaseBackend, "enqueue", fails)
    client.force_login(editor)
    form = {"publish": {"when": "now", "seen": "1"}, "withdraw": {"notice": "Taken back."}}[verb]
    answer = client.post(reverse(f"admin:stories_story_{verb}", args=[story.pk]), form, follow=True)
    assert "could not be queued" in answer.text
    assert list(Edition.objects.values_list("pk", "live_until")) == before


def test_an_announcement_runs_before_renditions_that_were_queued_first(editor, announced):
    for number in range(20):
        make_rendition.enqueue(str(uuid4()), f"free-{number}")
    publishing.publish(make_story(), by=editor)
    first = [task.task_path for task in DBTaskResult.objects.ready()[:2]]
    assert set(first) == {"stories.publishing.tasks.announce_to_hub", "stories.publishing.tasks.announce_to_engines"}


def test_what_is_urgent_runs_first():
    tasks = [make_rendition, prepare_renditions, work_through, mail_notice, mail_digest, announce_to_engines, purge]
    order = [task.name for task in sorted(tasks, key=lambda task: -task.priority)]
    assert order[0] == "purge"
    assert {*order[1:4]} == {"mail_notice", "mail_digest", "announce_to_engines"}
    assert {*order[5:]} == {"make_rendition", "prepare_renditions"}


def test_a_withdrawal_is_announced_too(editor, announced):
    story = make_story(topics=(make_topic(slug="pier"),))
    publishing.publish(story, by=editor)
    DBTaskResult.objects.all().delete()
    publishing.withdraw(story, by=editor, notice="Taken back.")
    assert len(waiting()) == 2
    assert announce_to_engines.func(edition_of(story).pk) == 1
    announce_to_hub.func(edition_of(story).pk)
    assert "http://testserver/topics/pier/feed.atom" in parse_qs(announced.told[-1][1])["hub.url"]


def test_where_nobody_is_to_be_told_nothing_is_done(editor):
    publishing.publish(make_story(), by=editor)
    assert waiting() == []


def test_a_hub_that_refuses_is_a_failure_that_is_tried_again(announced):
    announced.status = 503
    with pytest.raises(OSError, match="503"):
        ping_websub(f"{announced.address}/hub", ["http://testserver/feeds/stories.atom"])
