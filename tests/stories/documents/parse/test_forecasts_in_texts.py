"""Forecasts in texts: what is exported is what an import reads, and an item that does not fit is not lost."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.documents import Explainer, Forecast, Section
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import KnownNames, ParsedDocument, UnreadableDocumentError, parse_file
from stories.documents.parse.json import parse_json
from stories.documents.parse.markdown import parse_markdown
from stories.documents.parse.text import story as story_text
from stories.imports.preserve_ids import preserve_ids
from tests.stories.documents.parse.documents import UID, forecasts

NO_NAMES = KnownNames()
SECTION = Section(uid=UID, kind="happened", heading="", text="The tunnel is late.")
TUNNEL = Forecast(
    uid=UUID(int=41),
    speaker="Finance ministry",
    speaker_kind="institution",
    said_on=date(2026, 3, 4),
    source=3,
    quotation="It will open.",
    expected="The tunnel opens to traffic.",
    due_on=date(2027, 12, 31),
    chance=70,
    state="not_true",
    outcome="The opening is now planned for 2029.",
    outcome_source=9,
    decided_on=date(2027, 12, 31),
)
CRANES = Forecast(
    uid=UUID(int=42), speaker="Port authority", expected="Two cranes are repaired.", low="2", unit="cranes"
)
CITATIONS = [
    {
        "number": number,
        "article": UUID(int=number),
        "outlet": {"uid": None, "name": "Wire"},
        "url": f"https://wire.example/{number}",
        "title": "Tunnel",
    }
    for number in (3, 9)
]


def story(**fields: object) -> Explainer:
    return Explainer.model_validate(
        {
            "uid": UID,
            "slug": "tunnel",
            "headline": "Tunnel",
            "headline_confirmed": True,
            "sections": (SECTION,),
            "citations": CITATIONS,
            **fields,
        }
    )


def read(text: str, format: str) -> ParsedDocument:
    return parse_file(text.encode(), NO_NAMES, format=format).imported


def test_the_markdown_body_lists_the_forecasts_with_their_outcomes():
    assert to_markdown(story(forecasts=(TUNNEL, CRANES))).endswith(
        "## What was expected\n\n"
        "- 2027-12-31 — Finance ministry (2026-03-04): The tunnel opens to traffic. “It will open.” [@3] 70 %\n"
        "  not (2027-12-31): The opening is now planned for 2029. [@9]\n"
        "- ? — Port authority: Two cranes are repaired.\n"
    )


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
@pytest.mark.parametrize("state", ["open", "came_true", "in_part", "not_true", "void"])
def test_plain_text_keeps_every_forecast_in_the_language_of_the_story(language, state):
    document = story(language=language, forecasts=(TUNNEL.model_copy(update={"state": state}), CRANES))
    text = to_text(document)
    imported = read(text, "text")
    assert to_text(imported.document) == text
    assert [note.code for note in imported.notes] == ["headline-missing"]
    assert not imported.document.cut_off
    preserved = preserve_ids(imported.document, document)
    assert isinstance(preserved, Explainer)
    assert preserved.forecasts == document.forecasts


@settings(max_examples=50)
@given(st.lists(forecasts, max_size=2).map(tuple), st.sampled_from(["en", "ar"]))
def test_any_forecasts_round_trip(drawn, language):
    document = story(language=language, forecasts=drawn)
    assert document.body()["schema"] == (2 if drawn else 1)
    assert parse_markdown(to_markdown(document), NO_NAMES).document == document
    assert parse_json(to_json(document)).document == document


def test_a_forecast_edited_in_the_body_keeps_its_uid():
    edited = to_markdown(story(forecasts=(TUNNEL,))).replace("70 %", "80 %").replace("  not (", "  void (")
    assert read(edited, "markdown").document == story(
        forecasts=(TUNNEL.model_copy(update={"chance": 80, "state": "void"}),)
    )


def test_another_expectation_in_the_body_loses_the_amounts_of_the_old_one():
    amounts = {"low": "2", "high": "3"}
    text = to_markdown(story(forecasts=(CRANES.model_copy(update=amounts),)))
    changed = read(text.replace("- ? — Port authority: Two cranes", "- ? — Port authority: Six cranes"), "markdown")
    assert changed.document == story(
        forecasts=(CRANES.model_copy(update={"expected": "Six cranes are repaired.", "low": "", "high": ""}),)
    )
    decided = read(text.replace("- ? — Port", "- 2027-12-31 — Port"), "markdown").document
    assert decided == story(forecasts=(CRANES.model_copy(update={**amounts, "due_on": date(2027, 12, 31)}),))


def test_the_forecasts_of_a_text_are_read_once(monkeypatch):
    count = []
    original = story_text.parse_forecasts
    monkeypatch.setattr(story_text, "parse_forecasts", lambda *args: count.append(args) or original(*args))
    read(to_text(story(forecasts=(TUNNEL, CRANES))), "text")
    assert len(count) == 1


def test_an_item_of_the_body_that_does_not_fit_becomes_what_is_expected():
    text = (
        to_markdown(story(forecasts=(TUNNEL, CRANES))).replace("? — Port authority: Two", "Two").replace("[@9]", "[@7]")
    )
    imported = read(text, "markdown")
    assert isinstance(imported.document, Explainer)
    assert imported.document.forecasts[1].expected == "Two cranes are repaired."
    assert imported.document.forecasts[0].outcome_source is None
    line = text.split("\n").index("- Two cranes are repaired.") + 1
    assert [(note.line, note.code) for note in imported.notes] == [
        (line - 2, "forecast-unread"),
        (line, "forecast-unread"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("- ? — Port authority: Two cranes are repaired.\n", "", "lists 2 forecasts and the text 1"),
        ("- ? — Port", "Port", "Begin each forecast"),
    ],
)
def test_a_list_that_does_not_match_the_front_matter_is_refused(before, after, words):
    text = to_markdown(story(forecasts=(TUNNEL, CRANES))).replace(before, after)
    with pytest.raises(UnreadableDocumentError, match=words):
        read(text, "markdown")


def test_items_of_plain_text_that_are_no_forecasts_become_a_section():
    imported = read(
        "What's happened\nIt is late.\nWhat was expected\n-\n? — Port: Two cranes.\n-\nNothing much.\n", "text"
    )
    document = imported.document
    assert isinstance(document, Explainer)
    assert [forecast.expected for forecast in document.forecasts] == ["Two cranes."]
    assert (document.sections[-1].heading, document.sections[-1].text) == ("What was expected", "- Nothing much.")
    assert [note.line for note in imported.notes if note.code == "forecast-unread"] == [6]


@pytest.mark.parametrize(("extra", "count", "lines"), [("", 1, []), ("\n- Nothing much.", 0, [10])])
def test_markdown_without_front_matter_has_forecasts(extra, count, lines):
    text = (
        "# Tunnel\n\n## What’s happened\n\nIt is late.\n\n## What was expected\n\n"
        f"- 2027-12-31 — Port: Two cranes.{extra}\n"
    )
    imported = read(text, "markdown")
    assert isinstance(imported.document, Explainer)
    assert len(imported.document.forecasts) == count
    assert len(imported.document.sections) == 2 - count
    assert [note.line for note in imported.notes if note.code == "forecast-unread"] == lines


@pytest.mark.parametrize("number", ["1 99999999999", "1 " + "9" * 5000])
def test_numbers_that_are_no_day_do_not_begin_a_forecast(number):
    imported = read(f"What's happened\nIt is late.\nWhat was expected\n-\n{number} — Port: Two cranes.\n", "text")
    assert isinstance(imported.document, Explainer)
    assert not imported.document.forecasts
    assert "Two cranes." in imported.document.sections[-1].text


@pytest.mark.parametrize(("heading", "notes"), [("What was expected", ["forecast-unread"] * 2), ("In figures", [])])
def test_text_below_inner_headings_of_a_list_in_markdown_is_kept(heading, notes):
    text = f"# Tunnel\n\n## {heading}\n\n### By 2027\n\nThe minister expects much.\n"
    imported = read(text, "markdown")
    assert isinstance(imported.document, Explainer)
    assert [section.text for section in imported.document.sections] == ["### By 2027\n\nThe minister expects much."]
    assert [note.code for note in imported.notes] == notes
