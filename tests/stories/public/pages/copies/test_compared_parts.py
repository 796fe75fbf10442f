"""Copies of a published page as text: points, forecasts, and the state and the dates of a question."""

from datetime import date
from uuid import UUID

import pytest

from stories import drafts
from stories.documents import Cell, CitedArticle, Claim, Forecast, NamedOutlet, Origin, upgrade
from stories.drafts.revisions import record_revision
from stories.publishing import publish
from tests.factories import make_article, make_outlet, make_published_question, make_story, make_update, make_user
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


@pytest.mark.parametrize("ending", ["txt", "md", "json"])
def test_no_copy_has_what_the_state_of_a_question_hides(client, ending):
    fields = {"missing": "The qxlog.", "could_answer": "Qxworks", "short_answer": "It qxslept.", "open_since": DAY}
    make_published_question(slug="not-known", answer_state="open", **fields)
    make_published_question(slug="known", answer_state="answered", **fields)
    is_open, known = (client.get(f"/questions/{slug}.{ending}").content.decode() for slug in ("not-known", "known"))
    assert ("It qxslept." in is_open, "The qxlog." in is_open, "Qxworks" in is_open) == (False, True, True)
    assert ("It qxslept." in known, "The qxlog." in known, "Qxworks" in known) == (True, False, False)


def test_the_history_of_a_question_does_not_show_what_its_state_hides(client):
    faq = make_published_question(slug="limits", answer_state="open", missing="The log.")
    faq.short_answer, faq.missing = "It qxslept.", "The log of the alarm."
    faq.save()
    record_revision(faq, by=None)
    publish(faq, by=make_user(), change=make_update())
    page = client.get("/questions/limits/history/2/").content.decode()
    assert "of the alarm" in page
    assert "qxslept" not in page


def test_copies_have_no_origins_and_no_list_of_unexamined_articles(client):
    story = make_story(slug="tunnel", articles=(make_article(),))
    document = drafts.build_document(story)
    origin = Origin(uid=UID, name="Qxagency")
    drafts.restore(story, document.changed(origins=(origin,), unexamined=(document.citations[0].number,)))
    publish(story, by=make_user())
    copy = client.get("/stories/tunnel.json").json()
    assert not {"origins", "unexamined"} & copy.keys()
    markdown = client.get("/stories/tunnel.md").content.decode()
    assert "Qxagency" not in markdown
    assert "unexamined" not in markdown


def test_sources_that_only_points_and_forecasts_cite_are_in_the_copies_after_the_others(client):
    outlet = make_outlet(name="Ansgar Wire")
    story = make_story(slug="tunnel")
    document = drafts.build_document(story)
    named = NamedOutlet(uid=outlet.uid, name=outlet.name)
    for_cell, for_forecast, unused = (
        CitedArticle(
            number=number, article=UUID(int=number), outlet=named, url=f"https://wire.example/{number}", title="Gates"
        )
        for number in (97, 98, 99)
    )
    echo = NamedOutlet(uid=make_outlet(name="Echo").uid, name="Echo")
    cells = (
        Cell(uid=UID, outlet=named, value="two", source=97),
        Cell(uid=UUID(int=7), outlet=echo, value="three"),
    )
    forecast = Forecast(uid=UID, speaker="Mayor", said_on=DAY, expected="It opens.", due_on=DAY, source=98)
    drafts.restore(
        story,
        document.changed(
            citations=(*document.citations, for_cell, for_forecast, unused),
            claims=(Claim(uid=UID, claim="Gates", cells=cells),),
            forecasts=(forecast,),
        ),
    )
    publish(story, by=make_user())
    copy = upgrade(client.get("/stories/tunnel.json").json())
    assert [cited.number for cited in copy.citations][-2:] == [97, 98]
    text = client.get("/stories/tunnel.txt").content.decode()
    listed = len(copy.citations)
    assert f"Ansgar Wire: two [{listed - 1}]" in text
    assert f"It opens. [{listed}]" in text
    assert f"\n{listed - 1}. Gates\n   Ansgar Wire\n   https://wire.example/97\n" in text
    assert f"\n{listed}. Gates\n   Ansgar Wire\n   https://wire.example/98\n" in text
