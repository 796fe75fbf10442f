"""Points in texts: what is exported is what an import reads, and a line that does not fit is not lost."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.text.fold import fold
from stories.documents import Cell, Claim, Explainer, Forecast, NamedOutlet, Section
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import KnownNames, ParsedDocument, parse_file
from stories.documents.parse.json import parse_json
from stories.documents.parse.markdown import parse_markdown
from stories.documents.schema.values import outlet_key
from stories.imports.preserve_ids import preserve_ids
from tests.stories.documents.parse.documents import STANCE_CODES, UID, claims, figures, forecasts, origins

OUTLETS = [NamedOutlet(uid=UUID(int=number), name=name) for number, name in enumerate(["Ansgar Wire", "Echo"], start=1)]
KNOWN = KnownNames(outlets={fold(outlet.name): outlet for outlet in OUTLETS})
DAY = date(2026, 11, 11)
SECTION = Section(uid=UID, kind="happened", heading="", text="The gate closed.")


def outlet(name: str) -> NamedOutlet:
    return KNOWN.find_outlet(name)


def make_cell(number: int, name: str, **fields: object) -> Cell:
    return Cell.model_validate({"uid": UUID(int=number), "outlet": outlet(name), **fields})


CELLS = (
    make_cell(21, "Ansgar Wire", value="some 4,200", low="4200", approximate=True, attributed_to="civil defence"),
    make_cell(22, "The Lisle Courier", value="6,000", quotation="Dyke End was emptied.", attributed_to="the mayor"),
    make_cell(23, "Radio Tessen", stance="silent", as_of=date(2026, 11, 10)),
    make_cell(24, "Echo", stance="unclear"),
    make_cell(25, "Globe: East", stance="denies", value="4,200"),
)
HOMES = Claim(uid=UUID(int=31), claim="Homes emptied", kind="figure", as_of=DAY, note="One.\n\nTwo.", cells=CELLS)


def story(**fields: object) -> Explainer:
    return Explainer.model_validate(
        {"uid": UID, "slug": "gate", "headline": "Gate", "headline_confirmed": True, "sections": (SECTION,), **fields}
    )


def read(text: str, format: str) -> ParsedDocument:
    return parse_file(text.encode(), KNOWN, format=format).imported


def read_story(text: str, format: str) -> Explainer:
    document = read(text, format).document
    assert isinstance(document, Explainer)
    return document


def test_the_markdown_body_lists_what_the_outlets_say():
    body = to_markdown(story(claims=(HOMES,))).split("---\n", 2)[2]
    assert body.endswith(
        "## Where the papers agree and differ\n\n### Homes emptied (as of 2026-11-11)\n\n"
        "- Ansgar Wire: some 4,200, says civil defence\n"
        "- The Lisle Courier: 6,000 “Dyke End was emptied.”, says the mayor\n- Radio Tessen: – (2026-11-10)\n"
        "- Echo: ?\n- Globe: East: denies: 4,200\n\nOne.\n\nTwo.\n"
    )


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_plain_text_keeps_every_point_in_the_language_of_the_story(language):
    cells = (*CELLS[:4], make_cell(25, "Globe", stance="denies", value="4,200"))
    document = story(language=language, claims=(HOMES.model_copy(update={"cells": cells}),))
    text = to_text(document)
    imported = read(text, "text")
    assert to_text(imported.document) == text
    assert [note.code for note in imported.notes] == ["headline-missing"]
    assert not imported.document.cut_off
    preserved = preserve_ids(imported.document, document)
    assert isinstance(preserved, Explainer)
    assert preserved.claims == document.claims


NEW_PARTS = {
    "claims": st.tuples(claims),
    "figures": st.tuples(figures),
    "forecasts": st.tuples(forecasts),
    "origins": st.tuples(origins),
    "unexamined": st.just((1,)),
}
LANGUAGES = st.sampled_from(["en", "de", "es", "ar"])
names = st.sampled_from(["Ansgar Wire", "Echo", "Harbour & Coast", "The Lisle Courier", "راديو تيسن"])
values = st.sampled_from(
    ["", "some 4,200", "03:55", "no – none", "“yes”", "denies", "40° (2026)", "*stars*", "٤٠", "1.5 m"]
)
days = st.none() | st.just(DAY)
notes = st.sampled_from(["", "One.", "One.\n\nTwo: three.", "- a\n- b"])
plain_cells = st.builds(
    lambda stance, value, **fields: Cell(stance=stance, value=value if stance in {"says", "denies"} else "", **fields),
    uid=st.uuids(version=4),
    outlet=names.map(outlet),
    stance=st.sampled_from(STANCE_CODES),
    value=values,
    quotation=st.sampled_from(["", "Dyke End was emptied, he says."]),
    attributed_to=st.sampled_from(["", "civil defence", "the mayor of Lisle"]),
    as_of=days,
)
plain_claims = st.builds(
    Claim,
    uid=st.uuids(version=4),
    claim=st.sampled_from(["Homes emptied", "First siren: where", "Who? (all)", "*Gates*"]),
    as_of=days,
    note=notes,
    cells=st.lists(plain_cells, max_size=3, unique_by=lambda cell: outlet_key(cell.outlet)).map(tuple),
)
plain_forecasts = st.builds(
    Forecast,
    uid=st.uuids(version=4),
    speaker=st.sampled_from(["Finance ministry", "The port"]),
    said_on=days,
    quotation=st.sampled_from(["", "It will open."]),
    expected=st.sampled_from(["The tunnel opens: to all.", "Two of 3 cranes"]),
    due_on=days,
    chance=st.sampled_from([None, 0, 70, 100]),
    state=st.sampled_from(["open", "came_true", "void"]),
    outcome=st.sampled_from(["", "It did.", "It *did* not."]),
    decided_on=days,
)


@settings(max_examples=50)
@given(st.fixed_dictionaries({}, optional=NEW_PARTS), st.booleans(), st.sampled_from(["en", "ar", "pt-BR"]))
def test_any_subset_of_new_parts_round_trips(fields, is_archived, language):
    cited = {
        "number": 1,
        "article": UID,
        "outlet": OUTLETS[0],
        "url": "https://wire.example/1",
        "title": "Gate",
        **({"archived_url": "https://archive.example/1", "archived_on": DAY} if is_archived else {}),
    }
    document = story(language=language, citations=(cited,), **fields)
    assert document.body()["schema"] == (2 if fields or is_archived else 1)
    # Any names and lengths are exported, also those that cannot be imported.
    from_markdown = parse_markdown(to_markdown(document), KNOWN).document
    assert from_markdown == document
    assert parse_json(to_json(document)).document == document


@settings(max_examples=50)
@given(
    st.lists(plain_claims, max_size=2, unique_by=lambda claim: claim.claim).map(tuple),
    st.lists(plain_forecasts, max_size=2, unique_by=lambda forecast: (forecast.speaker, forecast.expected)).map(tuple),
    LANGUAGES,
)
def test_points_and_forecasts_of_plain_text_are_exported_as_they_were_read(drawn_claims, drawn_forecasts, language):
    document = story(language=language, claims=drawn_claims, forecasts=drawn_forecasts)
    text = to_text(document)
    imported = read_story(text, "text")
    assert to_text(imported) == text


def test_a_line_in_the_body_changes_the_cell_and_keeps_its_uid():
    edited = to_markdown(story(claims=(HOMES,))).replace("- Ansgar Wire: some 4,200", "- Ansgar Wire: some 4,300")
    moved = edited.replace("- Echo: ?\n", "").replace("- Globe", "- Echo: ?\n- Morrow Daily: 7\n- Globe")
    cells = read_story(moved, "markdown").claims[0].cells
    assert [cell.value for cell in cells] == ["some 4,300", "6,000", "", "", "7", "4,200"]
    assert [cell.uid for cell in cells if cell.outlet.name != "Morrow Daily"] == [cell.uid for cell in CELLS]


def test_an_outlet_renamed_in_its_line_is_looked_up_and_keeps_its_uid():
    renamed = to_markdown(story(claims=(HOMES,))).replace("- Radio Tessen:", "- Morrow Daily:")
    cell = read_story(renamed, "markdown").claims[0].cells[2]
    assert (cell.uid, cell.outlet) == (CELLS[2].uid, NamedOutlet(uid=None, name="Morrow Daily"))


def test_lines_that_do_not_fit_become_the_note_and_are_named():
    text = to_markdown(story(claims=(HOMES,))).replace("- Echo: ?", "- Echo: ? [@7]\n- It rained")
    imported = read(text, "markdown")
    assert isinstance(imported.document, Explainer)
    assert imported.document.claims[0].note == "- It rained\n\nOne.\n\nTwo."
    line = text.split("\n").index("- It rained") + 1
    assert [(note.line, note.code) for note in imported.notes] == [(line - 1, "claim-unread"), (line, "claim-unread")]


PLAIN = """What's happened
The gate closed.
Where the papers agree and differ
A word before.
-
Homes emptied
Ansgar Wire: some 4,200
it rained
Echo: 12
Nobody knows why.
"""


def test_lines_of_plain_text_that_do_not_fit_become_text_and_are_named():
    imported = read(PLAIN, "text")
    document = imported.document
    assert isinstance(document, Explainer)
    (claim,) = document.claims
    assert [(cell.outlet, cell.value) for cell in claim.cells] == [(OUTLETS[0], "some 4,200"), (OUTLETS[1], "12")]
    assert (claim.kind, claim.note) == ("figure", "it rained\n\nNobody knows why.")
    assert document.sections[-1].text == "A word before."
    assert [note.line for note in imported.notes if note.code == "claim-unread"] == [4, 8]


def test_markdown_without_front_matter_has_points_and_links_by_slug():
    text = (
        "# Gate\n\n## What’s happened\n\n[4,200](claim:homes-emptied) left.\n\n"
        "## Where the papers agree and differ\n\n### Homes emptied (as of 2026-11-11)\n\n"
        "- Ansgar Wire: some 4,200 [@1]\n- Echo: –\n- Echo: 4\n\nOne.\n"
    )
    imported = read(text, "markdown")
    document = imported.document
    assert isinstance(document, Explainer)
    (claim,) = document.claims
    assert document.sections[0].text == f"[4,200](claim:{claim.uid}) left."
    assert (claim.claim, claim.as_of, claim.note) == ("Homes emptied", DAY, "- Echo: 4\n\nOne.")
    assert [(cell.outlet, cell.stance) for cell in claim.cells] == [(OUTLETS[0], "says"), (OUTLETS[1], "silent")]
    assert [(note.line, note.code) for note in imported.notes] == [(11, "claim-unread"), (13, "claim-unread")]


@pytest.mark.parametrize("number", ["040 4155551234", "1 99999999999", "٤ ٢٠٢٦"])
def test_numbers_in_brackets_that_are_no_day_are_words(number):
    imported = read(f"What's happened\nIt is.\nWhere the papers agree\n-\nHomes\nEcho: call ({number})\n", "text")
    assert isinstance(imported.document, Explainer)
    assert imported.document.claims[0].cells[0].as_of is None
    document = story(claims=(HOMES.model_copy(update={"cells": (make_cell(21, "Echo", value=f"1 ({number})"),)}),))
    assert read(to_markdown(document), "markdown").document == document


def test_a_changed_value_of_the_body_gets_amounts_of_its_own():
    cell = make_cell(21, "Echo", value="some 4,200", low="4200", high="4300", approximate=True, when="2026-11-10")
    text = to_markdown(story(claims=(HOMES.model_copy(update={"cells": (cell,)}),)))
    changed = read_story(text.replace("- Echo: some 4,200", "- Echo: about 6,000"), "markdown").claims[0].cells[0]
    assert changed == make_cell(21, "Echo", value="about 6,000", low="6000", high="6000", approximate=True)
    denied = read_story(text.replace("- Echo: some", "- Echo: denies: some"), "markdown").claims[0].cells[0]
    assert denied == cell.model_copy(update={"stance": "denies"})
    # An older front matter does not have the value.
    older = text.replace("    value: some 4,200\n", "").replace("- Echo: some 4,200", "- Echo: about 6,000")
    assert read_story(older, "markdown").claims[0].cells[0].low == "4200"


@pytest.mark.parametrize("note", ["One.\n\n- a\n- b\n\nTwo.", "- a\n\n  b\n- c", "* a\n* b", "a\\\nb"])
def test_a_list_in_a_note_does_not_become_points(note):
    document = story(claims=(HOMES.model_copy(update={"note": note, "cells": CELLS[:4]}),))
    text = to_text(document)
    imported = read_story(text, "text")
    assert to_text(imported) == text
    preserved = preserve_ids(imported, document)
    assert isinstance(preserved, Explainer)
    assert preserved.claims == document.claims


def test_a_title_that_is_too_long_continues_in_the_note():
    title = "Homes " * 60 + "emptied"
    text = f"What's happened\nIt is.\nWhere the papers agree\n-\n{title} (as of 11 November 2026)\nEcho: 12\n\nOne.\n"
    markdown = f"# Gate\n\n## Where the papers agree\n\n### {title} (as of 2026-11-11)\n\n- Echo: 12\n\nOne.\n"
    for imported, line in ((read(text, "text"), 5), (read(markdown, "markdown"), 5)):
        assert isinstance(imported.document, Explainer)
        (claim,) = imported.document.claims
        assert (claim.claim, claim.as_of) == (("Homes " * 50).strip(), DAY)
        assert claim.note == "Homes " * 10 + "emptied\n\nOne."
        assert [note.line for note in imported.notes if note.code == "claim-unread"] == [line]


def test_a_second_line_of_an_outlet_has_a_note_of_its_own():
    text = "What's happened\nIt is.\nWhere the papers agree\n-\nHomes\nEcho: 12\nEcho: 14 later\n"
    imported = read(text, "text")
    assert isinstance(imported.document, Explainer)
    assert imported.document.claims[0].note == "Echo: 14 later"
    assert [(note.line, note.message) for note in imported.notes if note.code == "claim-unread"] == [
        (7, "“Echo: 14 later” is a second line of the same outlet. It became text.")
    ]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_figures_get_the_amounts_in_their_values(form):
    body = "What’s happened\nIt is.\n\nWhere the papers agree\n\n- Homes\n  Echo: some 4,200\n  Globe: up to 40\n  Sun: ?\n"
    if form == "markdown":
        body = "# A storm\n\n## Where the papers agree and differ\n\n### Homes\n\n- Echo: some 4,200\n- Globe: up to 40\n- Sun: ?\n"
    cells = read_story(body, form).claims[0].cells
    assert [(cell.low, cell.high, cell.approximate) for cell in cells] == [
        ("4200", "4200", True),
        ("", "40", False),
        ("", "", False),
    ]
