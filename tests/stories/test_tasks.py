"""What is told to a hub of feeds and to search engines, and when."""

import json
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import feedparser
import pytest
from django_tasks_db.models import DBTaskResult

from newsroom import clock
from newsroom.announcing import tell_hub, tell_search_engines
from stories import publishing, revisions
from stories.tasks import announce_to_engines, announce_to_hub
from tests.factories import edition_of, make_outlet, make_question, make_story, make_topic

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
    at_the_listener = partial(tell_search_engines, endpoint=f"{listener.address}/indexnow")
    monkeypatch.setattr("stories.tasks.tell_search_engines", at_the_listener)
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
    revisions.record(story, by=editor)
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


def test_what_is_published_is_announced_once_it_is(editor, announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(make_story(), by=editor)
        assert waiting() == []
    assert {path for path, _ in waiting()} == {"stories.tasks.announce_to_hub", "stories.tasks.announce_to_engines"}


def test_what_waits_for_its_time_is_announced_then_and_what_was_cancelled_never(
    editor, announced, django_capture_on_commit_callbacks, set_time
):
    story, time = make_story(), clock.now() + timedelta(days=2)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.schedule(story, by=editor, at=time)
    assert {after for _, after in waiting()} == {time}
    edition = edition_of(story)
    assert announce_to_engines.func(edition.pk) == 0
    publishing.cancel(edition, by=editor)
    set_time.go(days=3)
    assert announce_to_engines.func(edition.pk) == 0
    assert announced.told == []


def test_a_withdrawal_is_announced_too(editor, announced, django_capture_on_commit_callbacks):
    story = make_story(topics=(make_topic(slug="pier"),))
    publishing.publish(story, by=editor)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.withdraw(story, by=editor, notice="Taken back.")
    assert len(waiting()) == 2
    assert announce_to_engines.func(edition_of(story).pk) == 1
    announce_to_hub.func(edition_of(story).pk)
    assert "http://testserver/topics/pier/feed.atom" in parse_qs(announced.told[-1][1])["hub.url"]


def test_where_nobody_is_to_be_told_nothing_is_done(editor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(make_story(), by=editor)
    assert waiting() == []


def test_a_hub_that_refuses_is_a_failure_that_is_tried_again(announced):
    announced.status = 503
    with pytest.raises(OSError, match="503"):
        tell_hub(f"{announced.address}/hub", ["http://testserver/feeds/stories.atom"])
