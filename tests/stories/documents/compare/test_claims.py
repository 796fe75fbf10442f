"""Comparison of claims, with the changes of their cells, and of forecasts."""

from uuid import uuid4

from stories.documents import NamedOutlet, equal_except_names
from stories.documents.compare import compare
from stories.documents.compare.confirmations import equal_except_confirmations
from tests.stories.documents.compare.sample_documents import make_cell, make_claim, make_forecast, make_story

WIRE, COURIER = make_cell(value="some 4,200"), make_cell("The Courier", "6,000")


def compare_claims(before, after):
    (part,) = compare(make_story(claims=before), make_story(claims=after)).parts
    (row,) = part.rows
    assert (part.code, row.label) == ("claims", "Homes emptied")
    return row


def words(groups) -> str:
    return "".join(run.text for group in groups for run in group.runs)


def test_a_changed_value_is_shown_with_its_outlet():
    row = compare_claims((make_claim(WIRE, COURIER),), (make_claim(WIRE, make_cell("The Courier", "6,100")),))
    (field,) = row.fields
    assert (row.state, field.label) == ("edited", "The Courier: As printed")
    assert (words(field.before), words(field.after)) == ("6,000", "6,100")


def test_an_added_and_a_removed_outlet_are_shown():
    added = compare_claims((make_claim(WIRE),), (make_claim(WIRE, COURIER),))
    assert "The Courier: As printed" in [field.label for field in added.fields if not field.before]
    removed = compare_claims((make_claim(WIRE, COURIER),), (make_claim(WIRE),))
    assert "The Courier: As printed" in [field.label for field in removed.fields if not field.after]


def test_outlets_in_another_order_are_a_visible_change():
    row = compare_claims((make_claim(WIRE, COURIER),), (make_claim(COURIER, WIRE),))
    assert [field.label for field in row.fields] == ["Another order"]
    assert not row.is_small


def test_an_outlet_that_became_silent_is_shown():
    row = compare_claims((make_claim(make_cell()),), (make_claim(make_cell(stance="silent")),))
    assert [(words(field.before), words(field.after)) for field in row.fields] == [("Says", "Does not mention it")]


def test_a_decided_forecast_is_summarised():
    comparison = compare(
        make_story(forecasts=(make_forecast(),)), make_story(forecasts=(make_forecast(state="not_true"),))
    )
    assert comparison.summary == "1 forecast edited"
    assert [words(field.after) for field in comparison.parts[0].rows[0].fields] == ["Did not come true"]


def story_with_outlet(name, uid):
    outlet = NamedOutlet(uid=uid, name=name)
    return make_story(
        claims=(make_claim(make_cell().model_copy(update={"outlet": outlet})),),
        forecasts=(make_forecast(outlet=outlet),),
        origins=({"uid": WIRE.uid, "name": "Ansgar", "outlet": outlet},),
    )


def test_a_new_name_of_an_outlet_in_claims_forecasts_and_origins_is_no_change():
    uid = uuid4()
    assert equal_except_names(story_with_outlet("Ansgar Wire", uid), story_with_outlet("The Wire", uid))
    assert not equal_except_names(story_with_outlet("Ansgar Wire", uid), story_with_outlet("Ansgar Wire", uuid4()))
    assert not equal_except_names(story_with_outlet("Ansgar Wire", None), story_with_outlet("The Wire", None))


def test_a_confirmed_outlet_in_claims_forecasts_and_origins_is_only_a_confirmation():
    assert equal_except_confirmations(story_with_outlet("Ansgar Wire", None), story_with_outlet("Ansgar Wire", uuid4()))
    assert not equal_except_confirmations(
        story_with_outlet("Ansgar Wire", None), story_with_outlet("Radio Tessen", uuid4())
    )
