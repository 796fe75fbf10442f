"""The home page of the desk: the queues, their entries and links, and who sees which queue."""

import re
from datetime import timedelta
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from newsroom.background.models import WorkerLife
from stories import publishing
from stories.admin.dashboard.queues import QueueName, format_age, format_distance
from stories.drafts import revisions
from stories.models import AutosaveSlot, Override
from stories.publishing import review, review_dates
from stories.workflow import comments, trash
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
from tests.stories.forecasts import publish_forecasts

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

HOME = "/admin/"
TODAY = MONDAY.date()


def load_queues(client, query=""):
    """Return the queues with entries, by name."""
    context = client.get(HOME + query).context
    needs = [context["needs"]] if context["needs"] else []
    return {each.name: each for each in (*needs, *context["queues"], *context["own_queues"])}


def list_titles(client, name):
    queue = load_queues(client).get(name)
    return [entry.title for entry in queue.entries] if queue else []


def list_all_titles(client):
    return [entry.title for queue in load_queues(client).values() for entry in queue.entries]


def make_slot(person, work=None, *, at=MONDAY, **fields):
    return AutosaveSlot.objects.create(
        work=work, kind=work.kind if work else "story", person=person, window=uuid4(), saved_at=at, **fields
    )


@given(st.timedeltas(timedelta(0), timedelta(days=800)))
def test_an_age_is_formatted_in_a_few_words(age):
    formatted = format_age(MONDAY - age, MONDAY)
    words = {"just now", "yesterday", "1 minute ago", "1 hour ago"}
    assert formatted in words or formatted.endswith((" minutes ago", " hours ago", " days ago"))


@given(st.integers(-400, 400))
def test_the_distance_of_any_day_is_formatted(number):
    assert format_distance(TODAY + timedelta(days=number), MONDAY)


# The queue “Needs you” ------------------------------------------------------------------------------------------------


def test_a_mention_is_listed_until_its_thread_is_resolved(set_time, writer, editor, editor_client):
    story = make_story(owner=writer)
    comment = comments.add_comment(story, text=f"@{editor.username} is the ruling final?", by=writer, at=MONDAY)
    (entry,) = load_queues(editor_client)[QueueName.WAITING_FOR_USER].entries
    assert (entry.title, entry.tone) == (story.headline, "is-own")
    assert all(words in entry.detail for words in ("writer", f"“@{editor.username} is the ruling final?”"))
    assert entry.address == comments.get_comment_address(comment)
    comments.resolve_thread(comment, by=editor, at=MONDAY)
    assert list_titles(editor_client, QueueName.WAITING_FOR_USER) == []


def test_a_mention_in_a_reply_is_listed_unless_its_work_is_in_the_trash(set_time, writer, editor, editor_client):
    story = make_story(owner=writer)
    first = comments.add_comment(story, text="Is it final?", by=writer, at=MONDAY)
    comments.add_reply(first, f"@{editor.username} knows.", by=writer, at=MONDAY)
    assert list_titles(editor_client, QueueName.WAITING_FOR_USER) == [story.headline]
    trash.move_to_trash(story, by=editor)
    assert list_titles(editor_client, QueueName.WAITING_FOR_USER) == []


def test_a_page_is_listed_for_its_owner_from_its_review_date_on(set_time, writer, writer_client, editor_client):
    story = make_published_story(owner=writer)
    review_dates.set_review_by(story, TODAY + timedelta(days=3), by=writer)
    set_time.go(days=2)
    assert list_titles(writer_client, QueueName.WAITING_FOR_USER) == []
    assert list_titles(writer_client, QueueName.DUE_FOR_REVIEW) == [story.headline]
    set_time.go(days=1)
    (entry,) = load_queues(writer_client)[QueueName.WAITING_FOR_USER].entries
    assert list_titles(writer_client, QueueName.DUE_FOR_REVIEW) == []
    assert entry.page == reverse("admin:stories_story_change", args=[story.pk])
    assert (entry.age, entry.tone) == (format_distance(TODAY + timedelta(days=3), set_time()), "")
    assert entry.address == f"{reverse('admin:stories_story_review', args=[story.pk])}#again"
    assert list_titles(editor_client, QueueName.WAITING_FOR_USER) == []


def test_the_oldest_entry_comes_first_and_the_summary_counts_all(set_time, writer, editor, editor_client):
    reviewed, other = make_story(owner=writer), make_story(owner=writer)
    review.send_for_review(reviewed, by=writer, to=editor)
    set_time.go(hours=1)
    comments.add_comment(other, text=f"@{editor.username} please look.", by=writer, at=set_time())
    assert list_titles(editor_client, QueueName.WAITING_FOR_USER) == [reviewed.headline, other.headline]
    assert editor_client.get(HOME).context["title"] == "Monday: two things need you"


def test_a_page_is_listed_once_at_its_most_urgent(set_time, writer, editor, editor_client):
    story = make_published_story(owner=editor, by=editor)
    review_dates.set_review_by(story, TODAY, by=editor)
    comments.add_comment(story, text=f"@{editor.username} is it final?", by=writer, at=MONDAY)
    review.send_for_review(story, by=writer, to=editor)
    (entry,) = load_queues(editor_client)[QueueName.WAITING_FOR_USER].entries
    assert (entry.title, entry.action_label) == (story.headline, "Review")
    assert list_all_titles(editor_client).count(story.headline) == 1


def test_a_returned_page_comes_first(set_time, writer, editor, writer_client):
    returned, mentioned = make_story(owner=writer), make_story(owner=editor)
    comments.add_comment(mentioned, text=f"@{writer.username} please look.", by=editor, at=MONDAY)
    comments.add_comment(returned, text=f"@{writer.username} see the reason.", by=editor, at=MONDAY)
    assert "Returned" in writer_client.get(HOME).context["empty_queues"]
    review.send_for_review(returned, by=writer)
    set_time.go(hours=1)
    review.return_to_writer(returned, by=editor, reason="It needs a second source.", revision_number=1)
    first, second = load_queues(writer_client)[QueueName.WAITING_FOR_USER].entries
    assert (first.title, first.action_label, first.tone) == (returned.headline, "Continue", "is-own")
    assert "It needs a second source." in first.detail
    assert second.title == mentioned.headline
    assert "Returned" not in writer_client.get(HOME).context["empty_queues"]


def test_a_long_queue_shows_five_entries_and_links_to_all(set_time, writer, editor, editor_client):
    for _ in range(7):
        review.send_for_review(make_story(owner=writer), by=writer, to=editor)
    queue = load_queues(editor_client)[QueueName.WAITING_FOR_USER]
    assert (queue.count, len(queue.shown_entries), queue.has_more) == (7, 5, True)
    page = editor_client.get(HOME)
    assert page.context["title"] == "Monday: seven things need you"
    assert ">All 7<" in page.content.decode()
    opened = load_queues(editor_client, queue.more_address.partition("#")[0])[QueueName.WAITING_FOR_USER]
    assert (len(opened.shown_entries), opened.has_more) == (7, False)


def test_on_the_first_visit_the_page_says_how_to_begin(writer, writer_client):
    assert writer_client.get(HOME).context["is_first_visit"]
    story = make_story()
    story.standfirst = "The pier closed on Monday."
    story.save()
    revisions.record_revision(story, by=writer)
    assert not writer_client.get(HOME).context["is_first_visit"]


# The week --------------------------------------------------------------------------------------------------------------


def test_the_week_counts_each_day_and_names_the_next_publication(set_time, editor, editor_client):
    story = make_published_story(by=editor, owner=editor)
    review_dates.set_review_by(story, TODAY + timedelta(days=3), by=editor)
    days = [{"due_on": TODAY + timedelta(days=4)}] * 2
    publish_forecasts(*days, headline="Why the tunnel is late")
    later = make_story(headline="Why the gate of the lock is painted twice")
    publishing.schedule(later, by=editor, at=MONDAY + timedelta(days=1))
    page = editor_client.get(HOME)
    assertContains(page, f'href="{reverse("admin:stories_story_changelist")}?published=7"')
    week = page.context["week"]
    words = ["2 published", "1 scheduled", "", "1 fact check", "2 forecasts due"]
    assert [day.words for day in week.days[:5]] == words
    assert (week.words, week.days[0].is_today) == ("2 published", True)
    assert week.next_publication.edition.title == later.headline
    assert week.next_publication.time.startswith("tomorrow, ")


# The queues “Your unpublished pages”, “Fact check overdue”, “Overrides” and “Background tasks” ------------------------


def test_the_queue_of_own_work_mentions_unsaved_text(set_time, writer, writer_client):
    story = make_story(owner=writer)
    make_slot(writer, story, at=MONDAY - timedelta(hours=1))
    (entry,) = load_queues(writer_client)[QueueName.OWN_WORK].entries
    assert re.findall(r"\d[\d:]*", entry.detail) == ["1", "08:00"]
    assert entry.address == reverse(story.change_view_name, args=[story.pk])


def test_the_queue_of_own_work_lists_unsaved_text_in_new_works_and_in_works_of_others(
    set_time, writer, editor, writer_client
):
    other = make_story(owner=editor)
    make_slot(writer, other)
    make_slot(writer, title="The new ferry")
    make_slot(editor, title="Nobody else's business")
    entries = {entry.title: entry for entry in load_queues(writer_client)[QueueName.OWN_WORK].entries}
    assert set(entries) == {"The new ferry", other.headline}
    assert entries["The new ferry"].address == reverse("admin:stories_story_add")
    assert re.findall(r"\d[\d:]*", entries[other.headline].detail) == ["09:00"]


def test_an_emptied_autosave_slot_is_not_listed(set_time, writer, writer_client):
    make_slot(writer, title="Gone", emptied_at=MONDAY)
    assert list_titles(writer_client, QueueName.OWN_WORK) == []


def test_an_approved_work_links_to_the_publish_screen_if_its_owner_may_publish(
    set_time, writer, editor, editor_client, writer_client
):
    for owner, client, screen in ((editor, editor_client, "publish"), (writer, writer_client, "change")):
        story = make_story(owner=owner)
        review.send_for_review(story, by=owner)
        review.approve(story, by=make_user(), revision_number=1)
        queues = load_queues(client).values()
        entries = [entry for queue in queues for entry in queue.entries]
        addresses = [entry.address for entry in entries if entry.title == story.headline]
        assert addresses == [reverse(f"admin:stories_story_{screen}", args=[story.pk])]


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_a_page_past_its_review_date_is_overdue(set_time, writer, editor_client, make):
    work = make(owner=writer)
    review_dates.mark_reviewed(work, by=writer, next_by=TODAY + timedelta(days=2))
    set_time.go(days=4)
    (entry,) = load_queues(editor_client)[QueueName.DUE_FOR_REVIEW].entries
    assert (entry.age, entry.tone) == ("2 days late", "overdue")
    assert entry.address == f"{reverse(work.review_view_name, args=[work.pk])}#again"
    assert all(words in entry.detail for words in ("writer", "5 March", "3 March"))


def test_an_override_is_listed_until_a_second_person_reviews_it(set_time, editor, editor_client):
    overrides = {"topics.some topics": "The topic comes later."}
    by = make_user(username="jonas")
    publishing.publish(make_story(headline="Why this one has no topic", topics=()), by=by, overrides=overrides)
    (entry,) = load_queues(editor_client)[QueueName.OVERRIDES].entries
    assert entry.title == "Why this one has no topic"
    assert all(words in entry.detail for words in ("jonas", "“The topic comes later.”"))
    (own,) = load_queues(signed_in(by))[QueueName.OVERRIDES].entries
    assert own.address == entry.address
    assert own.action_label != entry.action_label
    override = Override.objects.get()
    publishing.overrides.review_override(override, by=editor, note="")
    assert list_titles(editor_client, QueueName.OVERRIDES) == []


def test_failed_tasks_come_with_the_state_of_the_worker(administrator_client):
    assert "Failed tasks" in administrator_client.get(HOME).context["empty_queues"]
    make_failure()
    assert "No worker has run yet" in load_queues(administrator_client)[QueueName.FAILED_TASKS].note
    WorkerLife.objects.beat("one")
    queue = load_queues(administrator_client)[QueueName.FAILED_TASKS]
    assert len(queue.entries) == 1
    assert queue.note.startswith("Worker last seen ")
    WorkerLife.objects.end("one")
    assert "No worker is running" in load_queues(administrator_client)[QueueName.FAILED_TASKS].note


# Permissions and query budgets ----------------------------------------------------------------------------------------


@pytest.fixture
def full_queues(set_time, writer, editor):
    """Create entries for most queues, and move the clock forward by a day."""
    story, reviewed = make_published_story(owner=writer, by=editor), make_question(owner=writer)
    review_dates.set_review_by(story, TODAY, by=writer)
    review.send_for_review(reviewed, by=writer, to=editor)
    review.send_for_review(make_story(owner=writer, headline="Why the lock is shut tonight"), by=writer)
    publishing.schedule(
        make_story(headline="Why the mast of the pier is lit"), by=editor, at=MONDAY + timedelta(days=1)
    )
    make_report(story)
    make_failure()
    set_time.go(days=1)


ALL_QUEUES = {
    QueueName.IN_REVIEW: "In review, oldest first",
    QueueName.APPROVED: "Approved, not published",
    QueueName.DUE_FOR_REVIEW: "Fact check due",
    QueueName.PROPOSED_NAMES: "Proposed names",
    QueueName.READER_REPORTS: "Reader reports",
    QueueName.OVERRIDES: "Overrides",
    QueueName.FAILED_TASKS: "Failed tasks",
    QueueName.SCHEDULED_EDITIONS: "Scheduled",
    QueueName.OWN_WORK: "Your unpublished pages",
    QueueName.LATEST_PUBLICATIONS: "Recently published",
}


@pytest.mark.parametrize(
    ("client_name", "hidden"),
    [
        (
            "writer_client",
            {
                QueueName.IN_REVIEW,
                QueueName.PROPOSED_NAMES,
                QueueName.OVERRIDES,
                QueueName.FAILED_TASKS,
                QueueName.APPROVED,
            },
        ),
        ("editor_client", {QueueName.FAILED_TASKS}),
        (
            "curator_client",
            {
                QueueName.IN_REVIEW,
                QueueName.APPROVED,
                QueueName.DUE_FOR_REVIEW,
                QueueName.OWN_WORK,
                QueueName.READER_REPORTS,
                QueueName.OVERRIDES,
                QueueName.SCHEDULED_EDITIONS,
                QueueName.FAILED_TASKS,
            },
        ),
        ("administrator_client", set()),
    ],
)
def test_users_see_only_the_queues_that_their_roles_allow(request, full_queues, writer, client_name, hidden):
    approved = make_story(owner=writer)
    review.send_for_review(approved, by=writer)
    review.approve(approved, by=make_user(), revision_number=1)
    client = request.getfixturevalue(client_name)
    named = {*(queue.title for queue in load_queues(client).values()), *client.get(HOME).context["empty_queues"]}
    shown = {name for name, title in ALL_QUEUES.items() if named & {title, title.partition(",")[0]}}
    assert shown == ALL_QUEUES.keys() - hidden


def test_users_who_may_not_see_works_see_no_titles(full_queues, administrator_client):
    user = make_user(role="")
    user.is_staff = True
    user.save()
    page = signed_in(user).get(HOME)
    assert page.context["week"] is None
    assert set(load_queues(signed_in(user))) == {QueueName.LATEST_PUBLICATIONS}
    for words in ("Why the lock is shut tonight", "May lorries", '#again"'):
        assert words in administrator_client.get(HOME).content.decode()
        assert words not in page.content.decode()


def test_every_entry_links_to_a_page_that_opens(
    full_queues, administrator_client, editor_client, writer_client, curator_client
):
    for client in (administrator_client, editor_client, writer_client, curator_client):
        for each in load_queues(client).values():
            for entry in each.entries:
                assert client.get(entry.address.partition("#")[0]).status_code == 200, (each.name, entry)
            if each.more_address:
                assert client.get(urljoin(HOME, each.more_address)).status_code == 200, each.name


def test_empty_queues_share_one_line(administrator_client):
    page = administrator_client.get(HOME)
    assert not page.context["queues"]
    for title in ("Returned", "In review", "Overrides", "Scheduled"):
        assert title in page.context["empty_queues"]
    assert 'class="queue"' not in page.content.decode()


def test_the_home_page_runs_no_more_queries_with_more_entries(
    full_queues, writer, editor, administrator, administrator_client, django_assert_max_num_queries
):
    def fill(number):
        for _ in range(number):
            story = make_published_story(owner=administrator, by=editor)
            review_dates.set_review_by(story, TODAY + timedelta(days=1), by=writer)
            draft = make_story(owner=administrator)
            make_slot(administrator, draft)
            comments.add_comment(draft, text="@administrator look.", by=writer, at=MONDAY)
            review.send_for_review(make_question(owner=writer), by=writer, to=administrator)
            make_report(story)

    for number in (1, 3):
        fill(number)
        with django_assert_max_num_queries(37):
            assert administrator_client.get(HOME).status_code == 200
