"""Importing many documents at once: query counts, refusals, and memory use."""

import gc
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.audit.models import Event
from newsroom.http import clock
from stories import imports
from stories.demo.corpus import documents as documents_module
from stories.demo.corpus import publish_corpus
from stories.documents import Explainer
from stories.models import FAQ, Article, Citation, Edition, Import, Revision, Story, Work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def names_of_the_corpus(editor):
    """Create all topics and outlets that the documents name."""
    for _ in publish_corpus(0, by=editor):
        pass


@pytest.fixture
def write_file(tmp_path):
    def write(document, *, broken=False):
        path = tmp_path / f"{document.kind}-{document.uid}.json"
        text = document.canonical()
        path.write_text(text[:-9] if broken else text, encoding="utf-8")
        return str(path)

    return write


def import_files(*files, **options):
    out, errors = StringIO(), StringIO()
    try:
        call_command("import_explainer", *files, stdout=out, stderr=errors, **options)
    except CommandError as error:
        errors.write(str(error))
    return out.getvalue(), errors.getvalue()


def count_explainers_in_memory():
    # Use type(): isinstance() reads __class__, which would evaluate lazy objects.
    return sum(issubclass(type(each), Explainer) for each in gc.get_objects())


def story(number):
    return documents_module.build_story(number).changed(questions=())


def test_each_document_becomes_an_equal_draft(write_file):
    documents = [documents_module.build_story(0), documents_module.build_question(0), story(5)]
    output, errors = import_files(*(write_file(document) for document in documents))
    assert errors == ""
    assert output.count(": imported as ") == 3
    assert (Story.objects.count(), FAQ.objects.count(), Import.objects.count()) == (2, 1, 3)
    for document in documents:
        work = Work.objects.get(uid=document.uid)
        revision = work.revisions.get()
        assert revision.document.value() == document
        assert revision.reason.startswith("Imported from ")
        assert work.citations_given == len(document.citations)
    assert Citation.objects.count() == Article.objects.count() == 16
    assert Event.objects.filter(verb="imported").count() == 3
    assert Event.objects.filter(verb="added", kind="article").count() == 16


def test_many_imports_need_few_additional_queries(write_file):
    def cost(numbers):
        files = [write_file(story(number)) for number in numbers]
        with CaptureQueriesContext(connection) as queries:
            import_files(*files)
        return len(queries)

    cost(range(1))  # queries that run once for each connection and model
    few, many = cost(range(10, 13)), cost(range(20, 32))
    assert few <= 60
    assert many <= few + 9 * 6


def test_a_refused_document_is_not_saved_and_does_not_affect_the_others(write_file):
    documents = [story(number) for number in range(4)]
    files = [write_file(document, broken=number == 2) for number, document in enumerate(documents)]
    output, errors = import_files(*files)
    assert output.count(": imported as ") == 3
    assert errors.startswith(f"{files[2]}, line 1: This is not JSON")
    assert errors.endswith("1 of 4 refused.")
    assert not Work.objects.filter(uid=documents[2].uid).exists()


def test_a_document_with_an_unknown_picture_is_named_among_the_others(write_file):
    documents = [story(number) for number in range(3)]
    with_unknown_picture = documents[1].changed(
        pictures=[{"uid": str(documents[0].uid), "image": str(documents[0].uid), "alt": "A gate"}]
    )
    files = [write_file(each) for each in (documents[0], with_unknown_picture, documents[2])]
    output, errors = import_files(*files)
    assert output.count(": imported as ") == 2
    assert f"{files[1]}, line 1: The picture {documents[0].uid} is not in the library." in errors
    assert Revision.objects.count() == 2


def test_the_same_document_twice_is_one_work(write_file, tmp_path):
    file = write_file(story(0))
    again = tmp_path / "again.json"
    again.write_text(json.dumps(json.loads(story(0).canonical()), indent=1))
    output, errors = import_files(file, file, str(again))
    assert errors == ""
    assert [line.split(": ")[1].split(" as ")[0] for line in output.splitlines()] == [
        "imported",
        "unchanged",
        "unchanged",
    ]
    assert Story.objects.count() == 1


def test_many_imports_can_be_published(write_file, editor):
    files = [
        write_file(each)
        for each in (
            documents_module.build_question(0),
            documents_module.build_story(0),
            documents_module.build_story(1),
        )
    ]
    output, errors = import_files(*files, by=editor.username, publish=True)
    assert errors == ""
    assert output.count(": imported as ") == 3
    assert Edition.objects.live(clock.now()).count() == 3


def test_a_document_that_cannot_be_published_is_named_and_the_others_are_published(write_file, editor):
    without_topics = story(1).changed(topics=())
    files = [write_file(story(0)), write_file(without_topics), write_file(story(2))]
    output, errors = import_files(*files, by=editor.username, publish=True)
    assert output.count(": imported as ") == 2
    assert f"{files[1]}, line 1: Not published. Add a topic" in errors
    assert not Story.objects.filter(uid=without_topics.uid).exists()


def test_the_printed_json_is_complete_even_if_a_file_is_refused(write_file):
    files = [
        write_file(story(0)),
        write_file(story(1), broken=True),
        write_file(story(2).changed(standfirst="One\u2028two.")),
    ]
    result = json.loads(import_files(*files, json=True)[0])
    assert (result["imported"], result["refused"]) == (2, 1)
    assert [each["status"] for each in result["files"]] == ["imported", "refused", "imported"]


@pytest.mark.audit
def test_memory_use_is_limited_by_the_size_of_a_batch(write_file, monkeypatch):
    monkeypatch.setattr(imports, "MAX_BATCH_SIZE", 3)
    files = [write_file(story(number)) for number in range(15)]
    counts = []

    class CountingOutput(StringIO):
        def write(self, text):
            gc.collect()
            counts.append(count_explainers_in_memory())
            return super().write(text)

    gc.collect()
    before = count_explainers_in_memory()
    call_command("import_explainer", *files, stdout=CountingOutput())
    assert Story.objects.count() == 15
    assert 0 < max(counts) - before <= 3
