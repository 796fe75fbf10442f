"""Many documents come in at once: in few queries, whole or not at all each, and in memory that does not grow."""

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
    """Let all topics and outlets be known that the documents name."""
    for _ in publish_corpus(0, by=editor):
        pass


@pytest.fixture
def kept(tmp_path):
    def keep(document, *, broken=False):
        path = tmp_path / f"{document.kind}-{document.uid}.json"
        text = document.canonical()
        path.write_text(text[:-9] if broken else text, encoding="utf-8")
        return str(path)

    return keep


def bring_in(*files, **options):
    out, problems = StringIO(), StringIO()
    try:
        call_command("import_explainer", *files, stdout=out, stderr=problems, **options)
    except CommandError as error:
        problems.write(str(error))
    return out.getvalue(), problems.getvalue()


def explainers_in_memory():
    # By their types: to ask an object for its class begins what is lazy.
    return sum(issubclass(type(each), Explainer) for each in gc.get_objects())


def story(number):
    return documents_module.build_story(number).changed(questions=())


def test_each_document_becomes_a_draft_that_says_it(kept):
    documents = [documents_module.build_story(0), documents_module.build_question(0), story(5)]
    said, problems = bring_in(*(kept(document) for document in documents))
    assert problems == ""
    assert said.count(": imported as ") == 3
    assert (Story.objects.count(), FAQ.objects.count(), Import.objects.count()) == (2, 1, 3)
    for document in documents:
        work = Work.objects.get(uid=document.uid)
        revision = work.revisions.get()
        assert revision.document.value() == document
        assert revision.reason.startswith("Brought in from ")
        assert work.citations_given == len(document.citations)
    assert Citation.objects.count() == Article.objects.count() == 16
    assert Event.objects.filter(verb="imported").count() == 3
    assert Event.objects.filter(verb="added", kind="article").count() == 16


def test_many_cost_few_queries_more_than_few(kept):
    def cost(numbers):
        files = [kept(story(number)) for number in numbers]
        with CaptureQueriesContext(connection) as queries:
            bring_in(*files)
        return len(queries)

    cost(range(1))  # what is asked once for each connection and kind of thing
    few, many = cost(range(10, 13)), cost(range(20, 32))
    assert few <= 60
    assert many <= few + 9 * 6


def test_one_that_is_refused_leaves_the_others_and_nothing_of_itself(kept):
    documents = [story(number) for number in range(4)]
    files = [kept(document, broken=number == 2) for number, document in enumerate(documents)]
    said, problems = bring_in(*files)
    assert said.count(": imported as ") == 3
    assert problems.startswith(f"{files[2]}, line 1: This is not JSON")
    assert problems.endswith("1 of 4 refused.")
    assert not Work.objects.filter(uid=documents[2].uid).exists()


def test_one_that_the_database_does_not_take_is_named_among_others(kept):
    documents = [story(number) for number in range(3)]
    wanting = documents[1].changed(
        pictures=[{"uid": str(documents[0].uid), "image": str(documents[0].uid), "alt": "A gate"}]
    )
    files = [kept(each) for each in (documents[0], wanting, documents[2])]
    said, problems = bring_in(*files)
    assert said.count(": imported as ") == 2
    assert f"{files[1]}, line 1: The picture {documents[0].uid} is not in the library." in problems
    assert Revision.objects.count() == 2


def test_the_same_document_twice_is_one_work(kept, tmp_path):
    file = kept(story(0))
    again = tmp_path / "again.json"
    again.write_text(json.dumps(json.loads(story(0).canonical()), indent=1))
    said, problems = bring_in(file, file, str(again))
    assert problems == ""
    assert [line.split(": ")[1].split(" as ")[0] for line in said.splitlines()] == [
        "imported",
        "unchanged",
        "unchanged",
    ]
    assert Story.objects.count() == 1


def test_many_are_published_as_they_come_in(kept, editor):
    files = [
        kept(each)
        for each in (
            documents_module.build_question(0),
            documents_module.build_story(0),
            documents_module.build_story(1),
        )
    ]
    said, problems = bring_in(*files, by=editor.username, publish=True)
    assert problems == ""
    assert said.count(": imported as ") == 3
    assert Edition.objects.live(clock.now()).count() == 3


def test_what_cannot_be_published_is_named_and_the_others_are_public(kept, editor):
    bare = story(1).changed(topics=())
    files = [kept(story(0)), kept(bare), kept(story(2))]
    said, problems = bring_in(*files, by=editor.username, publish=True)
    assert said.count(": imported as ") == 2
    assert f"{files[1]}, line 1: It cannot be published yet. No topic is named" in problems
    assert not Story.objects.filter(uid=bare.uid).exists()


def test_the_object_that_is_printed_is_whole_whatever_was_refused(kept):
    files = [kept(story(0)), kept(story(1), broken=True), kept(story(2).changed(standfirst="One\u2028two."))]
    made = json.loads(bring_in(*files, json=True)[0])
    assert (made["imported"], made["refused"]) == (2, 1)
    assert [each["status"] for each in made["files"]] == ["imported", "refused", "imported"]


@pytest.mark.audit
def test_no_more_documents_are_in_memory_than_are_taken_in_together(kept, monkeypatch):
    monkeypatch.setattr(imports, "MOST", 3)
    files = [kept(story(number)) for number in range(15)]
    alive = []

    class Told(StringIO):
        def write(self, text):
            gc.collect()
            alive.append(explainers_in_memory())
            return super().write(text)

    before = explainers_in_memory()
    call_command("import_explainer", *files, stdout=Told())
    assert Story.objects.count() == 15
    assert max(alive) - before <= 3 * 3
    assert alive[-1] - before <= 3 * 3
