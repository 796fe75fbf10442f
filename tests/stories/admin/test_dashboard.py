"""The home of the desk: what each queue holds, for whom, and where each of its lines leads."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from newsroom.background.models import WorkerLife
from stories import publishing
from stories.admin.dashboard.queues import format_age, format_distance
from stories.models import AutosaveSlot
from stories.publishing import review
from stories.workflow import comments, review_dates, trash
from tests.clocks import MONDAY
from tests.conftest import signed_in
from tests.factories import (
    make_failure,
    make_published_question,
    make_published_story,
    make_question,
    make_report,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db

HOME = "/admin/"
TODAY = MONDAY.date()


def queues(client):
    return {each.title: each for each in client.get(HOME).context["queues"]}


def things(client, title):
    return [entry.thing for entry in queues(client)[title].entries]


def slot(person, work=None, *, at=MONDAY, **fields):
    return AutosaveSlot.objects.create(
        work=work, kind=work.kind if work else "story", person=person, window=uuid4(), saved_at=at, **fields
    )


@given(st.timedeltas(timedelta(0), timedelta(days=800)))
def test_an_age_is_told_in_a_few_words(gone):
    told = format_age(MONDAY - gone, MONDAY)
    assert told in {"just now", "yesterday"} or told.endswith((" min", " h", " days"))


@given(st.integers(-400, 400))
def test_a_day_ahead_or_behind_is_told_in_a_few_words(number):
    assert format_distance(TODAY + timedelta(days=number), MONDAY)


# Waiting for me -------------------------------------------------------------------------------------------------------


def test_a_mention_waits_until_its_thread_is_resolved(set_time, writer, editor, editor_client):
    story = make_story(owner=writer)
    made = comments.add_comment(story, text=f"@{editor.username} is the ruling final?", by=writer, at=MONDAY)
    (entry,) = queues(editor_client)["Waiting for you"].entries
    assert (entry.thing, entry.step) == (story.headline, "Answer")
    assert entry.detail == f"writer mentioned you: “@{editor.username} is the ruling final?”"
    assert entry.address == comments.address_of(made)
    comments.resolve_thread(made, by=editor, at=MONDAY)
    assert things(editor_client, "Waiting for you") == []


def test_a_mention_in_an_answer_waits_too_but_not_in_the_bin(set_time, writer, editor, editor_client):
    story = make_story(owner=writer)
    first = comments.add_comment(story, text="Is it final?", by=writer, at=MONDAY)
    comments.add_reply(first, f"@{editor.username} knows.", by=writer, at=MONDAY)
    assert things(editor_client, "Waiting for you") == [story.headline]
    trash.move_to_trash(story, by=editor)
    assert things(editor_client, "Waiting for you") == []


def test_a_page_of_mine_waits_for_me_from_its_day_on(set_time, writer, writer_client, editor_client):
    story = make_published_story(owner=writer)
    review_dates.set_review_by(story, TODAY + timedelta(days=3), by=writer)
    set_time.go(days=2)
    assert things(writer_client, "Waiting for you") == []
    assert things(writer_client, "Due for review") == [story.headline]
    set_time.go(days=1)
    (entry,) = queues(writer_client)["Waiting for you"].entries
    assert (entry.age, entry.step) == ("today", "Look again")
    assert entry.address == f"{reverse('admin:stories_story_review', args=[story.pk])}#again"
    assert things(editor_client, "Waiting for you") == []


def test_what_waits_longest_stands_first_and_the_sentence_counts_it(set_time, writer, editor, editor_client):
    asked, other = make_story(owner=writer), make_story(owner=writer)
    review.send_for_review(asked, by=writer, to=editor)
    set_time.go(hours=1)
    comments.add_comment(other, text=f"@{editor.username} please look.", by=writer, at=set_time())
    assert things(editor_client, "Waiting for you") == [asked.headline, other.headline]
    assert editor_client.get(HOME).context["title"] == "Monday, and two things wait for you"


# Mine, overdue, overridden, the worker ---------------------------------------------------------------------------------


def test_mine_says_what_is_not_saved_yet(set_time, writer, writer_client):
    story = make_story(owner=writer)
    slot(writer, story, at=MONDAY - timedelta(hours=1))
    (entry,) = queues(writer_client)["Mine"].entries
    assert entry.detail == "Story, revision 1; text not yet saved from 08:00"
    assert entry.address == reverse(story.desk_view, args=[story.pk])


def test_text_of_mine_in_a_work_of_another_or_in_a_new_one_is_mine_too(set_time, writer, editor, writer_client):
    other = make_story(owner=editor)
    slot(writer, other)
    slot(writer, title="The new ferry")
    slot(editor, title="Nobody else's business")
    told = {entry.thing: entry for entry in queues(writer_client)["Mine"].entries}
    assert set(told) == {"The new ferry", other.headline}
    assert told["The new ferry"].address == reverse("admin:stories_story_add")
    assert told[other.headline].detail == "Text not yet saved from 09:00"


def test_a_slot_that_was_emptied_says_nothing(set_time, writer, writer_client):
    slot(writer, title="Gone", emptied_at=MONDAY)
    assert things(writer_client, "Mine") == []


def test_what_of_mine_is_approved_is_published_next_by_who_may(set_time, writer, editor, editor_client, writer_client):
    for owner, client, step in ((editor, editor_client, "Publish"), (writer, writer_client, "Go on")):
        story = make_story(owner=owner)
        review.send_for_review(story, by=owner)
        review.approve(story, by=make_user(), revision_number=1)
        assert [entry.step for entry in queues(client)["Mine"].entries if entry.thing == story.headline] == [step]


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_what_nobody_looked_at_in_time_is_overdue(set_time, writer, editor_client, make):
    work = make(owner=writer)
    review_dates.mark_reviewed(work, by=writer, next_by=TODAY + timedelta(days=2))
    set_time.go(days=4)
    (entry,) = queues(editor_client)["Overdue"].entries
    assert (entry.age, entry.step, entry.tone) == ("2 days", "Look again", "overdue")
    assert entry.detail == "Owner: writer; look again by 5 March; last checked on 3 March"


def test_an_override_waits_for_a_second_look(set_time, editor, editor_client):
    against = {"topics.some topics": "The topic comes later."}
    by = make_user(username="jonas")
    publishing.publish(make_story(headline="Why this one has no topic", topics=()), by=by, overrides=against)
    (entry,) = queues(editor_client)["Overridden"].entries
    assert (entry.thing, entry.step) == ("Why this one has no topic", "Second look")
    assert "Overridden by jonas: “The topic comes later.”" in entry.detail
    assert [each.step for each in queues(signed_in(by))["Overridden"].entries] == ["Read"]


def test_the_home_of_an_administrator_says_how_the_worker_does(administrator_client):
    assert "No worker has run yet" in queues(administrator_client)["Worker"].empty
    WorkerLife.objects.beat("one")
    assert queues(administrator_client)["Worker"].empty.startswith("Everything went through. Last sign of life ")
    make_failure()
    told = queues(administrator_client)["Worker"]
    assert len(told.entries) == 1
    assert told.note.startswith("Last sign of life")
    WorkerLife.objects.end("one")
    assert "No worker runs" in queues(administrator_client)["Worker"].note


# Who sees what --------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(set_time, writer, editor):
    """Fill every queue."""
    story, asked = make_published_story(owner=writer, by=editor), make_question(owner=writer)
    review_dates.set_review_by(story, TODAY, by=writer)
    review.send_for_review(asked, by=writer, to=editor)
    review.send_for_review(make_story(owner=writer, headline="Why the lock is shut tonight"), by=writer)
    publishing.schedule(
        make_story(headline="Why the mast of the pier is lit"), by=editor, at=MONDAY + timedelta(days=1)
    )
    make_report(story)
    make_failure()
    set_time.go(days=1)


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        (
            "writer_client",
            {"In review, oldest first", "Names waiting", "Overridden", "Worker", "Approved, not published"},
        ),
        ("editor_client", {"Worker"}),
        (
            "curator_client",
            {"In review, oldest first", "Overdue", "Mine", "From readers", "Overridden", "Drafts", "Worker"},
        ),
        ("administrator_client", set()),
    ],
)
def test_each_sees_the_queues_of_their_rights(request, full, who, hidden):
    assert hidden.isdisjoint(queues(request.getfixturevalue(who)))


def test_who_sees_no_works_is_told_no_title(full):
    nobody = make_user(role="")
    nobody.is_staff = True
    nobody.save()
    page = signed_in(nobody).get(HOME)
    assert page.context["week"] == []
    assert set(queues(signed_in(nobody))) == {"Lately published"}
    for title in ("Why the lock is shut tonight", "May lorries", "look again"):
        assert title not in page.content.decode()


def test_every_line_leads_to_a_page_that_opens(
    full, administrator_client, editor_client, writer_client, curator_client
):
    for client in (administrator_client, editor_client, writer_client, curator_client):
        for each in queues(client).values():
            for entry in each.entries:
                assert client.get(entry.address.partition("#")[0]).status_code == 200, (each.title, entry)
            if each.more:
                assert client.get(each.more).status_code == 200, each.title


def test_an_empty_queue_says_what_to_do(administrator_client):
    assert all(each.empty for each in queues(administrator_client).values() if not each.entries)


def test_the_home_costs_no_more_queries_however_full_it_is(
    full, writer, editor, administrator, administrator_client, django_assert_max_num_queries
):
    def fill(number):
        for _ in range(number):
            story = make_published_story(owner=administrator, by=editor)
            review_dates.set_review_by(story, TODAY + timedelta(days=1), by=writer)
            draft = make_story(owner=administrator)
            slot(administrator, draft)
            comments.add_comment(draft, text="@administrator look.", by=writer, at=MONDAY)
            review.send_for_review(make_question(owner=writer), by=writer, to=administrator)
            make_report(story)

    for number in (1, 3):
        fill(number)
        with django_assert_max_num_queries(33):
            assert administrator_client.get(HOME).status_code == 200


def test_a_full_day_shows_what_is_to_come_and_leads_to_the_rest(set_time, editor, editor_client):
    set_time.go(to=MONDAY)
    for _ in range(7):
        make_published_story(by=editor)
    waiting = make_story(headline="Why the gate of the lock is painted twice")
    publishing.schedule(waiting, by=editor, at=MONDAY + timedelta(hours=2))
    week = re.search(r'<section class="calendar.*?</section>', editor_client.get("/admin/").content.decode(), re.DOTALL)
    assert week
    assert week[0].count('class="calendar-entry') == 6
    assert "Why the gate of the lock is painted twice" in week[0]
    more = re.search(r'href="(/admin/calendar/[^"]*)">2 more', week[0])
    assert more
    assert editor_client.get(more[1]).status_code == 200
