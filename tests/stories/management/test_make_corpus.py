"""What make_corpus leaves behind."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from newsroom.http import clock
from stories.demo.corpus import documents
from stories.models import Edition, Outlet
from topics.models import Topic

pytestmark = pytest.mark.django_db


def make_corpus(stories, **options):
    said = StringIO()
    call_command("make_corpus", stories=stories, stdout=said, stderr=StringIO(), **options)
    return said.getvalue()


def test_a_corpus_is_public_with_its_questions(editor):
    assert make_corpus(6, by=editor.username) == "6 stories of the corpus are there.\n"
    live = Edition.objects.live(clock.now())
    assert live.stories().count() == 6
    assert live.questions().count() == 2
    assert set(live.values_list("published_by", flat=True)) == {editor.pk}


def test_a_corpus_goes_on_from_what_is_there(editor):
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


def test_nobody_signs_in_to_the_account_that_publishes_a_corpus(db):
    make_corpus(1)
    (publisher,) = {edition.published_by for edition in Edition.objects.select_related("published_by")}
    assert publisher.username == "corpus"
    assert not publisher.has_usable_password()


def test_half_of_a_corpus_names_one_topic(editor):
    make_corpus(12, by=editor.username)
    named = sorted(topic.editions.filter(edition__work_kind="story").count() for topic in Topic.objects.all())
    assert 3 <= named[-1] <= 9
    assert Outlet.objects.filter(editions__isnull=False).distinct().count() > 20


def test_whoever_may_not_publish_makes_no_corpus(writer):
    with pytest.raises(CommandError, match="Only editors publish"):
        make_corpus(1, by=writer.username)
    assert not Edition.objects.exists()
    with pytest.raises(CommandError, match="no account"):
        make_corpus(1, by="nobody")


def test_no_processes_at_all_are_refused():
    with pytest.raises(CommandError, match="say 1"):
        make_corpus(1, processes=0)
