"""A real streaming replica: reports and backups read it while it keeps up, and nothing else ever does."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from newsroom.db.pooler import direct_config
from newsroom.db.statements import PreparedQuery
from newsroom.operations import replica as operations
from newsroom.operations.backup import postgresql
from newsroom.operations.backup.manifest import find_newest, read_manifest
from newsroom.operations.replica import Report, using_replica
from stories import publishing
from stories.models import Edition
from tests.backups import Site, make_site
from tests.conftest import signed_in
from tests.databases import direct_url
from tests.factories import make_published_story, make_topic, make_update, make_user
from tests.newsroom.operations.test_doctor import diagnose
from tests.postgresql.replica_server import Replica
from topics.models import Topic

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

INSTEAD = "The primary database was read instead."


@pytest.fixture(scope="module")
def server(django_db_setup) -> Iterator[Replica]:
    server = Replica()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def replica(server: Replica, settings) -> Iterator[Replica]:
    """Return a replica that keeps up."""
    settings.DATABASE_REPLICA_URL = server.url
    yield server
    if server._process is None:
        server.start()
    server.delay(0)


@pytest.fixture
def late_replica(replica: Replica, monkeypatch) -> Replica:
    """Return a replica that is a minute late. It is refused after a second, so that no test waits longer."""
    monkeypatch.setattr(operations, "MAX_LAG", timedelta(seconds=1))
    monkeypatch.setattr(operations, "_CATCH_UP", timedelta(seconds=1.2))
    make_topic(slug="the-last-that-the-replica-shows")
    write_log()
    assert slugs() == Report({"the-last-that-the-replica-shows"})
    replica.delay(60)
    return replica


def write_log() -> None:
    """Flush the primary's log, because the server of the tests writes commits to it with a delay."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'tests', '')")


@using_replica
def is_on_replica() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return bool(cursor.fetchone()[0])


@using_replica
def slugs() -> set[str]:
    return set(Topic.objects.values_list("slug", flat=True).iterator())


def test_a_report_reads_the_replica(replica):
    make_topic(slug="pier")
    write_log()
    assert slugs() == Report({"pier"})
    prepared = PreparedQuery(lambda slug: Topic.objects.filter(slug=slug).values_list("slug"))
    assert using_replica(prepared.__call__)(slug="pier") == Report([("pier",)])
    assert is_on_replica() == Report(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (False,)


def test_a_report_cannot_write(replica):
    with pytest.raises(InternalError, match="read-only transaction"):
        using_replica(make_topic)()
    assert not Topic.objects.exists()
    make_topic()


def test_without_a_replica_a_report_reads_the_primary():
    assert is_on_replica() == Report(False)


def test_a_late_replica_is_refused_and_the_report_says_so(late_replica):
    make_topic(slug="pier")
    write_log()
    report = slugs()
    assert report.content == {"the-last-that-the-replica-shows", "pier"}
    assert re.fullmatch(rf"The replica is up to \d+ s behind\. {INSTEAD}", report.remark)
    [(level, words)] = diagnose("replica")
    assert level == "warning"
    assert re.match(r"The replica is up to \d+ s behind\. Reports and backups read the primary\.", words)


def test_an_export_from_the_primary_says_so_on_the_next_screen(late_replica):
    desk = signed_in(make_user(role="Administrator"))
    make_topic(slug="pier")
    write_log()
    for address in (reverse("admin:record_event_export"), "/admin/topics/topic/table/csv/"):
        assert b"".join(desk.get(address)).startswith(b"\xef\xbb\xbf")
        page = desk.get("/admin/topics/topic/").text
        assert f"s behind. {INSTEAD}" in page


def test_a_replica_that_is_a_minute_late_changes_no_page(late_replica, settings):
    editor = make_user()
    story = make_published_story(by=editor, slug="pier", headline="Why the old pier is closed to lorries")
    addresses = ["/", "/stories/", "/stories/pier/", "/feeds/stories.atom", "/sitemap.xml", "/search/?q=pier"]
    reader, desk = Client(), signed_in(editor)
    for headline in ("Why the new pier is closed to lorries", "Why both piers are closed to lorries"):
        story.headline = headline
        story.save()
        publishing.publish(story, by=editor, change=make_update("Who may drive there."))
        for address in addresses[:4]:
            assert headline in reader.get(address).text, address
        assert headline in desk.get("/admin/stories/story/").text
        pages = [reader.get(address).content for address in addresses]
        settings.DATABASE_REPLICA_URL = ""
        assert [reader.get(address).content for address in addresses] == pages
        settings.DATABASE_REPLICA_URL = late_replica.url
    with psycopg.connect(late_replica.url) as other:
        assert other.execute("SELECT count(*) FROM stories_edition").fetchone() == (0,)
    assert Edition.objects.count() == 3


def test_a_replica_that_does_not_answer_keeps_nobody_waiting(replica):
    replica.stop()
    began = monotonic()
    report = is_on_replica()
    assert report.content is False
    assert report.remark.startswith("The replica does not answer: ")
    connection.close()
    assert Topic.objects.count() == 0  # a new connection to the primary is opened at once
    assert monotonic() - began < operations.MAX_LAG.total_seconds()
    assert diagnose("replica")[0][1].startswith("The replica does not answer: ")


def test_a_server_that_is_no_replica_is_refused(replica, settings):
    settings.DATABASE_REPLICA_URL = direct_url()
    assert is_on_replica().remark == f"DATABASE_REPLICA_URL names no replica of this database. {INSTEAD}"


def test_a_query_that_the_replica_ends_is_repeated_on_the_primary(replica):
    @using_replica
    def count_topics() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery() AND pg_cancel_backend(pg_backend_pid()), pg_sleep(0.1)")
        return Topic.objects.count()

    make_topic()
    assert count_topics() == Report(1, f"The replica ended the report. {INSTEAD}")


@pytest.fixture
def dumped_hosts(monkeypatch) -> list[str]:
    """Return a list that gets the folder of each server that is dumped."""
    hosts, dump = [], postgresql.dump

    def record(config, *args, **kwargs):
        hosts.append(str(config["HOST"]))
        dump(config, *args, **kwargs)

    monkeypatch.setattr(postgresql, "dump", record)
    return hosts


def back_up(site: Site) -> tuple[dict[str, Any], str]:
    out, errors = StringIO(), StringIO()
    call_command("backup", "create", str(site.store.root), "--quick", "--json", stdout=out, stderr=errors)
    return json.loads(out.getvalue()), errors.getvalue()


def test_a_backup_reads_a_replica_that_has_every_save(replica, dumped_hosts, tmp_path):
    site = make_site(tmp_path)
    write_log()
    made, errors = back_up(site)
    assert (made["remark"], errors) == ("", "")
    assert dumped_hosts == [str(replica.folder)]
    counts = read_manifest(site.store, find_newest(site.store)).counts
    assert counts["stories_edition"] == Edition.objects.count()


def test_a_backup_reads_the_primary_if_the_replica_is_late(late_replica, dumped_hosts, tmp_path):
    site = make_site(tmp_path)
    write_log()
    made, errors = back_up(site)
    assert made["remark"] == f"The replica is more than 1 s behind. {INSTEAD}"
    assert errors == f"{made['remark']}\n"
    assert dumped_hosts == [direct_config()["HOST"]]
    assert read_manifest(site.store, find_newest(site.store)).counts["stories_edition"] == Edition.objects.count()


def test_the_doctor_finds_nothing_wrong_with_a_replica_that_keeps_up(replica, settings):
    assert diagnose("replica") == [("ok", "The replica answers, and is not behind.")]
    settings.DATABASE_REPLICA_URL = ""
    assert diagnose("replica") == [("ok", "The site has no replica.")]
