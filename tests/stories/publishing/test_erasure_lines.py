"""Each erasure is recorded in the file of erasures: before its commit, and with its outcome."""

from contextlib import suppress
from uuid import UUID

import pytest
from django.core.files.base import ContentFile

from newsroom.audit.erasure_lines import to_line
from newsroom.audit.models import Erasure
from newsroom.operations import erasures
from newsroom.operations.erasures import NotRecordedError
from newsroom.page_cache.models import PageKeyQuerySet
from stories.drafts import revisions
from stories.models import Document, Edition, Work, WorkImage
from stories.publishing import triggers
from stories.publishing.erase import erase_edition, erase_passage, erase_work
from stories.publishing.errors import InvalidStateError
from tests.factories import make_published_story, make_story
from tests.newsroom.media.processing.pictures import draw_image, encode_image
from tests.newsroom.media.stored_files import store_upload

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
ORDER = "Regional court of Lisle, 3 November, file 12."


def erase(scope, story, *, by) -> None:
    """Erase the story, its first edition, or its first passage."""
    if scope == "work":
        erase_work(story, by=by, reason=ORDER)
    elif scope == "edition":
        erase_edition(Edition.objects.get(work=story, number=1), by=by, reason=ORDER)
    else:
        erase_passage(story, story.passages.all()[0].uid, by=by, reason=ORDER)


def make_changed_story():
    """Make a live story whose draft says something else."""
    story = make_published_story()
    story.standfirst = "Another summary."
    story.save()
    revisions.record_revision(story, by=None)
    return story


def read_states() -> list[str]:
    return [line.state for line in erasures.read(erasures.path())] if erasures.path().exists() else []


@pytest.mark.parametrize("scope", ["work", "edition", "passage"])
def test_an_erasure_is_recorded_as_begun_and_done(administrator, scope):
    story = make_changed_story()
    part = story.passages.all()[0].uid if scope == "passage" else None
    document = Edition.objects.get(work=story).document.digest if scope == "edition" else ""
    erase(scope, story, by=administrator)
    assert read_states() == ["begun", "done"]
    (line,) = erasures.list_effective(erasures.read(erasures.path()))
    assert (line.scope, line.kind, line.uid) == (scope, "story", str(story.uid))
    assert (line.edition, line.part, line.document) == (1 if scope == "edition" else None, part, document)
    assert (line.reason, line.by) == (ORDER, str(administrator))
    assert line == to_line(Erasure.objects.get())


def test_the_line_is_on_the_disk_before_the_commit(administrator, monkeypatch):
    story = make_published_story()
    states_at_commit = []
    bump = PageKeyQuerySet.bump_versions  # the last statement of the transaction

    def bump_and_look(*args, **kwargs):
        states_at_commit.append(read_states())
        return bump(*args, **kwargs)

    monkeypatch.setattr(PageKeyQuerySet, "bump_versions", bump_and_look)
    erase("work", story, by=administrator)
    assert states_at_commit == [["begun"]]


def test_an_erasure_that_is_rolled_back_is_recorded_as_failed(administrator, monkeypatch):
    story = make_published_story()

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(PageKeyQuerySet, "bump_versions", fail)
    with pytest.raises(RuntimeError):
        erase("work", story, by=administrator)
    assert read_states() == ["begun", "failed"]
    assert erasures.list_effective(erasures.read(erasures.path())) == []
    assert Work.objects.filter(pk=story.pk).exists()


def test_a_refused_erasure_leaves_no_line(administrator, editor):
    story, other = make_published_story(), make_published_story()
    with suppress(InvalidStateError):
        erase_passage(story, other.passages.all()[0].uid, by=administrator, reason=ORDER)
    with suppress(InvalidStateError):
        erase_work(story, by=administrator, reason=" ")
    assert not erasures.path().exists()


@pytest.mark.parametrize("scope", ["work", "edition", "passage"])
def test_without_its_line_nothing_is_erased(administrator, scope):
    story = make_changed_story()
    before = set(Document.objects.values_list("digest", flat=True))
    erasures.path().mkdir()
    with pytest.raises(NotRecordedError):
        erase(scope, story, by=administrator)
    assert set(Document.objects.values_list("digest", flat=True)) == before
    assert Edition.objects.get(work=story).kind == "page"
    assert not Erasure.objects.exists()
    assert triggers.missing() == []


def test_the_line_names_the_originals_that_no_other_picture_has(administrator):
    def store(width):
        return store_upload(ContentFile(encode_image(draw_image(width, 500), "PNG"), name="pier.png"))

    only, copied, other = store(600), store(700), store(700)
    assert copied.digest == other.digest
    story = make_story(lead_image=only, lead_alt="A pier")
    WorkImage.objects.create(work=story, image=copied, alt="A crane")
    revisions.record_revision(story, by=None)
    erase("work", story, by=administrator)
    lines = erasures.read(erasures.path())
    assert [line.files for line in lines] == [(only.digest,), (only.digest,)]
    assert erasures.list_erased_files(lines) == {only.digest}


def test_the_ids_of_two_erasures_differ(administrator):
    ids: set[UUID] = set()
    for _ in range(2):
        erase("work", make_published_story(), by=administrator)
        ids |= {line.id for line in erasures.read(erasures.path())}
    assert len(ids) == 2
