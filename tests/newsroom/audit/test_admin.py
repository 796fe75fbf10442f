"""The screens of the whole log: sentences, filters and the table to take along."""

import csv
from datetime import UTC, datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse

from newsroom.audit.models import Event
from tests.factories import make_story, make_topic, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/record/event/"


@pytest.fixture
def reader(client):
    client.force_login(make_user(role="Administrator"))
    return client


def make_event(**fields) -> Event:
    return Event.objects.create(**{"kind": "topic", "uid": uuid4(), "verb": "changed", **fields})


def listed(client, query: str = "") -> list[int]:
    return [event.pk for event in client.get(LIST + query).context["cl"].result_list]


def table(client, query: str = "") -> list[list[str]]:
    response = client.get(reverse("admin:record_event_export") + query)
    assert response.streaming
    return list(csv.reader(StringIO(b"".join(response).decode("utf-8-sig"), newline="")))


def test_an_event_says_on_the_day_s_clock_when_it_happened(reader):
    event = make_event(uid=make_topic().uid, verb="merged", at=datetime(2026, 11, 9, 15, 40, tzinfo=UTC))
    assert "9 Nov 2026, 15:40" in reader.get(LIST).rendered_content
    assert "9 November 2026, 15:40" in reader.get(f"{LIST}{event.pk}/change/").rendered_content


def test_the_list_tells_in_sentences_and_leads_to_what_they_are_about(reader):
    topic = make_topic(name="Port Lisle")
    make_event(uid=topic.uid, by_name="Ana Kestrel", before={"name": "Lisle"}, after={"name": "Port Lisle"})
    page = reader.get(LIST).rendered_content
    assert "Ana Kestrel changed name" in page
    assert f'Topic: <a href="{reverse("admin:topics_topic_change", args=[topic.pk])}">Port Lisle</a>' in page


def test_of_what_is_gone_the_list_says_so(reader):
    make_event()
    make_event(kind="check", verb="level set", after={"check": "links.https", "level": "warning"})
    page = reader.get(LIST).rendered_content
    assert "A topic that is gone" in page
    assert "A check that is gone" not in page
    assert "made the check links.https a warning" in page


def test_it_is_narrowed_by_kind_verb_person_and_words_of_the_reason(reader):
    person = make_user()
    one = make_event(kind="story", verb="returned", by=person, by_name=str(person), reason="Who weighed the lorries?")
    make_event()
    for query in ("?kind=story", "?verb=returned", f"?by__id__exact={person.pk}", "?q=weighed"):
        assert listed(reader, query) == [one.pk]


def test_it_is_narrowed_to_days_both_of_which_count(reader):
    days = [make_event(at=datetime(2026, 11, day, 12, tzinfo=UTC)).pk for day in (9, 10, 11)]
    assert listed(reader, "?from=2026-11-10") == [days[2], days[1]]
    assert listed(reader, "?from=2026-11-09&to=2026-11-10") == [days[1], days[0]]
    assert len(listed(reader, "?to=the+other+day&from=9999-99-99")) == 3


def test_days_keep_what_else_was_asked_for(reader):
    make_event()
    page = reader.get(f"{LIST}?kind=topic&q=&from=2026-01-01").rendered_content
    assert '<input type="hidden" name="kind" value="topic">' in page
    assert '<input type="date" id="days-from" name="from" value="2026-01-01">' in page


def test_the_list_costs_no_more_queries_when_it_is_longer(reader, django_assert_num_queries):
    make_event(uid=make_topic().uid)
    make_event(kind="story", uid=make_story().uid)
    with django_assert_num_queries(12):
        reader.get(LIST)
    for _ in range(5):
        make_event(uid=make_topic().uid)
        make_event(kind="story", uid=make_story().uid)
    with django_assert_num_queries(12):
        reader.get(LIST)


def test_the_table_holds_what_the_list_shows_under_the_same_filters(reader):
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
    headings, row = table(reader, "?kind=topic")
    assert dict(zip(headings, row, strict=True)) == {
        "at": "2026-11-09T15:40:00+00:00",
        "person": "Ana Kestrel",
        "verb": "changed",
        "kind": "topic",
        "thing": "Port Lisle",
        "uid": str(topic.uid),
        "sentence": "Ana Kestrel changed name",
        "reason": "The map says so.",
        "before": '{"name": "Lisle"}',
        "after": '{"name": "Port Lisle"}',
    }


@pytest.mark.parametrize("reason", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_cell_of_the_table_is_a_formula(reader, reason):
    make_event(reason=reason)
    assert table(reader)[1][7] == f"'{reason}"


def test_the_table_begins_with_the_mark_by_which_spreadsheets_know_its_encoding(reader):
    make_event(reason="Ħarbour")
    response = reader.get(reverse("admin:record_event_export"))
    assert b"".join(response).startswith(b"\xef\xbb\xbfat,person,")
    assert response.headers["Content-Disposition"] == 'attachment; filename="record.csv"'


def test_a_long_table_finds_what_it_is_about_in_batches(reader, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("newsroom.audit.csv_export.BATCH", 10)
    for _ in range(30):
        make_event(uid=make_topic().uid)
    with django_assert_max_num_queries(20):
        assert len(table(reader)) == 31


def test_a_filter_that_is_none_leads_back_to_the_list(reader):
    for _ in range(2):
        make_event(by=make_user())
    assert reader.get(reverse("admin:record_event_export") + "?by__id__exact=nobody").status_code == 302


def test_nobody_but_administrators_takes_the_table(client):
    client.force_login(make_user(role="Editor"))
    assert client.get(reverse("admin:record_event_export")).status_code == 403
