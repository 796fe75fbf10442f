"""The screens of the audit log: sentences, filters and the CSV export."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse

from newsroom.accounts.models import Contributor
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.track_changes import kind_of
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from tests.factories import make_published_story, make_story, make_topic, make_update, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/record/event/"


@pytest.fixture
def admin_client(client):
    client.force_login(make_user(role="Administrator"))
    return client


def make_event(**fields) -> Event:
    return Event.objects.create(**{"kind": "topic", "uid": uuid4(), "verb": "changed", **fields})


def list_entries(client, query: str = "") -> list[int]:
    return [event.pk for event in client.get(LIST + query).context["cl"].result_list]


def export_rows(client, query: str = "") -> list[list[str]]:
    response = client.get(reverse("admin:record_event_export") + query)
    assert response.streaming
    return list(csv.reader(StringIO(b"".join(response).decode("utf-8-sig"), newline="")))


def test_an_entry_shows_its_date_and_time(admin_client):
    event = make_event(uid=make_topic().uid, verb="merged", at=datetime(2026, 11, 9, 15, 40, tzinfo=UTC))
    assert "9 Nov 2026, 15:40" in admin_client.get(LIST).rendered_content
    assert "9 November 2026, 15:40" in admin_client.get(f"{LIST}{event.pk}/change/").rendered_content


def test_the_list_shows_sentences_and_links_to_objects(admin_client):
    topic = make_topic(name="Port Lisle")
    event = make_event(uid=topic.uid, by_name="Ana Kestrel", before={"name": "Lisle"}, after={"name": "Port Lisle"})
    page = admin_client.get(LIST).rendered_content
    assert format_entry(event) in page
    assert f'<a href="{reverse("admin:topics_topic_change", args=[topic.pk])}">Port Lisle</a>' in page


def test_an_entry_has_the_present_name_of_a_model_that_was_renamed(admin_client):
    byline = Contributor.objects.create(name="Ana Kestrel")
    event = make_event(kind=kind_of(byline), uid=byline.uid)
    assert event.kind == "contributor"
    page = admin_client.get(LIST).rendered_content
    assert f'Byline: <a href="{reverse("admin:accounts_contributor_change", args=[byline.pk])}">Ana Kestrel</a>' in page
    assert '<a href="?kind=contributor">Byline' in page
    assert "Kind: byline." in admin_client.get(f"{LIST}{event.pk}/change/").rendered_content


def test_the_list_says_that_an_object_is_gone(admin_client):
    make_event()
    event = make_event(kind="check", verb="level set", after={"check": "links.https", "level": "warning"})
    page = admin_client.get(LIST).rendered_content
    assert "Deleted topic" in page
    assert "Deleted check" not in page
    assert format_entry(event) in page


def test_the_list_can_be_filtered_by_kind_verb_person_and_reason(admin_client):
    person = make_user()
    one = make_event(kind="story", verb="returned", by=person, by_name=str(person), reason="Who weighed the lorries?")
    make_event()
    for query in ("?kind=story", "?verb=returned", f"?by__id__exact={person.pk}", "?q=weighed"):
        assert list_entries(admin_client, query) == [one.pk]


def test_the_list_can_be_filtered_by_a_range_of_days(admin_client):
    days = [make_event(at=datetime(2026, 11, day, 12, tzinfo=UTC)).pk for day in (9, 10, 11)]
    assert list_entries(admin_client, "?from=2026-11-10") == [days[2], days[1]]
    assert list_entries(admin_client, "?from=2026-11-09&to=2026-11-10") == [days[1], days[0]]
    assert len(list_entries(admin_client, "?to=the+other+day&from=9999-99-99")) == 3


def test_the_date_filter_keeps_the_other_parameters(admin_client):
    make_event()
    page = admin_client.get(f"{LIST}?kind=topic&q=&from=2026-01-01").rendered_content
    assert '<input type="hidden" name="kind" value="topic">' in page
    assert '<input type="date" id="days-from" name="from" value="2026-01-01">' in page


def test_a_longer_list_costs_no_more_queries(admin_client, django_assert_num_queries):
    make_event(uid=make_topic().uid)
    make_event(kind="story", uid=make_story().uid)
    with django_assert_num_queries(13):
        admin_client.get(LIST)
    for _ in range(5):
        make_event(uid=make_topic().uid)
        make_event(kind="story", uid=make_story().uid)
    with django_assert_num_queries(13):
        admin_client.get(LIST)


def test_the_export_has_the_rows_of_the_filtered_list(admin_client):
    topic = make_topic(name="Port Lisle")
    make_event(
        uid=topic.uid,
        by_name="Ana Kestrel",
        at=datetime(2026, 11, 9, 15, 40, tzinfo=UTC),
        before={"name": "Lisle"},
        after={"name": "Port Lisle"},
        reason="The map says so.",
    )
    make_event(kind="story", verb="binned")
    headings, row = export_rows(admin_client, "?kind=topic")
    assert dict(zip(headings, row, strict=True)) == {
        "at": "2026-11-09T15:40:00+00:00",
        "person": "Ana Kestrel",
        "verb": "changed",
        "kind": "topic",
        "thing": "Port Lisle",
        "uid": str(topic.uid),
        "sentence": "Ana Kestrel changed “name”",
        "reason": "The map says so.",
        "before": '{"name": "Lisle"}',
        "after": '{"name": "Port Lisle"}',
    }


@pytest.mark.parametrize("reason", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_cell_of_the_export_is_a_formula(admin_client, reason):
    make_event(reason=reason)
    assert export_rows(admin_client)[1][7] == f"'{reason}"


def test_the_export_begins_with_a_byte_order_mark(admin_client):
    make_event(reason="Ħarbour")
    response = admin_client.get(reverse("admin:record_event_export"))
    assert b"".join(response).startswith(b"\xef\xbb\xbfat,person,")
    assert response.headers["Content-Disposition"] == 'attachment; filename="record.csv"'


def test_a_long_export_finds_objects_in_batches(admin_client, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("newsroom.audit.csv_export.BATCH_SIZE", 10)
    for _ in range(30):
        make_event(uid=make_topic().uid)
    with django_assert_max_num_queries(20):
        assert len(export_rows(admin_client)) == 31


def test_an_invalid_filter_redirects_to_the_list(admin_client):
    for _ in range(2):
        make_event(by=make_user())
    assert admin_client.get(reverse("admin:record_event_export") + "?by__id__exact=nobody").status_code == 302


def test_only_administrators_can_export(client):
    client.force_login(make_user(role="Editor"))
    assert client.get(reverse("admin:record_event_export")).status_code == 403


def test_entries_name_an_edition_by_its_number_of_today(admin_client, editor):
    story = make_published_story(by=editor)
    story.sections.filter(kind="behind").update(text="The pier was built in nine years.")
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=1), change=make_update())
    cancelled = story.editions.latest("number")
    publishing.cancel_schedule(cancelled, by=editor)
    live = publishing.publish(story, by=editor, change=make_update())
    assert live.number == 3
    after = {"edition": live.number, "label": "1.1"}  # as an earlier release numbered it
    old = make_event(kind="story", uid=story.uid, verb="published", after=after)
    gone = make_event(kind="story", uid=uuid4(), verb="published", after=after)
    rows = {row[5]: row[6] for row in export_rows(admin_client) if row[2] == "published"}
    assert rows[str(gone.uid)].endswith("published edition 1.1")
    (entry,) = [each for each in admin_client.get(LIST).context["cl"].result_list if each.pk == old.pk]
    assert format_entry(entry).endswith("published edition 2")
    page = admin_client.get(reverse("admin:stories_story_audit_log", args=[story.pk]))
    assert [each.sentence for each in page.context["entries"] if each.event.pk == old.pk] == [format_entry(entry)]
