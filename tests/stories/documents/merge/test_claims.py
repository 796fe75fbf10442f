"""Three-way merge of claims: their cells are merged as rows, by uid."""

from stories.documents import KeyFigure
from stories.documents.merge import Conflict, merge, renumber_added_sources
from stories.documents.merge.citations import remove_source
from tests.stories.documents.compare.sample_documents import (
    make_cell,
    make_citation,
    make_claim,
    make_forecast,
    make_story,
    make_uid,
)

WIRE, COURIER, TIMES = make_cell(value="4,200"), make_cell("The Courier", "6,000"), make_cell("The Times", "5,000")
KEY = f"claims.{make_uid('Homes emptied')}"
WIRE_KEY = f"{KEY}.cells.{WIRE.uid}"


def story(*cells, **fields):
    return make_story(claims=(make_claim(*cells, **fields),))


def change(cell, **fields):
    return type(cell).model_validate({**dict(cell), **fields})


def test_changes_to_two_cells_of_one_claim_merge():
    base = story(WIRE, COURIER)
    merged = merge(base, story(change(WIRE, value="4,300"), COURIER), story(WIRE, change(COURIER, value="6,100")))
    assert merged.conflicts == ()
    assert [cell.value for cell in merged.document.claims[0].cells] == ["4,300", "6,100"]


def test_changes_to_different_fields_of_one_cell_merge():
    merged = merge(story(WIRE), story(change(WIRE, value="4,300")), story(change(WIRE, attributed_to="the mayor")))
    assert merged.conflicts == ()
    assert merged.document.claims[0].cells == (change(WIRE, value="4,300", attributed_to="the mayor"),)


def test_changes_to_the_same_cell_ask_with_three_texts():
    merged = merge(story(WIRE), story(change(WIRE, value="4,300")), story(change(WIRE, value="4,400")))
    assert merged.conflicts == (
        Conflict("Point: Homes emptied: Ansgar Wire, as printed", f"{WIRE_KEY}.value", "4,200", "4,300", "4,400"),
    )


def test_a_value_and_what_it_means_ask_once_and_stay_together():
    theirs = change(WIRE, value="some 4,300", low="4300", high="4300", approximate=True)
    mine = change(WIRE, value="4,400", low="4400", high="4400")
    merged = merge(story(change(WIRE, low="4200", high="4200")), story(theirs), story(mine))
    assert merged.conflicts == (
        Conflict("Point: Homes emptied: Ansgar Wire, as printed", f"{WIRE_KEY}.value", "4,200", "some 4,300", "4,400"),
    )
    assert merged.document.claims[0].cells == (theirs,)


def test_an_amount_is_merged_as_one():
    base = story(change(WIRE, low="1", high="2"))
    (conflict,) = merge(base, story(change(WIRE, low="2", high="2")), story(change(WIRE, low="1", high="1"))).conflicts
    assert (conflict.anchor, conflict.base, conflict.theirs, conflict.mine) == (
        f"{WIRE_KEY}.low", "1 – 2", "2 – 2", "1 – 1",
    )  # fmt: skip


def test_a_value_for_an_outlet_that_became_silent_is_a_conflict():
    silent = change(WIRE, value="", stance="silent")
    merged = merge(story(WIRE), story(silent), story(change(WIRE, low="4200")))
    assert [conflict.anchor for conflict in merged.conflicts] == [f"{WIRE_KEY}.value"]
    assert merged.document.claims[0].cells == (silent,)


def test_cells_that_both_sides_added_are_merged_in_order():
    merged = merge(story(WIRE), story(WIRE, COURIER), story(WIRE, TIMES))
    assert merged.conflicts == ()
    assert merged.document.claims[0].cells == (WIRE, COURIER, TIMES)


def test_an_outlet_that_both_sides_added_with_different_values_is_a_conflict():
    other = change(COURIER, uid=make_uid("other"), value="7,000")
    merged = merge(story(WIRE), story(WIRE, COURIER), story(WIRE, other))
    assert [conflict.anchor for conflict in merged.conflicts] == [f"{KEY}.cells"]
    assert merged.document.claims[0].cells == (WIRE, COURIER)


def test_an_outlet_that_both_sides_added_with_the_same_value_is_kept_once():
    merged = merge(story(WIRE), story(WIRE, COURIER), story(WIRE, change(COURIER, uid=make_uid("other"))))
    assert merged.conflicts == ()
    assert merged.document.claims[0].cells == (WIRE, COURIER)


def test_removing_a_claim_of_which_the_other_side_edited_a_cell_is_a_conflict():
    merged = merge(story(WIRE), story(change(WIRE, value="4,300")), make_story())
    (conflict,) = merged.conflicts
    assert conflict.anchor == KEY
    assert "4,200" in conflict.base
    assert "4,300" in conflict.theirs
    assert conflict.mine == ""


def test_cells_forecasts_and_origins_follow_renumbered_sources():
    base = make_story()
    theirs = make_story(citations=(make_citation(1, url="https://wire.example/other", article=make_uid("other")),))
    mine = make_story(
        citations=(make_citation(1),),
        claims=(make_claim(make_cell(source=1)),),
        forecasts=(make_forecast(source=1, outcome_source=1),),
        origins=({"uid": make_uid("origin"), "name": "Ansgar Wire", "sources": (1,)},),
        unexamined=(1,),
    )
    merged = merge(base, theirs, renumber_added_sources(base, theirs, mine)).document
    assert merged.claims[0].cells[0].source == 2
    assert (merged.forecasts[0].source, merged.forecasts[0].outcome_source) == (2, 2)
    assert (merged.origins[0].sources, merged.unexamined) == ((2,), (2,))


def test_a_removed_source_takes_with_it_what_comes_from_it():
    other = make_citation(2, url="https://wire.example/other", article=make_uid("other"))
    undecided, kept = make_claim(claim="Undecided"), make_claim(change(WIRE, source=1), change(COURIER, source=2))
    kept_figure = KeyFigure(uid=make_uid("figure"), value="300", source=2)
    value = make_story(
        standfirst="[@1] It closed [@1], then opened [@2] [@01]. See [@11].",
        citations=(make_citation(1), other),
        claims=(undecided, make_claim(change(WIRE, source=1), claim="Gone"), kept),
        forecasts=(make_forecast("It opens.", source=1), make_forecast("It closes.", source=2, outcome_source=1)),
        figures=(change(kept_figure, source=1, uid=make_uid("figure 1")), kept_figure),
        origins=({"uid": make_uid("origin"), "name": "Ansgar Wire", "sources": (1, 2)},),
        unexamined=(1,),
    )
    assert remove_source(value, 1) == make_story(
        standfirst=" It closed, then opened [@2]. See [@11].",
        citations=(other,),
        claims=(undecided, change(kept, cells=(change(COURIER, source=2),))),
        forecasts=(make_forecast("It closes.", source=2),),
        figures=(kept_figure,),
        origins=({"uid": make_uid("origin"), "name": "Ansgar Wire", "sources": (2,)},),
    )


def test_a_source_that_a_new_cell_names_is_kept():
    cited = {"citations": (make_citation(1),)}
    base = make_story(claims=(make_claim(WIRE),), **cited)
    mine = make_story(claims=(make_claim(WIRE, change(COURIER, source=1)),), **cited)
    merged = merge(base, make_story(claims=(make_claim(WIRE),)), mine)
    assert [each.number for each in merged.document.citations] == [1]
    assert [conflict.anchor for conflict in merged.conflicts] == ["citations.1"]


def test_changes_to_two_forecasts_merge():
    first, second = make_forecast("It opens."), make_forecast("It closes.")
    merged = merge(
        make_story(forecasts=(first, second)),
        make_story(forecasts=(change(first, state="void"), second)),
        make_story(forecasts=(first, change(second, state="came_true"))),
    )
    assert merged.conflicts == ()
    assert [forecast.state for forecast in merged.document.forecasts] == ["void", "came_true"]
