"""Questions whose SQL is written once are answered as their QuerySets are."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from newsroom.db.statements import PreparedChange, PreparedInsert, PreparedQuery, build_delete, build_update
from newsroom.search.models import SearchDocument
from stories.models import Edition, Outlet, WorkKind
from tests.clocks import MONDAY
from tests.factories import edition_of, make_outlet, make_published_question, make_published_story, make_topic
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]
UNKNOWN = UUID(int=1)


def everything_of(rows):
    return [{name: value for name, value in vars(row).items() if name != "_state"} for row in rows]


@pytest.mark.parametrize("length", [256, 257, 500])
def test_as_many_parts_are_joined_as_the_database_takes(length):
    outlet = make_outlet()

    def write(uids):
        each = [Outlet.objects.filter(uid=uid).order_by() for uid in uids]
        return each[0].union(*each[1:], all=True).order_by()

    found = PreparedQuery(write)(uids=[outlet.uid, *(UUID(int=number) for number in range(1, length))])
    assert found == [outlet]


@pytest.mark.parametrize("length", [1, 2, 3, 8, 33])
def test_a_list_of_any_length_finds_what_it_names(length):
    outlets = [make_outlet() for _ in range(length)]
    make_outlet()
    ask = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids).order_by("pk"))
    assert ask(uids={outlet.uid for outlet in outlets}) == outlets
    assert ask(uids=[UNKNOWN] * length) == []


def test_what_nothing_can_answer_is_not_asked(django_assert_num_queries):
    make_outlet()
    ask = PreparedQuery(lambda uids: Outlet.objects.filter(uid__in=uids))
    with django_assert_num_queries(0):
        assert ask(uids=[]) == []


def test_every_column_is_read_as_its_queryset_reads_it(set_time):
    story = make_published_story(topics=[make_topic()], outlets=[make_outlet()])
    make_published_question()

    def write(uid, at):
        named = Exists(Edition.objects.filter(uid=OuterRef("uid"), live_from__lte=at))
        return Edition.objects.live(at).filter(uid=uid).annotate(is_named=named, answers=F("fragments__sections"))

    for at in (MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=400)):
        assert everything_of(PreparedQuery(write)(uid=story.uid, at=at)) == everything_of(write(story.uid, at))
    assert edition_of(story).fragments


def test_values_are_those_of_each_time_it_is_asked(set_time):
    first, second = make_published_story(), make_published_story()
    ask = PreparedQuery(lambda slug, at: Edition.objects.live(at).filter(slug=slug)[:1])
    assert [ask(slug=story.slug, at=MONDAY) for story in (first, second, first)] == [
        [edition_of(first)],
        [edition_of(second)],
        [edition_of(first)],
    ]


def test_what_is_related_comes_along():
    kept = make_topic(name="Water")
    merged, alone = make_topic(name="Waters"), make_topic(name="Air")
    Topic.objects.filter(pk=merged.pk).update(merged_into=kept)
    ask = PreparedQuery(lambda uids: Topic.objects.filter(uid__in=uids).select_related("merged_into").order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        found = ask(uids=[merged.uid, alone.uid])
        assert [topic.merged_into for topic in found] == [kept, None]
    assert len(queries) == 1


def test_what_is_left_out_stays_out_of_reach():
    topic = make_topic()
    ask = PreparedQuery(lambda uid: Topic.objects.filter(uid=uid).only("name").fetch_mode(models.FETCH_RAISE))
    (found,) = ask(uid=topic.uid)
    assert found.name == topic.name
    with pytest.raises(FieldFetchBlocked):
        found.description  # noqa: B018  # reading it is what is refused


def test_values_can_be_asked_for_alone():
    topic = make_topic()
    ask = PreparedQuery(lambda uid, name: Topic.objects.filter(Q(uid=uid) | Q(name=name)).values_list("pk", "uid"))
    assert ask(uid=topic.uid, name="nobody") == [(topic.pk, topic.uid)]


def test_words_are_never_taken_for_sql():
    make_topic(name="Water")
    ask = PreparedQuery(lambda name: Topic.objects.filter(name=name))
    assert ask(name="' OR 1 = 1 --") == []


def test_the_queryset_is_written_once():
    written = []

    def write(name):
        written.append(name)
        return Topic.objects.filter(name=name)

    ask = PreparedQuery(write)
    for name in ("Air", "Water"):
        ask(name=name)
    assert len(written) == 1


def test_rows_are_changed_as_their_queryset_would_change_them_and_no_others():
    air, water, fire = make_topic(), make_topic(), make_topic()
    describe = PreparedChange(lambda keys, words: build_update(Topic.objects.filter(pk__in=keys), description=words))
    assert describe(keys=[air.pk, water.pk, 0], words="It's all around.") == 2
    assert describe(keys=[fire.pk], words="Hot.") == 1
    assert dict(Topic.objects.values_list("pk", "description")) == {
        air.pk: "It's all around.",
        water.pk: "It's all around.",
        fire.pk: "Hot.",
    }


def test_moments_are_written_as_the_database_keeps_them():
    edition = edition_of(make_published_story())
    at = MONDAY + timedelta(days=400, microseconds=7)
    end = PreparedChange(lambda keys, at: build_update(Edition.objects.filter(pk__in=keys), live_until=at))
    assert end(keys=[edition.pk], at=at) == 1
    assert Edition.objects.get(pk=edition.pk).live_until == at


def test_rows_are_deleted_and_no_others():
    air, water = make_topic(), make_topic()
    forget = PreparedChange(lambda keys: build_delete(Topic.objects.filter(pk__in=keys)))
    assert forget(keys=[air.pk]) == 1
    assert forget(keys=[air.pk]) == 0
    assert list(Topic.objects.all()) == [water]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_rows_are_inserted_as_their_model_would_insert_them(length):
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
    with CaptureQueriesContext(connection) as asked:
        insert(rows)
    assert len(asked) == 1
    inserted = everything_of(SearchDocument.objects.order_by("pk"))
    SearchDocument.objects.all().delete()
    SearchDocument.objects.bulk_create(SearchDocument(**dict(zip(fields, row, strict=True))) for row in rows)
    assert inserted == everything_of(SearchDocument.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as asked:
        insert([])
    assert len(asked) == 0
