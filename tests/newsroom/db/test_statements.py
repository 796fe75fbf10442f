"""Prepared statements return the same results as their QuerySets."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from newsroom.db.statements import (
    PreparedChange,
    PreparedCount,
    PreparedInsert,
    PreparedQuery,
    build_delete,
    build_update,
)
from newsroom.search.models import SearchDocument
from stories.editions.review_date import Freshness
from stories.models import Edition, Outlet, WorkKind
from tests.clocks import MONDAY
from tests.factories import edition_of, make_outlet, make_published_question, make_published_story, make_topic
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]
UNKNOWN = UUID(int=1)


def list_attributes(rows):
    return [{name: value for name, value in vars(row).items() if name != "_state"} for row in rows]


@pytest.mark.parametrize("length", [256, 257, 500])
def test_a_union_may_have_as_many_parts_as_the_database_accepts(length):
    outlet = make_outlet()

    def write(uids):
        parts = [Outlet.objects.filter(uid=uid).order_by() for uid in uids]
        return parts[0].union(*parts[1:], all=True).order_by()

    results = PreparedQuery(write)(uids=[outlet.uid, *(UUID(int=number) for number in range(1, length))])
    assert results == [outlet]


def test_rows_are_counted():
    outlets = [make_outlet() for _ in range(3)]
    count = PreparedCount(lambda uids: Outlet.objects.filter(uid__in=uids).order_by("name"))
    assert count(uids=[outlet.uid for outlet in outlets[1:]]) == 2
    assert count(uids=[UNKNOWN]) == 0


def test_without_possible_rows_the_count_takes_no_query(django_assert_num_queries):
    count = PreparedCount(lambda uids: Outlet.objects.filter(uid__in=uids))
    with django_assert_num_queries(0):
        assert count(uids=[]) == 0


def test_a_date_can_be_a_value():
    story = make_published_story()
    Freshness.objects.filter(uid=story.uid).delete()
    Freshness.objects.create(uid=story.uid, review_by=date(2026, 3, 2))
    count = PreparedCount(Freshness.objects.due)
    assert [count(day=date(2026, 3, day)) for day in (1, 2)] == [0, 1]


@pytest.mark.parametrize("length", [1, 2, 3, 8, 33])
def test_a_list_of_any_length_can_be_a_value(length):
    outlets = [make_outlet() for _ in range(length)]
    make_outlet()
    query = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).order_by("pk"))
    assert query(uids={outlet.uid for outlet in outlets}) == outlets
    assert query(uids=[UNKNOWN] * length) == []


def test_elements_that_are_read_are_separate_values():
    outlets = [make_outlet() for _ in range(5)]

    def write(uids, others):
        parts = [Outlet.objects.filter(uid=uid).exclude(uid__in=others).order_by() for uid in uids]
        return parts[0].union(*parts[1:]).order_by("pk")

    query = PreparedQuery(write)
    for length in (5, 1, 3, 2):
        uids = [outlet.uid for outlet in outlets[:length]]
        assert query(uids=uids, others=[UNKNOWN, outlets[0].uid]) == outlets[1:length]
        assert query(uids=uids, others=[UNKNOWN]) == outlets[:length]


def test_a_list_that_is_read_may_be_left_out():
    air, water = make_topic(name="Air"), make_topic(name="Water")

    def write(uids, names=None):
        topics = Topic.objects.filter(uid__in=uids).order_by("pk")
        return topics if names is None else topics.filter(Q(*(("name", name) for name in names), _connector=Q.OR))

    query = PreparedQuery(write)
    uids = [air.uid, water.uid]
    assert query(uids=uids, names=["Water", "Fire"]) == [water]
    assert query(uids=uids) == [air, water]


def test_a_query_that_cannot_have_rows_is_not_executed(django_assert_num_queries):
    make_outlet()
    query = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids))
    with django_assert_num_queries(0):
        assert query(uids=[]) == []


def test_every_column_is_read_as_the_queryset_reads_it(set_time):
    story = make_published_story(topics=[make_topic()], outlets=[make_outlet()])
    make_published_question()

    def write(uid, at):
        exists = Exists(Edition.objects.filter(uid=OuterRef("uid"), live_from__lte=at))
        return Edition.objects.live(at).filter(uid=uid).annotate(is_named=exists, answers=F("fragments__sections"))

    for at in (MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=400)):
        assert list_attributes(PreparedQuery(write)(uid=story.uid, at=at)) == list_attributes(write(story.uid, at))
    assert edition_of(story).fragments


def test_each_execution_uses_its_own_values(set_time):
    first, second = make_published_story(), make_published_story()
    query = PreparedQuery(lambda slug, at: Edition.objects.live(at).filter(slug=slug)[:1])
    assert [query(slug=story.slug, at=MONDAY) for story in (first, second, first)] == [
        [edition_of(first)],
        [edition_of(second)],
        [edition_of(first)],
    ]


def test_related_objects_are_selected_in_the_same_query():
    remaining = make_topic(name="Water")
    merged, alone = make_topic(name="Waters"), make_topic(name="Air")
    Topic.objects.filter(pk=merged.pk).update(merged_into=remaining)
    query = PreparedQuery(lambda uids: Topic.objects.filter(uid__in=uids).select_related("merged_into").order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        results = query(uids=[merged.uid, alone.uid])
        assert [topic.merged_into for topic in results] == [remaining, None]
    assert len(queries) == 1


def test_deferred_fields_cannot_be_fetched_later():
    topic = make_topic()
    query = PreparedQuery(lambda uid: Topic.objects.filter(uid=uid).only("name").fetch_mode(models.FETCH_RAISE))
    (result,) = query(uid=topic.uid)
    assert result.name == topic.name
    with pytest.raises(FieldFetchBlocked):
        result.description  # noqa: B018  # reading the field raises the error


def test_a_query_can_return_tuples_of_values():
    topic = make_topic()
    query = PreparedQuery(lambda uid, name: Topic.objects.filter(Q(uid=uid) | Q(name=name)).values_list("pk", "uid"))
    assert query(uid=topic.uid, name="nobody") == [(topic.pk, topic.uid)]


def test_values_are_never_interpreted_as_sql():
    make_topic(name="Water")
    query = PreparedQuery(lambda name: Topic.objects.filter(name=name))
    assert query(name="' OR 1 = 1 --") == []


def test_the_queryset_is_built_once():
    calls = []

    def write(name):
        calls.append(name)
        return Topic.objects.filter(name=name)

    query = PreparedQuery(write)
    for name in ("Air", "Water"):
        query(name=name)
    assert len(calls) == 1


def test_the_queryset_is_built_once_for_lists_of_all_lengths():
    calls = []

    def write(names):
        calls.append(names)
        return Topic.objects.filter(name__in=names)

    query = PreparedQuery(write)
    for length in (1, 2, 7):
        query(names=["Air"] * length)
    assert len(calls) == 1


def test_an_update_changes_the_given_rows_and_no_others():
    air, water, fire = make_topic(), make_topic(), make_topic()
    describe = PreparedChange(lambda keys, words: build_update(Topic.objects.filter(pk__in=keys), description=words))
    assert describe(keys=[air.pk, water.pk, 0], words="It's all around.") == 2
    assert describe(keys=[fire.pk], words="Hot.") == 1
    assert dict(Topic.objects.values_list("pk", "description")) == {
        air.pk: "It's all around.",
        water.pk: "It's all around.",
        fire.pk: "Hot.",
    }


def test_times_are_stored_with_full_precision():
    edition = edition_of(make_published_story())
    at = MONDAY + timedelta(days=400, microseconds=7)
    end = PreparedChange(lambda keys, at: build_update(Edition.objects.filter(pk__in=keys), live_until=at))
    assert end(keys=[edition.pk], at=at) == 1
    assert Edition.objects.get(pk=edition.pk).live_until == at


def test_a_deletion_deletes_the_given_rows_and_no_others():
    air, water = make_topic(), make_topic()
    delete_topics = PreparedChange(lambda keys: build_delete(Topic.objects.filter(pk__in=keys)))
    assert delete_topics(keys=[air.pk]) == 1
    assert delete_topics(keys=[air.pk]) == 0
    assert list(Topic.objects.all()) == [water]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_an_insertion_stores_the_same_rows_as_the_model(length):
    fields = ("id", "kind", "uid", "edition", "language", "live_from", "live_until")
    insert = PreparedInsert(SearchDocument, *fields)
    rows = [
        (
            number,
            WorkKind.STORY,
            UUID(int=number),
            None if number % 2 else number,
            "en'“",
            MONDAY,
            MONDAY + timedelta(microseconds=number),
        )
        for number in range(1, length + 1)
    ]
    with CaptureQueriesContext(connection) as queries:
        insert(rows)
    assert len(queries) == 1
    inserted = list_attributes(SearchDocument.objects.order_by("pk"))
    SearchDocument.objects.all().delete()
    SearchDocument.objects.bulk_create(SearchDocument(**dict(zip(fields, row, strict=True))) for row in rows)
    assert inserted == list_attributes(SearchDocument.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        insert([])
    assert len(queries) == 0
