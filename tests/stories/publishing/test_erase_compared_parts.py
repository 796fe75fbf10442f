"""Erased points, forecasts and answers leave no word and no row: not in a table, on a stored page or in the search."""

from datetime import date

import pytest
from django.apps import apps
from django.test import Client

from stories import publishing
from stories.drafts import revisions
from stories.models import (
    ClaimCell,
    EditionAnswer,
    EditionForecast,
    EditionQuestionState,
    StoryClaim,
    StoryForecast,
)
from stories.publishing.erase import erase_passage, erase_work
from tests.factories import make_question, make_update
from tests.stories.claims import make_cell, make_claim, publish_claims
from tests.stories.forecasts import make_story_with_forecasts
from tests.stories.publishing.test_erase import ORDER, dump_stored_pages

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ADDRESSES = ("/stories/tunnel/", "/stories/tunnel.txt", "/questions/pumps/", "/forecasts/", "/questions/open/")
WORDS = {
    "passage": ["qxpassage"],
    "claim": ["qxclaim", "qxcell"],
    "cell": ["qxcell"],
    "forecast": ["qxspeaker", "qxforecast", "qxoutcome"],
    "answer": ["qxanswer"],
    "story": ["qxpassage", "qxclaim", "qxcell", "qxspeaker", "qxforecast", "qxoutcome"],
    "question": ["qxanswer", "qxshort", "qxmissing"],
}
# What remains of each model, if not all.
ROWS_LEFT = {
    "claim": {StoryClaim: 0, ClaimCell: 0},
    "cell": {StoryClaim: 1, ClaimCell: 1},
    "forecast": {StoryForecast: 0, EditionForecast: 0},
    "answer": {EditionAnswer: 2, EditionQuestionState: 2},
    "story": {StoryClaim: 0, ClaimCell: 0, StoryForecast: 0, EditionForecast: 0},
    "question": {EditionAnswer: 0, EditionQuestionState: 0},
}


@pytest.fixture
def story(administrator):
    """Return a story with a passage, a point and a forecast, published twice with words that nothing else has."""
    forecast = {"speaker": "The Qxspeaker", "expected": "The qxforecast opens.", "state": "in_part"}
    story = make_story_with_forecasts({**forecast, "outcome": "A qxoutcome."}, slug="tunnel")
    passage = story.passages.order_by("pk")[0]
    passage.text = "It says qxpassage."
    passage.save()
    revisions.record_revision(story, by=administrator)
    publishing.publish(story, by=administrator)
    outlets = [outlet for each in story.passages.all() for outlet in each.outlets.all()]
    cells = (make_cell(outlets[0], "200", quotation="We saw qxcell."), make_cell(outlets[1], "300"))
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
    with django_capture_on_commit_callbacks(execute=True):
        if part in rows:
            erase_passage(work, rows[part].get().uid, by=administrator, reason=ORDER)
        else:
            erase_work(work, by=administrator, reason=ORDER)
    assert list_remains(WORDS[part]) == set()
    assert {model: model.objects.count() for model in ROWS_LEFT.get(part, {})} == ROWS_LEFT.get(part, {})
