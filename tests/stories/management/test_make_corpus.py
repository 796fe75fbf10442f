"""The ``make_corpus`` command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from newsroom.http import clock
from newsroom.operations.commands import CannotRunError
from stories.demo.corpus import documents
from stories.models import Edition, Outlet
from topics.models import Topic

pytestmark = pytest.mark.django_db


def make_corpus(stories, **options):
    output = StringIO()
    call_command("make_corpus", stories=stories, stdout=output, stderr=StringIO(), **options)
    return output.getvalue()


def test_a_corpus_is_public_with_its_questions(editor):
    assert make_corpus(6, by=editor.username) == "The corpus has 6 stories.\n"
    live = Edition.objects.live(clock.now())
    assert live.stories().count() == 6
    assert live.questions().count() == 2
    assert set(live.values_list("published_by", flat=True)) == {editor.pk}


def test_a_second_run_adds_only_the_missing_stories(editor):
    make_corpus(3, by=editor.username)
    before = set(Edition.objects.values_list("pk", flat=True))
    make_corpus(7, by=editor.username)
    after = Edition.objects.all()
    assert before < set(after.values_list("pk", flat=True))
    assert after.stories().count() == 7
    assert not after.filter(number__gt=1).exists()


def test_a_corpus_is_the_same_everywhere(editor):
    make_corpus(1, by=editor.username)
    edition = Edition.objects.stories().get()
    assert edition.title == "Caxdurkbridge and the dam that was inspected during the strike"
    assert edition.document.value() == documents.build_story(0)


def test_the_account_that_publishes_a_corpus_cannot_sign_in(db):
    make_corpus(1)
    (publisher,) = {edition.published_by for edition in Edition.objects.select_related("published_by")}
    assert publisher.username == "corpus"
    assert not publisher.has_usable_password()


def test_about_half_of_a_corpus_has_the_same_topic(editor):
    make_corpus(12, by=editor.username)
    story_counts = sorted(topic.editions.filter(edition__work_kind="story").count() for topic in Topic.objects.all())
    assert 3 <= story_counts[-1] <= 9
    assert Outlet.objects.filter(editions__isnull=False).distinct().count() > 20


def test_a_user_who_may_not_publish_cannot_make_a_corpus(writer):
    with pytest.raises(CannotRunError, match="Only editors can publish"):
        make_corpus(1, by=writer.username)
    assert not Edition.objects.exists()
    with pytest.raises(CannotRunError, match="no account"):
        make_corpus(1, by="nobody")


def test_zero_processes_are_refused():
    with pytest.raises(CommandError, match="must be 1 or more"):
        make_corpus(1, processes=0)
