"""Bulk actions: each work is processed once by the verb, and the outcome is stored."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.tasks import TaskResultStatus
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import AccessEntry, Event
from newsroom.background import periodic
from newsroom.background.models import WorkerLife
from newsroom.desk.models import SavedView
from stories import publishing
from stories.drafts import revisions
from stories.drafts.publication_status import annotate_publication_status
from stories.models import BulkItem, BulkRun, BulkState, Edition, Freshness, State, Story, Work
from stories.publishing import review, review_dates
from stories.publishing.erase import erase_work
from stories.workflow import bulk, trash
from stories.workflow.bulk import Verb
from tests.factories import make_published_story, make_story, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def editor():
    return make_user(role="Editor", first_name="Ana", last_name="Kestrel")


def select(*works):
    return annotate_publication_status(Story.objects.filter(pk__in=[work.pk for work in works]), at=NOW)


def run_verb(verb, *works, by, **options):
    """Apply a verb to the works, and return the items, keyed by the primary keys of the works."""
    run = bulk.prepare_run(verb, select(*works), by=by)
    bulk.start_run(run, options, by=by, at=NOW)
    finish(run)
    return {item.work_id: item for item in run.items.all()}


def finish(run):
    while BulkRun.objects.get(pk=run.pk).ended_at is None:
        bulk.work_through.call(run.pk)


def test_the_outcome_of_each_work_is_stored_with_the_reason_of_a_refusal(editor):
    draft, published = make_story(), make_published_story()
    items = run_verb(Verb.BIN, draft, published, by=editor)
    draft.refresh_from_db()
    assert draft.binned_at is not None
    assert items[draft.pk].state == BulkState.DONE
    with pytest.raises(publishing.InvalidStateError) as refusal:
        trash.move_to_trash(published, by=editor)
    assert (items[published.pk].state, items[published.pk].words) == (BulkState.REFUSED, str(refusal.value))


def test_a_work_that_was_saved_meanwhile_is_refused(editor):
    story, other = make_story(), make_story()
    run = bulk.prepare_run(Verb.BIN, select(story, other), by=editor)
    Story.objects.filter(pk=story.pk).update(standfirst="Written meanwhile.")
    revisions.record_revision(story, by=make_user(first_name="Ben", last_name="Roe"))
    bulk.start_run(run, {}, by=editor, at=NOW)
    finish(run)
    refused = run.items.get(work=story)
    assert refused.state == BulkState.REFUSED
    assert "Ben Roe" in refused.words
    assert re.search(r"\b2\b", refused.words), "the number of the revision"
    assert list(Work.objects.exclude(binned_at=None)) == [Work.objects.get(pk=other.pk)]


def test_changing_the_owner_is_written_to_the_audit_log(editor):
    new_owner, story = make_user(first_name="Ida", last_name="Sund"), make_story()
    items = run_verb(Verb.OWNER, story, by=editor, owner=new_owner.pk)
    story.refresh_from_db()
    assert (story.owner, items[story.pk].state) == (new_owner, BulkState.DONE)
    assert "Ida Sund" in items[story.pk].words
    assert Event.objects.filter(uid=story.uid, verb="given over").count() == 1


def test_works_can_be_sent_for_review_and_published(editor):
    writer, story = make_user(role="Writer"), make_story()
    run_verb(Verb.SUBMIT, story, by=writer, note="Please read.")
    story.refresh_from_db()
    assert story.state == State.IN_REVIEW
    review.approve(story, by=editor, revision_number=1)
    items = run_verb(Verb.PUBLISH, story, by=editor, note="", change="update")
    assert items[story.pk].state == BulkState.DONE
    assert Edition.objects.get(work=story).label in items[story.pk].words


def test_updating_published_works_needs_a_note(editor):
    story = make_published_story(by=editor)
    Story.objects.filter(pk=story.pk).update(standfirst="More is known about the pier now.")
    revisions.record_revision(story, by=editor)
    assert run_verb(Verb.PUBLISH, story, by=editor, note="")[story.pk].state == BulkState.REFUSED
    items = run_verb(Verb.PUBLISH, story, by=editor, note="The standfirst is new.", change="update")
    assert items[story.pk].state == BulkState.DONE


def test_review_dates_are_set_for_works_with_an_owner_only(editor):
    owned, ownerless = make_story(owner=editor), make_story()
    items = run_verb(Verb.REVIEW_BY, owned, ownerless, by=editor, day="2999-01-05")
    assert items[owned.pk].state == BulkState.DONE
    assert "5 January 2999" in items[owned.pk].words
    assert Freshness.objects.get(uid=owned.uid).review_by == date(2999, 1, 5)
    with pytest.raises(review_dates.NoOwnerError) as refusal:
        review_dates.set_review_by(ownerless, date(2999, 1, 5), by=editor)
    assert (items[ownerless.pk].state, items[ownerless.pk].words) == (BulkState.REFUSED, str(refusal.value))


def test_works_can_be_restored_from_the_trash(editor):
    story = make_story()
    trash.move_to_trash(story, by=editor)
    assert run_verb(Verb.TAKE_OUT, story, by=editor)[story.pk].state == BulkState.DONE
    story.refresh_from_db()
    assert story.binned_at is None


def test_a_killed_run_is_continued_and_processes_no_work_twice(editor, monkeypatch):
    stories = [make_story() for _ in range(5)]
    run = bulk.prepare_run(Verb.BIN, select(*stories), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    move_to_trash, calls = trash.move_to_trash, []

    def move_and_exit(work, *, by):
        move_to_trash(work, by=by)
        calls.append(work.pk)
        if len(calls) == 3:
            raise SystemExit

    monkeypatch.setattr(trash, "move_to_trash", move_and_exit)
    with pytest.raises(SystemExit):
        bulk.work_through.call(run.pk)
    # The third work was rolled back together with its outcome.
    assert run.items.filter(state=BulkState.DONE).count() == 2
    finish(run)
    assert run.items.filter(state=BulkState.DONE).count() == 5
    assert Event.objects.filter(verb="binned").count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_task_was_lost_is_continued_within_a_minute(editor):
    lost = bulk.prepare_run(Verb.BIN, select(make_story()), by=editor)
    bulk.start_run(lost, {}, by=editor, at=NOW)
    DBTaskResult.objects.all().delete()
    running = bulk.prepare_run(Verb.BIN, select(make_story()), by=editor)
    bulk.start_run(running, {}, by=editor, at=NOW)
    prepared = bulk.prepare_run(Verb.BIN, select(make_story()), by=editor)
    for _ in range(2):  # as two workers do, or one worker a minute later
        periodic.run_checks(NOW)
    assert sorted(task.args_kwargs["args"] for task in DBTaskResult.objects.all()) == [[lost.pk], [running.pk]]
    assert not BulkRun.objects.filter(pk=prepared.pk, begun_at__isnull=False).exists()
    finish(lost)
    assert lost.items.get().state == BulkState.DONE


def test_a_run_whose_task_is_running_or_has_failed_is_not_enqueued_again(editor):
    run = bulk.prepare_run(Verb.BIN, select(make_story()), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.FAILED):
        DBTaskResult.objects.update(status=status)
        assert bulk.enqueue_lost_runs() == 0


def test_an_unexpected_error_for_one_work_does_not_stop_the_others(editor, monkeypatch):
    one, other = make_story(), make_story()
    move_to_trash = trash.move_to_trash

    def fail_for_one(work, *, by):
        if work.pk == one.pk:
            raise RuntimeError("A bug")
        move_to_trash(work, by=by)

    monkeypatch.setattr(trash, "move_to_trash", fail_for_one)
    items = run_verb(Verb.BIN, one, other, by=editor)
    assert (items[one.pk].state, items[one.pk].words) == (BulkState.REFUSED, bulk.FAILED)
    assert items[other.pk].state == BulkState.DONE


def test_a_user_who_lost_the_permission_meanwhile_is_refused_and_that_is_recorded_once(editor):
    run = bulk.prepare_run(Verb.BIN, select(make_story(), make_story()), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    editor.groups.clear()
    finish(run)
    assert [item.state for item in run.items.all()] == [BulkState.REFUSED] * 2
    assert [(entry.account_id, entry.verb) for entry in AccessEntry.objects.all()] == [
        (editor.pk, "permission refused")
    ]
    assert not Work.objects.exclude(binned_at=None).exists()


def test_a_refusal_is_recorded_although_the_database_fails_at_a_later_work(editor, monkeypatch):
    run = bulk.prepare_run(Verb.BIN, select(make_story(), make_story()), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    calls = []

    def refuse_then_fail(work, *, by):
        calls.append(work.pk)
        if len(calls) == 1:
            raise NotAllowedError("Only editors.")
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(trash, "move_to_trash", refuse_then_fail)
    with pytest.raises(OperationalError):
        bulk.work_through.call(run.pk)
    assert [(entry.account_id, entry.verb) for entry in AccessEntry.objects.all()] == [
        (editor.pk, "permission refused")
    ]


def test_a_run_needs_permission_and_works_and_can_be_started_only_by_its_user(editor):
    curator, story = make_user(role="Curator"), make_story()
    with pytest.raises(PermissionDenied):
        bulk.prepare_run(Verb.BIN, select(story), by=curator)
    with pytest.raises(PermissionDenied):
        bulk.start_run(bulk.prepare_run(Verb.BIN, select(story), by=editor), {}, by=make_user(), at=NOW)
    with pytest.raises(publishing.InvalidStateError):
        bulk.prepare_run(Verb.BIN, select(), by=editor)


def test_select_across_includes_all_works_that_match(client, editor):
    client.force_login(editor)
    stories = [make_story(headline=f"Why ferry {number} is late") for number in range(4)]
    make_story(headline="Why the pier is closed")
    address = reverse("admin:stories_story_changelist") + "?q=ferry"
    response = client.post(address, {"action": "move_to_trash", "index": "0", "select_across": "1"})
    run = BulkRun.objects.get()
    assert response["Location"] == reverse("admin:bulk_run", args=[run.pk])
    page = client.get(response["Location"])
    assert page.context["run"].size == 4
    for story in stories:
        assertContains(page, f'<a href="{reverse("admin:stories_story_change", args=[story.pk])}"')
    client.post(response["Location"])
    assert DBTaskResult.objects.count() == 1
    assertContains(client.get(response["Location"]), '<p class="attention">')
    WorkerLife.objects.beat("a worker")
    page = client.get(response["Location"])
    assertNotContains(page, '<p class="attention">')
    progress = reverse("admin:bulk_progress", args=[run.pk])
    said = page.context["sentence"]
    assert client.get(progress).json() == {"done": 0, "size": 4, "over": False, "said": said}
    assert re.findall(r"\d+", said) == ["0", "0", "4"]
    finish(run)
    assert client.get(progress).json()["over"]
    assert Work.objects.exclude(binned_at=None).count() == 4
    page = client.get(response["Location"])
    for item in run.items.in_state(BulkState.DONE):
        assertContains(page, f"<td>{item.words}</td>", count=4)
    link = f'<a href="{response["Location"]}">{Verb.BIN.label}: 4 '
    assertContains(client.get(reverse("admin:bulk_runs")), link)


def test_a_run_is_visible_only_to_its_user(client, editor):
    run = bulk.prepare_run(Verb.BIN, select(make_story()), by=editor)
    client.force_login(make_user(role="Administrator"))
    for name in ("bulk_run", "bulk_progress"):
        assert client.get(reverse(f"admin:{name}", args=[run.pk])).status_code == 404
    assert client.post(reverse("admin:bulk_run", args=[run.pk])).status_code == 404
    assert client.get(f"/admin/bulk/{'9' * 30}/").status_code == 404


def test_an_incomplete_form_is_shown_again(client, editor):
    client.force_login(editor)
    run = bulk.prepare_run(Verb.OWNER, select(make_story()), by=editor)
    response = client.post(reverse("admin:bulk_run", args=[run.pk]), {"owner": "\x00"})
    assert response.status_code == 200
    assert BulkRun.objects.get().begun_at is None


def test_erasing_a_work_removes_it_from_runs_and_deletes_views_that_name_it(editor):
    story, other = make_story(headline="Why the cable was cut"), make_story()
    for works in ((story,), (story, other)):
        run_verb(Verb.BIN, *works, by=editor, note="The cable again.")
    BulkItem.objects.filter(work=other).update(words="“Why the cable was cut” is live under this address.")
    for name, query in (("One", "q=why+THE+c%C3%A1ble+was+cut"), ("Why the cable was cut!", ""), ("Kept", "q=cable")):
        SavedView.objects.create(owner=editor, listing="stories.story", name=name, query=query)
    erase_work(story, by=make_user(role="Administrator"), reason="A court said so.")
    assert [(item.work_id, item.words) for item in BulkItem.objects.all()] == [(other.pk, "Erased.")]
    assert BulkRun.objects.count() == 1
    assert SavedView.objects.get().name == "Kept"
