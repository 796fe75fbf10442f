"""Retention: with the clock a year ahead everything that expires is gone, and what is recorded remains."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from newsroom import caching
from newsroom.accounts.invitations import create_invitation, withdraw_invitation
from newsroom.accounts.models import Invitation
from newsroom.audit.models import AccessEntry, AccessVerb, Erasure, Event
from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.caching import TABLE
from newsroom.http import clock
from newsroom.notifications.models import Notice
from newsroom.operations import retention
from newsroom.operations.models import Alert, GaugeRecord, Process
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.site.models import Report
from stories import imports
from stories.drafts.publication_status import annotate_publication_status
from stories.models import (
    AutosaveSlot,
    BulkItem,
    BulkRun,
    Comment,
    Document,
    Edition,
    Import,
    Presence,
    Revision,
    SharedPreview,
    Story,
    Work,
)
from stories.publishing.erase import erase_passage
from stories.workflow import bulk, presence, shared_previews
from stories.workflow.comments import verbs
from tests.factories import make_failure, make_published_story, make_report, make_story, make_user
from tests.stories.workflow.test_autosave import store_text

pytestmark = [pytest.mark.database, pytest.mark.django_db]
YEAR = timedelta(days=366)
TEXT = b"What's happened\nThe gate closed on Monday.\nGo deeper\nCommon question\n-\nWhy did it close?\nThe tide was high.\n"


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def author():
    return make_user(role="Editor")


def tidy(at: datetime, *only: str) -> dict[str, int]:
    """Run the rules, and return how much each of them deleted. Fail if any of them fails."""
    outcomes = list(retention.tidy(at=at, only=only))
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return {outcome.name: outcome.deleted for outcome in outcomes}


def share(work, *, by, **options) -> shared_previews.NewLink:
    ends_at = clock.now() + timedelta(days=7)
    return shared_previews.create_link(work, by=by, ends_at=ends_at, **{"label": "Lawyer", **options})


def bring_in(text: bytes, into=None) -> Work:
    return imports.save_import(imports.prepare_import(text, name="gate.txt", into=into, at=clock.now()), by=None)


def start_bulk_action(work, *, by) -> BulkRun:
    works = annotate_publication_status(Story.objects.filter(pk=work.pk), at=clock.now())
    run = bulk.prepare_run(bulk.Verb.SUBMIT, works, by=by)
    bulk.start_run(run, {}, by=by, at=clock.now())
    return run


def run_bulk_action(work, *, by) -> None:
    run = start_bulk_action(work, by=by)
    bulk.work_through.call(run.pk)


def make_everything(author) -> None:
    """Make data of every kind that expires, and some of every kind that does not."""
    now, administrator, story = clock.now(), make_user(role="Administrator"), make_published_story()
    erase_passage(story, story.sections.get(kind="happened").uid, by=administrator, reason="By order of a court.")
    make_report(email="reader@lisle.example")
    job = make_failure().task
    Failure.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(status="FAILED", finished_at=now)
    session = SessionStore()
    session["words"] = "some"
    session.save()
    Alert.objects.create(code="disk", level="red", words="The disk is full.", since=now, told=now, ended=now)
    GaugeRecord.objects.create(minute=now, values={})
    AccessEntry.objects.create(account=author, verb=AccessVerb.SIGNED_IN, at=now)
    UserSession.objects.create(user=author, ip="192.0.2.7", session_key="ended", user_agent="Firefox")
    create_invitation("new@lisle.example", roles=[], by=administrator, at=now)
    store_text(story, author, text="Never taken over")
    presence.report_presence(
        str(story.pk),
        "story",
        by=author,
        window=uuid4(),
        sequence=1,
        place="",
        has_unsaved=False,
        is_active=True,
        at=now,
    )
    share(make_story(), by=author)
    run_bulk_action(make_story(), by=author)
    bring_in(TEXT)
    for read_at in (None, now):
        Notice.objects.create(
            person=author,
            kind="due",
            thing_kind="story",
            thing_uid=story.uid,
            words="Due.",
            address="/",
            told_at=now,
            read_at=read_at,
        )
    WorkerLife.objects.create(worker_id="a", seen_at=now)
    PageKey.objects.create(name=f"topic:{uuid4().hex}", version=1)
    StoredPage.objects.create(
        release="r", address="/", status=200, tag="t", headers="[]", content=b"", keys={"site": 1}, stored_at=now
    )
    cache.set("limit", 1, 60)
    default_storage.save("originals/pier.jpg.x.part", ContentFile(b"half"))


def count_cache_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 -- a constant
        count: int = cursor.fetchone()[0]
        return count


def count_recorded() -> list[int]:
    return [model.objects.count() for model in (Revision, Edition, Document, Event, Erasure)]


def test_a_year_later_everything_that_expires_is_gone_and_what_is_recorded_remains(author):
    make_everything(author)
    before, in_a_year = count_recorded(), clock.now() + YEAR
    with clock.fixed_at(in_a_year):
        deleted = tidy(clock.now())
    assert deleted.pop("static") == 0  # nothing was collected
    assert all(deleted.values()), deleted
    for rows in (
        AccessEntry, AutosaveSlot, BulkItem, BulkRun, Invitation, Notice, Presence, Session, SharedPreview, StoredPage,
        UserSession, WorkerLife, Report.objects.exclude(email=""), Import.objects.exclude(notes=[]), Job.objects.exclude(status="READY"),
    ):  # fmt: skip
        assert not (rows.objects.all() if isinstance(rows, type) else rows).exists(), rows
    assert not PageKey.objects.filter(name__startswith="topic:", version=1).exists()
    assert count_cache_rows() == 0
    assert not list(Path(default_storage.location).rglob("*.part"))
    assert count_recorded() == before
    assert set(tidy(in_a_year).values()) == {0}


def test_a_dry_run_a_year_later_counts_all_of_it_and_deletes_nothing(author, capsys):
    make_everything(author)
    tables = [name for name in connection.introspection.table_names() if "sqlite" not in name]

    def count_rows() -> dict[str, int]:
        with connection.cursor() as cursor:
            counts = {}
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- from the catalogue
                counts[table] = cursor.fetchone()[0]
            return counts

    before, files = count_rows(), sorted(Path(default_storage.location).rglob("*"))
    with clock.fixed_at(clock.now() + YEAR):
        call_command("tidy", dry_run=True)
        counted = dict(line.split(" would")[0].split(": ") for line in capsys.readouterr().out.splitlines())
        assert (count_rows(), sorted(Path(default_storage.location).rglob("*"))) == (before, files)
        assert {name: str(count) for name, count in tidy(clock.now()).items()} == counted


def test_on_the_same_day_nothing_is_deleted_but_what_has_ended_already(author):
    make_everything(author)
    PageKey.objects.filter(version=1).delete()
    deleted = {name: count for name, count in tidy(clock.now()).items() if count}
    assert deleted == {"sessions": 1}  # the description of a session that is gone


def make_alert(at: datetime, author) -> None:
    Alert.objects.create(code="disk", level="red", words="The disk is full.", since=at - YEAR, told=at, ended=at)


def make_bulk_run(at: datetime, author) -> None:
    run_bulk_action(make_story(), by=author)
    BulkRun.objects.update(begun_at=at, ended_at=at)


def make_gauges(at: datetime, author) -> None:
    GaugeRecord.objects.create(minute=at, values={})


def make_page_key(at: datetime, author) -> None:
    PageKey.objects.bump_versions([f"topic:{uuid4().hex}"], at=at)


def make_presence(at: datetime, author) -> None:
    story, window = make_story(), uuid4()
    presence.report_presence(
        str(story.pk), "story", by=author, window=window, sequence=1, place="", has_unsaved=False, is_active=True, at=at
    )  # fmt: skip


def make_session(at: datetime, author) -> None:
    session = SessionStore()
    session["words"] = "some"
    session.save()
    Session.objects.update(expire_date=at)
    UserSession.objects.create(user=author, ip="192.0.2.7", session_key=session.session_key, user_agent="Firefox")


def make_task(at: datetime, author) -> None:
    job = make_failure().task
    Failure.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(status="FAILED", finished_at=at)


def make_process(at: datetime, author) -> None:
    WorkerLife.objects.create(worker_id="a", seen_at=at)
    values = {"host": "web1", "kind": "web", "version": "1.0.0", "release": "r"}
    Process.objects.create(pid=4711, begun_at=at - YEAR, seen_at=at, **values)


@pytest.mark.parametrize(
    ("name", "make", "days", "rows"),
    [
        ("alerts", make_alert, 365, 1),
        ("bulk_runs", make_bulk_run, 90, 2),
        ("metrics", make_gauges, 8, 1),
        ("page_keys", make_page_key, 30, 1),
        ("presence", make_presence, 1, 1),
        ("sessions", make_session, 0, 2),
        ("tasks", make_task, 14, 1),
        ("workers", make_process, 14, 2),
    ],
)
def test_rows_stay_to_the_last_minute_and_go_in_the_next(author, name, make, days, rows):
    at, minute = clock.now(), timedelta(minutes=1)
    make(at, author)
    end = at + timedelta(days=days)
    assert tidy(end - minute, name) == {name: 0}
    assert tidy(end + minute, name) == {name: rows}


@pytest.mark.parametrize(("days", "deleted"), [(29, 0), (31, 1)])
def test_text_that_nobody_takes_over_goes_after_thirty_days(author, days, deleted):
    now = clock.now()
    store_text(make_story(), author, at=now)
    assert tidy(now + timedelta(days=days), "autosaves") == {"autosaves": deleted}


@pytest.mark.parametrize(("days", "deleted"), [(6, 0), (8, 1)])
def test_an_emptied_slot_goes_after_a_week(author, days, deleted):
    now, story = clock.now(), make_story()
    store_text(story, author, at=now)
    AutosaveSlot.objects.update(emptied_at=now)
    assert tidy(now + timedelta(days=days), "autosaves") == {"autosaves": deleted}


@pytest.mark.parametrize(
    ("days", "is_read", "deleted"), [(179, True, 0), (181, True, 1), (181, False, 0), (359, False, 0), (361, False, 1)]
)
def test_unread_notifications_stay_twice_as_long_as_read_ones(author, days, is_read, deleted):
    now = clock.now()
    Notice.objects.create(
        person=author, kind="due", thing_kind="story", thing_uid=uuid4(), words="Due.", address="/", told_at=now,
        read_at=now if is_read else None,
    )  # fmt: skip
    assert tidy(now + timedelta(days=days), "notices") == {"notices": deleted}


def test_an_old_notification_that_was_read_lately_stays(author):
    now = clock.now()
    Notice.objects.create(
        person=author, kind="due", thing_kind="story", thing_uid=uuid4(), words="Due.", address="/", told_at=now,
        read_at=now + timedelta(days=350),
    )  # fmt: skip
    assert tidy(now + timedelta(days=370), "notices") == {"notices": 0}
    assert tidy(now + timedelta(days=531), "notices") == {"notices": 1}


def test_a_link_goes_thirty_days_after_it_expired_or_was_revoked(author):
    now, work = clock.now(), make_story()
    revoked = share(work, by=author, label="Revoked")
    expired = share(work, by=author, label="Expired")
    shared_previews.revoke_link(revoked.link, by=author)
    assert tidy(now + timedelta(days=31), "previews") == {"previews": 1}
    assert SharedPreview.objects.get() == expired.link
    assert tidy(now + timedelta(days=38), "previews") == {"previews": 1}


def test_a_link_with_comments_stays_so_that_an_erasure_finds_them(author):
    work = make_story()
    created = share(work, by=author, takes_comments=True)
    verbs.add_outside_comment(created.link, created.token, work, "Is that so?", at=clock.now(), shown_revision=1)
    assert tidy(clock.now() + YEAR, "previews") == {"previews": 0}
    assert Comment.objects.get().link == created.link


def test_a_bulk_action_that_has_not_ended_stays(author):
    work = make_story()
    start_bulk_action(work, by=author)
    assert tidy(clock.now() + YEAR, "bulk_runs") == {"bulk_runs": 0}


def test_the_last_import_into_a_work_stays_without_its_notes():
    now, work = clock.now(), bring_in(TEXT)
    bring_in(TEXT.replace(b"Monday", b"Tuesday"), into=work)
    last = Import.objects.latest("pk")
    assert tidy(now + timedelta(days=89), "imports") == {"imports": 0}
    assert tidy(now + timedelta(days=91), "imports") == {"imports": 2}
    remaining = Import.objects.get()
    assert (remaining.pk, remaining.notes, remaining.document) == (last.pk, [], last.document)
    # The same bytes are still known, and a later text is still compared with the last one.
    again = TEXT.replace(b"Monday", b"Tuesday")
    assert imports.prepare_import(again, name="gate.txt", at=clock.now()).is_unchanged


def test_an_invitation_that_was_accepted_stays(administrator, author):
    now = clock.now()
    accepted = create_invitation("ana@lisle.example", roles=[], by=administrator, at=now).invitation
    Invitation.objects.filter(pk=accepted.pk).update(taken_at=now, taken_by=author)
    withdrawn = create_invitation("cem@lisle.example", roles=[], by=administrator, at=now).invitation
    withdraw_invitation(withdrawn, by=administrator, at=now)
    assert tidy(now + timedelta(days=31), "invitations") == {"invitations": 1}
    assert Invitation.objects.get() == accepted


def test_a_failed_task_stays_until_somebody_decides(author):
    make_failure()
    Job.objects.update(status="FAILED", finished_at=clock.now())
    assert tidy(clock.now() + YEAR, "tasks") == {"tasks": 0}


def test_an_unfinished_file_that_is_still_written_stays():
    default_storage.save("originals/pier.jpg.x.part", ContentFile(b"half"))
    assert tidy(clock.now() + timedelta(hours=23), "part_files") == {"part_files": 0}
    path = Path(default_storage.path("originals/pier.jpg.x.part"))
    old = (clock.now() - timedelta(hours=25)).timestamp()
    os.utime(path, (old, old))
    assert tidy(clock.now(), "part_files") == {"part_files": 1}


@pytest.mark.django_db(transaction=True)
def test_a_search_for_expired_rows_continues_on_a_new_connection(monkeypatch):
    monkeypatch.setattr(caching, "_EXPIRED_BATCH", 1)
    for name in ("pier", "tide"):
        cache.set(name, 1, 60)
    batches = caching.find_expired_rows(clock.now() + timedelta(minutes=2), timedelta())
    first = next(batches)
    connection.close()
    assert sorted([*first, *next(batches)]) == [":1:pier", ":1:tide"]


def test_only_the_expired_rows_of_the_cache_go():
    now = clock.now()
    for number in range(3):
        cache.set(f"short{number}", 1, 60)
        cache.set(f"long{number}", 1, 3_600)
    assert tidy(now + timedelta(minutes=2), "cache") == {"cache": 3}
    assert count_cache_rows() == 3
