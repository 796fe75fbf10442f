"""Answers that expire are listed by day, and many are renewed at once, question by question."""

from datetime import date, timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, BulkState, Edition, EditionAnswer
from stories.publishing.renew_answers import AnswerDates
from stories.workflow import bulk, renewals
from stories.workflow.renewals import Counts, Filters
from tests.clocks import MONDAY
from tests.factories import edition_of, make_published_story, make_question, make_topic, make_update, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TODAY = MONDAY.date()
DAY = timedelta(days=1)
NEW = AnswerDates(TODAY, TODAY + 14 * DAY)


@pytest.fixture(autouse=True)
def _set_monday(set_time):
    return set_time


def make_expiring(*days: date, editor, set_time, **fields) -> FAQ:
    """Make a live question with an answer that expires on each of these days."""
    now = set_time()
    set_time.go(days=-60)
    faq = make_question(answers=len(days), **fields)
    for answer, day in zip(faq.answers.order_by("position"), days, strict=True):
        answer.as_of, answer.expires_on = TODAY - 70 * DAY, day
        answer.save()
    revisions.record_revision(faq, by=editor)
    publishing.publish(faq, by=editor)
    set_time.go(to=now)
    return faq


def list_keys(filters=None, **options):
    page = renewals.load_page(filters or Filters(), at=MONDAY, **options)
    return [(each.edition.title, each.expires_on) for each in page.answers]


def test_live_answers_are_listed_by_day_with_what_readers_see(editor, set_time, django_assert_num_queries):
    owner = make_user(first_name="Ana", last_name="Kestrel")
    first = make_expiring(TODAY - DAY, TODAY + 9 * DAY, editor=editor, set_time=set_time, owner=owner)
    second = make_expiring(TODAY, editor=editor, set_time=set_time)
    make_published_story(by=editor, questions=(first,))
    make_question()  # a draft is in no list
    with django_assert_num_queries(3):
        page = renewals.load_page(Filters(), at=MONDAY)
    assert [day for day, _ in page.days] == [TODAY - DAY, TODAY, TODAY + 9 * DAY]
    expired, today, _ = page.answers
    question = first.answers.order_by("position")[0].question
    assert (expired.edition.title, today.edition.title) == (first.question, second.question)
    assert expired.details == f"“{question}” · {owner} · asked in 1 story · Readers see “May have changed”"
    assert today.details == f"“{second.answers.get().question}” · no owner"


def test_each_count_opens_the_answers_that_it_counts(editor, set_time):
    owner = make_user()
    make_expiring(TODAY - DAY, TODAY + 7 * DAY, TODAY + 8 * DAY, editor=editor, set_time=set_time)
    make_expiring(TODAY - 9 * DAY, TODAY, editor=editor, set_time=set_time, owner=owner)
    assert renewals.count_due(at=MONDAY) == Counts(expired=2, week=2, no_owner=2)
    assert len(list_keys(Filters(when="expired"))) == 2
    assert len(list_keys(Filters(when="week"))) == 2
    assert len(list_keys(Filters(when="due", owner=0))) == 2
    assert len(list_keys()) == 5


def test_the_list_is_filtered_by_owner_topic_and_language(editor, set_time):
    owner, topic = make_user(), make_topic()
    mine = make_expiring(TODAY, editor=editor, set_time=set_time, owner=owner, topics=(topic,))
    spanish = make_expiring(TODAY, editor=editor, set_time=set_time, language="es")
    assert list_keys(Filters(owner=owner.pk)) == [(mine.question, TODAY)]
    assert list_keys(Filters(topic=topic.pk)) == [(mine.question, TODAY)]
    assert list_keys(Filters(language="es")) == [(spanish.question, TODAY)]
    assert list(renewals.list_owners(at=MONDAY)) == [owner]
    assert list(renewals.list_topics(at=MONDAY)) == [topic]


def test_a_long_list_continues_where_the_page_before_ended(editor, set_time):
    make_expiring(*[TODAY + number * DAY for number in (1, 1, 1, 2)], editor=editor, set_time=set_time)
    first = renewals.load_page(Filters(), at=MONDAY, limit=2)
    second = renewals.load_page(Filters(), at=MONDAY, limit=2, after=first.after)
    assert len({each.key for each in (*first.answers, *second.answers)}) == 4
    assert (second.after, renewals.load_page(Filters(), at=MONDAY, after="nonsense").answers[0].key) == (
        "", first.answers[0].key,
    )  # fmt: skip


def test_keys_that_name_nothing_are_left_out(editor, set_time):
    make_expiring(TODAY, editor=editor, set_time=set_time)
    key = renewals.load_page(Filters(), at=MONDAY).answers[0].key
    found = renewals.find_answers(["", "x.y", "1.y", f"{'9' * 30}.z", key], at=MONDAY)
    assert [each.key for each in found] == [key]


def renewals_of(*works):
    return {
        work.pk: (edition_of(work).pk, dict.fromkeys(work.answers.values_list("uid", flat=True), NEW)) for work in works
    }


def change_answer(faq, editor):
    faq.answers.filter(pk=faq.answers.order_by("position")[0].pk).update(text="The board signs it since Sunday.")
    revisions.record_revision(faq, by=editor)
    publishing.publish(faq, by=editor, change=make_update())


def test_many_are_renewed_and_those_that_changed_are_named(editor, set_time):
    works = [make_expiring(TODAY, TODAY, editor=editor, set_time=set_time) for _ in range(3)]
    chosen = renewals_of(*works)
    change_answer(works[1], editor)
    set_time.go(hours=1)
    run = renewals.renew_many(chosen, by=editor, at=set_time())
    question = works[1].answers.order_by("position")[0].question
    assert renewals.describe_run(run) == (
        f"4 answers renewed. 2 were not: “{question}” changed since you opened this list. Read it again."
    )
    assert run.ended_at == set_time()
    assert [edition_of(work).change for work in works] == ["minor", "update", "minor"]


def test_a_worker_renews_what_does_not_fit_into_one_request(editor, set_time, monkeypatch):
    monkeypatch.setattr(renewals, "MAX_AT_ONCE", 1)
    works = [make_expiring(TODAY, editor=editor, set_time=set_time) for _ in range(2)]
    run = renewals.renew_many(renewals_of(*works), by=editor, at=set_time())
    assert (run.ended_at, renewals.describe_run(run)) == (None, "1 answer renewed. 1 to go.")
    bulk.work_through.func(run.pk)
    run.refresh_from_db()
    assert (run.ended_at, renewals.describe_run(run)) == (set_time(), "2 answers renewed.")


def test_only_those_who_may_publish_renew_many(editor, set_time):
    faq = make_expiring(TODAY, editor=editor, set_time=set_time)
    with pytest.raises(NotAllowedError):
        renewals.renew_many(renewals_of(faq), by=make_user(role="Writer"), at=MONDAY)
    assert edition_of(faq).number == 1


@pytest.mark.audit
def test_200_answers_of_80_questions_need_one_edition_and_one_transaction_for_each_question(editor, set_time):
    set_time.go(days=-60)
    works = [make_question(answers=3 if number < 40 else 2) for number in range(80)]
    for work in works:
        work.answers.update(as_of=TODAY - 70 * DAY, expires_on=TODAY)
        revisions.record_revision(work, by=editor)
    publishing.publish_many(works, by=editor)
    set_time.go(to=MONDAY)
    chosen = renewals_of(*works)
    assert sum(len(dates) for _, dates in chosen.values()) == 200
    for work in works[:3]:
        change_answer(work, editor)
    set_time.go(hours=1)
    before = Edition.objects.count()
    run = renewals.renew_many(chosen, by=editor, at=set_time())
    assert run.items.exclude(state=BulkState.WAITS).count() == renewals.MAX_AT_ONCE
    while run.ended_at is None:
        bulk.work_through.func(run.pk)
        run.refresh_from_db()
    assert Edition.objects.count() - before == 77
    refused = run.items.in_state(BulkState.REFUSED)
    assert {item.work_id for item in refused} == {work.pk for work in works[:3]}
    assert all("changed since you opened this list" in item.words for item in refused)
    assert renewals.describe_run(run).startswith("191 answers renewed. 9 were not: “")
    live = EditionAnswer.objects.filter(live_from__lte=set_time(), live_until__gt=set_time())
    assert live.filter(expires_on=NEW.expires_on).count() == 191
