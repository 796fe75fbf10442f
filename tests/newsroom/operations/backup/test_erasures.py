"""What was erased after a backup is in no table, index, file or dump of the restored site."""

import signal
from dataclasses import replace
from io import StringIO
from uuid import UUID

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command

from newsroom.audit.models import Erasure
from newsroom.operations import erasures
from newsroom.operations.backup.create import copy_erasures, create_backup
from newsroom.operations.backup.restore import Source, _read_erasures, restore_backup
from newsroom.operations.backup.store import FolderStore
from newsroom.operations.erasures import DamagedFileError, LineState
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, Work
from stories.publishing import triggers
from stories.publishing.erase import erase_edition, erase_passage, erase_work
from tests.backups import restored
from tests.factories import make_published_story, make_update
from tests.journeys.test_leaks import Words
from tests.newsroom.operations.erasures.lines import make_line
from tests.races.processes import MAX_WAIT, start_process
from tests.races.test_killed_erasure import erase_and_die
from tests.stories.publishing.test_erase import dump_database, make_story_of_words
from tests.stories.workflow.known_person import ADDRESS, NAME, USERNAME, make_person

pytestmark = pytest.mark.audit
ORDER = "Regional court of Lisle, 3 November, file 12."


def save(story, words: str, *, by, is_published: bool = True) -> None:
    """Give the story another summary, and publish it unless told otherwise."""
    story.standfirst = words
    story.save()
    revisions.record_revision(story, by=by)
    if is_published:
        publishing.publish(story, by=by, change=make_update("More is known."))


def test_erasures_after_a_backup_are_repeated_by_its_restore(site, target, administrator, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    words = Words()
    work = make_story_of_words(words, by=administrator)
    changed, shortened, killed = (make_published_story() for _ in range(3))
    save(changed, words.one("edition"), by=administrator)
    shortened.passages.filter(pk=shortened.passages.all()[0].pk).update(text=words.one("passage"))
    save(shortened, "Another summary.", by=administrator)
    save(killed, words.one("killed"), by=administrator)
    make_person(has_by_line=False)  # this person has erased a passage
    person = {word.lower() for word in (ADDRESS, NAME, USERNAME)}
    assert person == {word for word in person if word in dump_database().lower()}
    create_backup(site.store)

    save(changed, "Other words.", is_published=False, by=administrator)
    erase_work(work, by=administrator, reason=ORDER)
    erase_edition(Edition.objects.get(work=changed, number=2), by=administrator, reason=ORDER)
    erase_passage(shortened, shortened.passages.all()[0].uid, by=administrator, reason=ORDER)
    call_command("person", "forget", ADDRESS, yes=True, stdout=StringIO())
    arguments = ("before the commit", killed.pk, administrator.pk)
    with start_process(erase_and_die, *arguments, media_root=settings.VAR_DIR) as process:
        process.join(MAX_WAIT)
        assert process.exitcode == -signal.SIGKILL
    copy_erasures(site.store)
    states = [line.state for line in erasures.read(site.store.root / "erasures.jsonl")]
    assert states == ["begun", "done"] * 5 + ["begun"]

    storage = FileSystemStorage(tmp_path / "elsewhere")
    report = restore_backup(Source(site.store), target, storage=storage)
    assert report.missing == []
    with restored(target):
        content = dump_database()
        assert [where for word, where in words.where.items() if word in content] == []
        assert [word for word in person if word in content.lower()] == []
        assert triggers.missing() == []
        assert Erasure.objects.closed().count() == 6
        assert not Work.objects.filter(uid__in=[work.uid, killed.uid]).exists()
        assert Edition.objects.get(work__uid=changed.uid, number=2).notice == "This edition was removed."
    files = [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()]
    names = "".join(map(str, files)) + "".join(path.read_bytes().decode("latin-1") for path in files)
    assert [where for word, where in words.where.items() if word in names] == []
    assert [word for word in person if word in names.lower()] == []
    digests = erasures.list_erased_files(erasures.read(erasures.path()))
    assert len(digests) == 1
    assert not any((site.store.root / "media" / digest[:2] / digest).exists() for digest in digests)


@pytest.fixture
def record(settings, tmp_path):
    """Return the store of a site without erasures."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return FolderStore(tmp_path / "store")


def stored_ids(store: FolderStore) -> list[UUID]:
    return [line.id for line in erasures.list_effective(erasures.read(store.root / "erasures.jsonl"))]


@pytest.mark.django_db
def test_each_new_line_is_copied(record):
    copy_erasures(record)
    assert (record.root / "erasures.jsonl").read_bytes() == b""
    for _ in range(2):
        erasures.append(make_line())
        copy_erasures(record)
        assert (record.root / "erasures.jsonl").read_bytes() == erasures.path().read_bytes()


@pytest.mark.django_db
def test_a_new_machine_takes_over_the_stored_erasures_and_loses_none_of_its_own(record):
    stored, failed, own = make_line(), make_line(), make_line()
    for line in (stored, failed, replace(failed, state=LineState.FAILED)):
        erasures.append(line)
    copy_erasures(record)
    erasures.path().unlink()
    copy_erasures(record)
    assert stored_ids(record) == [stored.id]
    erasures.append(own)
    copy_erasures(record)
    assert stored_ids(record) == [stored.id, own.id]
    erasures.path().unlink()
    erasures.append(own)
    copy_erasures(record)
    assert set(stored_ids(record)) == {stored.id, own.id}


@pytest.mark.django_db
def test_a_name_that_was_replaced_is_replaced_in_the_store_and_no_erasure_is_done_by_that(record):
    done, failed = make_line(), make_line()
    for line in (done, failed):
        erasures.append(line)
    copy_erasures(record)
    for line in (replace(done, state=LineState.DONE), replace(failed, state=LineState.FAILED)):
        erasures.append(line)
    erasures.replace_names(lambda line: "a former member")
    copy_erasures(record)
    lines = erasures.read(record.root / "erasures.jsonl")
    assert [(line.id, line.state) for line in lines] == [
        (done.id, LineState.BEGUN),
        (failed.id, LineState.BEGUN),
        (done.id, LineState.DONE),
        (failed.id, LineState.FAILED),
    ]
    assert {line.by for line in lines} == {"a former member"}


@pytest.mark.django_db
def test_a_restore_reads_names_and_ends_from_whichever_file_is_newer(record):
    done, failed, lost = make_line(), make_line(), make_line()
    for line in (done, failed, lost, replace(lost, state=LineState.DONE)):
        erasures.append(line)
    copy_erasures(record)
    stored = erasures.path().read_bytes()
    erasures.path().write_bytes(b"".join(stored.splitlines(keepends=True)[:3]))
    for line in (replace(failed, state=LineState.FAILED), replace(done, state=LineState.DONE)):
        erasures.append(line)
    erasures.replace_names(lambda line: "a former member")
    effective = erasures.list_effective(_read_erasures(Source(record)))
    assert [(line.id, line.state, line.by) for line in effective] == [
        (done.id, LineState.DONE, "a former member"),
        (lost.id, LineState.DONE, "a former member"),
    ]


@pytest.mark.django_db
def test_a_damaged_record_does_not_replace_the_stored_one(record):
    erasures.append(make_line())
    copy_erasures(record)
    before = (record.root / "erasures.jsonl").read_bytes()
    erasures.append(make_line())
    erasures.path().write_bytes(erasures.path().read_bytes().replace(b"Ana", b"Eva"))
    with pytest.raises(DamagedFileError):
        copy_erasures(record)
    assert (record.root / "erasures.jsonl").read_bytes() == before
