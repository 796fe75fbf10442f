"""Copies of a published page as text: points, forecasts, and the state and the dates of a question."""

from datetime import date
from uuid import UUID

import pytest

from stories import drafts
from stories.documents import Cell, Claim, Forecast, NamedOutlet
from stories.publishing import publish
from tests.factories import make_outlet, make_published_question, make_story, make_user
from tests.stories.documents.parse.documents import UID

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 11)


def test_text_and_markdown_copies_have_points_and_forecasts(client):
    outlet = make_outlet(name="Ansgar Wire")
    story = make_story(slug="tunnel")
    named = NamedOutlet(uid=outlet.uid, name=outlet.name)
    cell = Cell(uid=UID, outlet=named, value="some 4,200", attributed_to="civil defence", as_of=DAY)
    other = Cell(uid=UUID(int=7), outlet=NamedOutlet(uid=make_outlet(name="Echo").uid, name="Echo"), value="4,300")
    claim = Claim(uid=UID, claim="Homes emptied", kind="figure", cells=(cell, other), note="The count goes on.")
    forecast = Forecast(
        uid=UID, speaker="Finance ministry", said_on=DAY, expected="It opens.", due_on=date(2027, 12, 31)
    )
    drafts.restore(story, drafts.build_document(story).changed(claims=(claim,), forecasts=(forecast,)))
    publish(story, by=make_user())
    text = client.get("/stories/tunnel.txt").content.decode()
    assert (
        "Where the papers agree and differ\n- Homes emptied\n"
        "  Ansgar Wire: some 4,200, says civil defence (11 November 2026)\n  Echo: 4,300\n  The count goes on.\n"
        in text
    )
    assert "What was expected\n- 31 December 2027 — Finance ministry (11 November 2026): It opens.\n" in f"{text}\n"
    markdown = client.get("/stories/tunnel.md").content.decode()
    assert (
        "### Homes emptied\n\n- Ansgar Wire: some 4,200, says civil defence (2026-11-11)\n- Echo: 4,300\n" in markdown
    )
    assert "- 2027-12-31 — Finance ministry (2026-11-11): It opens.\n" in markdown


def test_the_text_copy_of_a_question_says_what_its_page_says(client):
    fields = {"missing": "The log.", "could_answer": "Delta Works", "short_answer": "It was off.", "open_since": DAY}
    make_published_question(slug="open", answer_state="open", **fields)
    make_published_question(slug="known", answer_state="answered", **fields)
    is_open, known = (client.get(f"/questions/{slug}.txt").content.decode() for slug in ("open", "known"))
    assert (
        "Not known since 11 November 2026.\n\nWhat would answer it: The log.\n\nWho could say: Delta Works\n" in is_open
    )
    assert "In short" not in is_open
    assert "Answered.\n\nIn short: It was off.\n" in known
    assert "The log" not in known
