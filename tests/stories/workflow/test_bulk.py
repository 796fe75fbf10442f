"""One thing done to many works: each by its verb, once, with what came of it."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.tasks import TaskResultStatus
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from newsroom.audit.models import Event
from newsroom.background import periodic
from newsroom.background.models import WorkerLife
from newsroom.desk.models import SavedView
from stories import publishing
from stories.drafts import revisions
from stories.drafts.publication_status import annotate_publication_status
from stories.models import BulkItem, BulkRun, BulkState, Edition, Freshness, State, Story, Work
from stories.publishing import review
from stories.publishing.erase import erase_work
from stories.workflow import bulk, trash
from stories.workflow.bulk import Verb
from tests.factories import make_published_story, make_story, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def editor():
    return make_user(role="Editor", first_name="Ana", last_name="Kestrel")


def chosen(*works):
    return annotate_publication_status(Story.objects.filter(pk__in=[work.pk for work in works]), at=NOW)


def done_to(verb, *works, by, **said):
    run = bulk.prepare_run(verb, chosen(*works), by=by)
    bulk.start_run(run, said, by=by, at=NOW)
    finish(run)
    return {item.work_id: item for item in run.items.all()}


def finish(run):
    while BulkRun.objects.get(pk=run.pk).ended_at is None:
        bulk.work_through.call(run.pk)


def test_each_work_goes_through_its_verb_and_each_refusal_is_kept_with_its_reason(editor):
    one, seen_by_readers = make_story(), make_published_story()
    items = done_to(Verb.BIN, one, seen_by_readers, by=editor)
    one.refresh_from_db()
    assert one.binned_at is not None
    assert (items[one.pk].state, items[one.pk].words) == (BulkState.DONE, "In the bin")
    assert items[seen_by_readers.pk].state == BulkState.REFUSED
    assert "Withdraw it with a notice" in items[seen_by_readers.pk].words


def test_what_somebody_saved_meanwhile_is_left_as_it_is(editor):
    story, other = make_story(), make_story()
    run = bulk.prepare_run(Verb.BIN, chosen(story, other), by=editor)
    Story.objects.filter(pk=story.pk).update(standfirst="Written meanwhile.")
    revisions.record_revision(story, by=make_user(first_name="Ben", last_name="Roe"))
    bulk.start_run(run, {}, by=editor, at=NOW)
    finish(run)
    refused = run.items.get(work=story)
    assert refused.words == "Ben Roe saved revision 2 after this was chosen. Look at it first."
    assert list(Work.objects.exclude(binned_at=None)) == [Work.objects.get(pk=other.pk)]


def test_works_change_hands_and_the_record_says_so(editor):
    heir, story = make_user(first_name="Ida", last_name="Sund"), make_story()
    items = done_to(Verb.OWNER, story, by=editor, owner=heir.pk)
    story.refresh_from_db()
    assert (story.owner, items[story.pk].words) == (heir, "Belongs to Ida Sund")
    assert Event.objects.filter(uid=story.uid, verb="given over").count() == 1


def test_works_are_sent_to_review_and_published(editor):
    writer, story = make_user(role="Writer"), make_story()
    done_to(Verb.SUBMIT, story, by=writer, note="Please read.")
    story.refresh_from_db()
    assert story.state == State.IN_REVIEW
    review.approve(story, by=editor, revision_number=1)
    items = done_to(Verb.PUBLISH, story, by=editor, note="", change="update")
    assert items[story.pk].words == "Published as edition 1.0"
    assert Edition.objects.filter(work=story).count() == 1


def test_what_readers_have_seen_needs_a_note_and_goes_out_with_it(editor):
    story = make_published_story(by=editor)
    Story.objects.filter(pk=story.pk).update(standfirst="More is known about the pier now.")
    revisions.record_revision(story, by=editor)
    assert done_to(Verb.PUBLISH, story, by=editor, note="")[story.pk].state == BulkState.REFUSED
    items = done_to(Verb.PUBLISH, story, by=editor, note="The standfirst is new.", change="update")
    assert items[story.pk].state == BulkState.DONE


def test_the_day_of_the_next_look_is_set_where_somebody_owns_the_work(editor):
    owned, nobodys = make_story(owner=editor), make_story()
    items = done_to(Verb.REVIEW_BY, owned, nobodys, by=editor, day="2999-01-05")
    assert items[owned.pk].words == "Next look by 5 January 2999"
    assert Freshness.objects.get(uid=owned.uid).review_by.year == 2999
    assert "Say whose it is first" in items[nobodys.pk].words


def test_binned_works_come_back(editor):
    story = make_story()
    trash.move_to_trash(story, by=editor)
    assert done_to(Verb.TAKE_OUT, story, by=editor)[story.pk].words == "Back on the desk"


def test_a_run_that_was_killed_goes_on_and_does_nothing_twice(editor, monkeypatch):
    stories = [make_story() for _ in range(5)]
    run = bulk.prepare_run(Verb.BIN, chosen(*stories), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    put_in, calls = trash.move_to_trash, []

    def killed(work, *, by):
        put_in(work, by=by)
        calls.append(work.pk)
        if len(calls) == 3:
            raise SystemExit

    monkeypatch.setattr(trash, "move_to_trash", killed)
    with pytest.raises(SystemExit):
        bulk.work_through.call(run.pk)
    # The third was rolled back with what would have been written of it.
    assert run.items.filter(state=BulkState.DONE).count() == 2
    finish(run)
    assert run.items.filter(state=BulkState.DONE).count() == 5
    assert Event.objects.filter(verb="binned").count() == 5


def test_a_run_whose_task_was_lost_is_continued_within_a_minute(editor):
    lost = bulk.prepare_run(Verb.BIN, chosen(make_story()), by=editor)
    bulk.start_run(lost, {}, by=editor, at=NOW)
    DBTaskResult.objects.all().delete()
    going = bulk.prepare_run(Verb.BIN, chosen(make_story()), by=editor)
    bulk.start_run(going, {}, by=editor, at=NOW)
    prepared = bulk.prepare_run(Verb.BIN, chosen(make_story()), by=editor)
    for _ in range(2):  # two workers, or the next minute
        periodic.run_checks(NOW)
    assert sorted(task.args_kwargs["args"] for task in DBTaskResult.objects.all()) == [[lost.pk], [going.pk]]
    assert not BulkRun.objects.filter(pk=prepared.pk, begun_at__isnull=False).exists()
    finish(lost)
    assert lost.items.get().state == BulkState.DONE


def test_a_run_whose_task_is_at_work_or_was_given_up_is_left_alone(editor):
    run = bulk.prepare_run(Verb.BIN, chosen(make_story()), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.FAILED):
        DBTaskResult.objects.update(status=status)
        assert bulk.enqueue_lost_runs() == 0


def test_one_work_that_fails_keeps_no_other_waiting(editor, monkeypatch):
    one, other = make_story(), make_story()
    put_in = trash.move_to_trash

    def failing(work, *, by):
        if work.pk == one.pk:
            raise RuntimeError("A bug")
        put_in(work, by=by)

    monkeypatch.setattr(trash, "move_to_trash", failing)
    items = done_to(Verb.BIN, one, other, by=editor)
    assert (items[one.pk].words, items[other.pk].words) == (bulk.FAILED, "In the bin")


def test_who_lost_the_right_meanwhile_does_nothing(editor):
    story = make_story()
    run = bulk.prepare_run(Verb.BIN, chosen(story), by=editor)
    bulk.start_run(run, {}, by=editor, at=NOW)
    editor.groups.clear()
    finish(run)
    assert run.items.get().state == BulkState.REFUSED
    assert not Work.objects.exclude(binned_at=None).exists()


def test_nobody_prepares_what_they_may_not_do_nor_begins_what_is_somebody_else_s(editor):
    curator, story = make_user(role="Curator"), make_story()
    with pytest.raises(PermissionDenied):
        bulk.prepare_run(Verb.BIN, chosen(story), by=curator)
    with pytest.raises(PermissionDenied):
        bulk.start_run(bulk.prepare_run(Verb.BIN, chosen(story), by=editor), {}, by=make_user(), at=NOW)
    with pytest.raises(publishing.InvalidStateError):
        bulk.prepare_run(Verb.BIN, chosen(), by=editor)


def test_all_that_match_are_chosen_and_not_only_the_page(client, editor):
    client.force_login(editor)
    for number in range(4):
        make_story(headline=f"Why ferry {number} is late")
    make_story(headline="Why the pier is closed")
    address = reverse("admin:stories_story_changelist") + "?q=ferry"
    response = client.post(address, {"action": "put_into_bin", "index": "0", "select_across": "1"})
    run = BulkRun.objects.get()
    assert response["Location"] == reverse("admin:bulk_run", args=[run.pk])
    assert "4 works" in client.get(response["Location"]).content.decode()
    client.post(response["Location"])
    assert DBTaskResult.objects.count() == 1
    page = client.get(response["Location"]).content.decode()
    assert "none is at work" in page
    WorkerLife.objects.beat("a worker")
    assert "none is at work" not in client.get(response["Location"]).content.decode()
    progress = reverse("admin:bulk_progress", args=[run.pk])
    assert client.get(progress).json() == {
        "done": 0,
        "size": 4,
        "over": False,
        "said": "0 done, 0 refused, 4 to go.",
    }
    finish(run)
    assert client.get(progress).json()["over"]
    assert Work.objects.exclude(binned_at=None).count() == 4
    assert "In the bin" in client.get(response["Location"]).content.decode()
    assert "Put into the bin: 4 works" in client.get(reverse("admin:bulk_runs")).content.decode()


def test_a_run_is_there_for_nobody_else(client, editor):
    run = bulk.prepare_run(Verb.BIN, chosen(make_story()), by=editor)
    client.force_login(make_user(role="Administrator"))
    for name in ("bulk_run", "bulk_progress"):
        assert client.get(reverse(f"admin:{name}", args=[run.pk])).status_code == 404
    assert client.post(reverse("admin:bulk_run", args=[run.pk])).status_code == 404
    assert client.get(f"/admin/bulk/{'9' * 30}/").status_code == 404


def test_a_form_that_lacks_something_is_asked_again(client, editor):
    client.force_login(editor)
    run = bulk.prepare_run(Verb.OWNER, chosen(make_story()), by=editor)
    response = client.post(reverse("admin:bulk_run", args=[run.pk]), {"owner": "\x00"})
    assert response.status_code == 200
    assert BulkRun.objects.get().begun_at is None


def test_an_erased_work_leaves_its_runs_and_the_views_that_name_it(editor):
    story, other = make_story(headline="Why the cable was cut"), make_story()
    for works in ((story,), (story, other)):
        done_to(Verb.BIN, *works, by=editor, note="The cable again.")
    BulkItem.objects.filter(work=other).update(words="“Why the cable was cut” is live under this address.")
    for name, query in (("One", "q=why+THE+c%C3%A1ble+was+cut"), ("Why the cable was cut!", ""), ("Kept", "q=cable")):
        SavedView.objects.create(owner=editor, listing="stories.story", name=name, query=query)
    erase_work(story, by=make_user(role="Administrator"), reason="A court said so.")
    assert [(item.work_id, item.words) for item in BulkItem.objects.all()] == [(other.pk, "Erased.")]
    assert BulkRun.objects.count() == 1
    assert SavedView.objects.get().name == "Kept"
