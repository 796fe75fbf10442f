"""Erased points, forecasts, answers and sources leave no word and no row: not in a table, a stored page or the search."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.test import Client

from newsroom.http import clock
from stories import drafts, publishing
from stories.documents.merge.citations import renumber_sources
from stories.drafts import citations, revisions
from stories.models import (
    Article,
    ClaimCell,
    Comment,
    Document,
    Edition,
    EditionAnswer,
    EditionArticle,
    EditionForecast,
    EditionQuestionState,
    Import,
    Override,
    Story,
    StoryClaim,
    StoryForecast,
)
from stories.publishing.erase import erase_passage, erase_work, list_parts
from stories.publishing.erase.find_remains import find_remains
from stories.publishing.erase.traces import ERASED
from stories.workflow import comments
from tests.conftest import signed_in
from tests.factories import edition_of, make_question, make_update
from tests.stories.claims import make_cell, make_claim, publish_claims
from tests.stories.forecasts import make_story_with_forecasts
from tests.stories.publishing.test_erase import ORDER, dump_stored_pages

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ADDRESSES = ("/stories/tunnel/", "/stories/tunnel.txt", "/questions/pumps/", "/forecasts/", "/questions/open/")
SOURCE = ["qxtitle", "qxaddress", "qxauthor"]
WORDS = {
    "passage": ["qxpassage"],
    "claim": ["qxclaim", "qxcell"],
    "cell": ["qxcell"],
    "forecast": ["qxspeaker", "qxforecast", "qxoutcome"],
    "source": [*SOURCE, "qxcell", "qxspeaker", "qxforecast", "qxoutcome"],
    "answer": ["qxanswer"],
    "story": [*SOURCE, "qxpassage", "qxclaim", "qxcell", "qxspeaker", "qxforecast", "qxoutcome"],
    "question": ["qxanswer", "qxshort", "qxmissing"],
}
# What remains of each model, if not all.
ROWS_LEFT = {
    "claim": {StoryClaim: 0, ClaimCell: 0},
    "cell": {StoryClaim: 1, ClaimCell: 1},
    "forecast": {StoryForecast: 0, EditionForecast: 0},
    "source": {StoryClaim: 1, ClaimCell: 1, StoryForecast: 0, EditionForecast: 0, Article: 0, EditionArticle: 0},
    "answer": {EditionAnswer: 2, EditionQuestionState: 2},
    "story": {StoryClaim: 0, ClaimCell: 0, StoryForecast: 0, EditionForecast: 0},
    "question": {EditionAnswer: 0, EditionQuestionState: 0},
}


@pytest.fixture
def story(administrator):
    """Return a story with a passage, a point and a forecast, published twice with words that nothing else has.

    Its only source, with the number 60, is that of the forecast and of a value, and the passage cites it.
    """
    forecast = {"speaker": "The Qxspeaker", "expected": "The qxforecast opens.", "state": "in_part"}
    story = make_story_with_forecasts({**forecast, "outcome": "A qxoutcome."}, slug="tunnel")
    details = {"title": "The qxtitle", "url": "https://paper.example/qxaddress", "author": "Qxauthor"}
    Article.objects.update(**details)
    passage = story.passages.order_by("pk")[0]
    passage.text = "It says qxpassage [@60]."
    passage.save()
    revisions.record_revision(story, by=administrator)
    publishing.publish(story, by=administrator)
    outlets = [outlet for each in story.passages.all() for outlet in each.outlets.all()]
    cells = (make_cell(outlets[0], "200", quotation="We saw qxcell.", source=60), make_cell(outlets[1], "300"))
    publish_claims(story, make_claim(*cells, claim="Qxclaim emptied"))
    return story


@pytest.fixture
def question(administrator):
    """Return a question that is partly answered, published twice."""
    fields = {
        "state": "partly",
        "open_since": date(2026, 11, 1),
        "missing": "A qxmissing.",
        "short_answer": "So qxshort.",
    }
    days = {"short_answer_as_of": date(2026, 11, 1), "short_answer_expires_on": date(2097, 1, 1)}
    question = make_question(slug="pumps", **fields, **days)
    question.answers.filter(position=0).update(text="The qxanswer did.", expires_on=date(2097, 1, 1))
    for note in ("One.", "Two."):
        question.answers.filter(position=1).update(text=f"The harbour office signs it. {note}")
        revisions.record_revision(question, by=administrator)
        publishing.publish(question, by=administrator, change=make_update(note))
    return question


def list_remains(words: list[str]) -> set[str]:
    """Return where a row, a stored page or a public page has one of the words."""
    found = {"stored pages": dump_stored_pages()}
    for model in apps.get_models():
        found[model._meta.label] = str(list(model._base_manager.values()))
    searches = [f"/search/?q={word}" for word in words]
    for address in (*ADDRESSES, *searches):
        # The page of a search repeats what was asked.
        text = Client().get(address).content.decode()
        found[address] = str("/stories/tunnel/" in text or "/questions/pumps/" in text) if "?" in address else text
    hits = {address for address in searches if found[address] == "True"}
    return hits | {place for place, text in found.items() if any(word in text.casefold() for word in words)}


@pytest.mark.parametrize("part", WORDS)
def test_no_word_and_no_row_of_an_erased_part_remains(
    part, story, question, administrator, django_capture_on_commit_callbacks
):
    work = question if part in {"answer", "question"} else story
    for address in ADDRESSES:
        assert Client().get(address).status_code == 200
    before = list_remains(WORDS[part])
    assert {"stored pages", "stories.Document", "stories.Edition"} <= before
    rows = {"cell": ClaimCell.objects.exclude(quotation=""), "claim": story.claims, "forecast": story.forecasts}
    rows |= {"passage": story.passages.filter(text__contains="qx"), "answer": question.answers.filter(position=0)}
    rows["source"] = Article.objects
    with django_capture_on_commit_callbacks(execute=True):
        if part in rows:
            erase_passage(work, rows[part].get().uid, by=administrator, reason=ORDER)
        else:
            erase_work(work, by=administrator, reason=ORDER)
    assert list_remains(WORDS[part]) == set()
    assert {model: model.objects.count() for model in ROWS_LEFT.get(part, {})} == ROWS_LEFT.get(part, {})


def test_with_a_passage_go_the_values_and_forecasts_that_repeat_it_in_any_version(story, administrator):
    first, second = story.passages.order_by("pk")
    first.text = "It counts about 4,200 people, and “they left in qxboats”."
    first.save()
    own, other = (each.outlets.get() for each in (first, second))
    cells = (make_cell(own, "About 4,200", quotation="They left in qxboats."), make_cell(other, "about 4,200"))
    untold = (make_cell(own, "some 420"), make_cell(other, "four"))
    publish_claims(story, make_claim(*cells), make_claim(*untold, claim="Dogs"))
    first.text = "It counts nobody any more. The qxforecast opens."
    first.save()
    revisions.record_revision(story, by=administrator)
    publishing.publish(Story.objects.get(pk=story.pk), by=administrator, change=make_update("It counts again."))

    erase_passage(story, first.uid, by=administrator, reason=ORDER)

    assert list_remains(["qxboats", "qxforecast"]) == set()
    (document,) = {edition_of(story).document.value(), drafts.build_document(story)}
    values = {claim.claim: [(cell.outlet.name, cell.value) for cell in claim.cells] for claim in document.claims}
    assert values == {
        "Homes emptied": [(other.name, "about 4,200")],
        "Dogs": [(own.name, "some 420"), (other.name, "four")],
    }
    assert document.forecasts == ()


def test_an_erased_source_leaves_the_other_words_and_other_sources(story, administrator):
    document = drafts.build_document(story)
    (paper,) = document.citations
    imported = Document.objects.store(renumber_sources(document, {60: 7}))
    note = {"line": 1, "code": "x", "message": "“The qxtitle” was found."}
    Import.objects.create(digest="0" * 64, work=story, document=imported, format="text", notes=[note])
    for place in ("citations.60", "headline"):
        comments.add_comment(story, f"About {place}.", by=administrator, at=clock.now(), place=place)
    for anchor in ("citations.60.url", "citations.6.url"):
        values = {"code": "a", "message": "The qxtitle.", "reason": "So be it.", "by": administrator}
        Override.objects.create(edition=edition_of(story), anchor=anchor, **values)
    assert list_parts(story)[paper.article] == f"{paper.outlet.name}: The qxtitle"
    before = revisions.get_newest_revision(story).number

    erase_passage(story, paper.article, by=administrator, reason=ORDER)

    for row in Document.objects.exclude(editions=None, imports=None):
        value = row.value()
        assert (value.citations, value.forecasts) == ((), ())
        assert "It says qxpassage." in [each.text for each in value.passages]
    assert "It says qxpassage." in Client().get("/stories/tunnel/").content.decode()
    assert revisions.record_revision(story, by=administrator).number == before
    assert [comment.place for comment in Comment.objects.all()] == ["headline"]
    messages = dict(Override.objects.values_list("anchor", "message"))
    assert messages == {"citations.60.url": ERASED, "citations.6.url": "The qxtitle."}
    assert Import.objects.get().notes == []


def test_a_source_remains_on_other_pages_until_it_is_erased_there(
    story, question, administrator, django_capture_on_commit_callbacks
):
    article = Article.objects.get()
    question.introduction = f"It says so [@{citations.cite_article(question, article).number}]."
    question.save()
    revisions.record_revision(question, by=administrator)
    publishing.publish(question, by=administrator, change=make_update("Three."))
    rows = list(Edition.objects.filter(work=question).values())
    for address in ADDRESSES:
        Client().get(address)
    with django_capture_on_commit_callbacks(execute=True):
        erase_passage(story, article.uid, by=administrator, reason=ORDER)
    assert list(Edition.objects.filter(work=question).values()) == rows
    assert "The qxtitle" in Client().get("/questions/pumps/").content.decode()
    assert list(find_remains("default", clock.now() + timedelta(seconds=1))) == []
    form = {"what": f"passage {article.uid}", "reason": ORDER, "meant": "ERASE"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(administrator).post(f"/admin/stories/faq/{question.pk}/erase/", form)
    assert answer.status_code == 302
    assert list_remains(SOURCE) == set()
    question.refresh_from_db()
    assert question.introduction == "It says so."
