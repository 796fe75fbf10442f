"""The points found in the passages of a story, and which of them are left out."""

from datetime import date

import pytest

from stories.workflow.agreement import review
from stories.workflow.agreement.review import can_find_points, find_points
from tests.stories.checks.documents import COURIER, RADIO, WIRE, passage, source, story
from tests.stories.claims import make_cell, make_claim

TODAY = date(2031, 5, 14)
PASSAGES = (
    passage("Ansgar Wire counts 17 injured guests.[@2]", WIRE, sources=(2,)),
    passage("Twenty-one guests were injured, the Courier writes.", COURIER),
    passage("It rained.", RADIO),
)


def find(*passages, dismissed=(), language="en", claims=()):
    """Return the points in passages."""
    document = story(
        passages=passages or PASSAGES,
        citations=(source(1, COURIER), source(2, WIRE)),
        language=language,
        claims=claims,
    )
    return find_points(document, dismissed=dismissed, today=TODAY)


def list_values(points):
    """Return, for each point, its kind and what each outlet says."""
    return [(point.kind, {cell.outlet.name: cell.says for cell in point.cells}) for point in points]


def test_a_point_has_the_sentence_the_amount_and_the_article_of_each_outlet():
    (point,) = find()
    wire, courier = point.cells
    assert (wire.outlet, wire.source, wire.value) == (WIRE, 2, "17")
    assert (wire.before, wire.marked, wire.after) == ("Ansgar Wire counts ", "17", " injured guests.")
    assert (courier.outlet, courier.source, courier.amounts) == (COURIER, 1, ("21", "21", False))


def test_a_number_is_not_marked_within_another_one():
    (point,) = find(passage("Ward A17 has 17 injured guests.", WIRE), passage("It counts 21 injured guests.", COURIER))
    assert point.cells[0].before == "Ward A17 has "


def test_a_moment_is_shown_with_its_value():
    points = find(passage("It shuts on 30 June 2032.", WIRE), passage("It stays until 30 June 2032.", COURIER))
    assert list_values(points) == [
        ("date", {WIRE.name: "30 June 2032 (2032-06-30)", COURIER.name: "30 June 2032 (2032-06-30)"})
    ]


def test_a_denial_is_beside_what_it_denies():
    (point,) = find(
        passage("The owner was warned in writing about the boiler.", WIRE),
        passage("The owner was not warned in writing about the boiler, a lawyer said.", COURIER),
    )
    assert sorted(cell.stance for cell in point.cells) == ["denies", "says"]
    assert any(cell.says.startswith("Denies ") for cell in point.cells)


def test_all_outlets_of_a_passage_have_its_value():
    (point,) = find(passage("They count 17 injured guests.", WIRE, RADIO), PASSAGES[1])
    assert list_values([point]) == [("figure", {WIRE.name: "17", RADIO.name: "17", COURIER.name: "Twenty-one"})]


def test_passages_of_one_outlet_are_not_compared_with_each_other():
    assert find(passage("It counts 17 injured guests.", WIRE), passage("Of 21 injured guests it writes.", WIRE)) == []
    assert find(passage("17 injured guests.", WIRE), passage("21 injured guests.", WIRE, COURIER)) == []
    assert find(passage("17 injured guests.", WIRE), passage("21 injured guests.")) == []


def test_a_point_that_the_story_compares_is_left_out():
    assert find(claims=(make_claim(make_cell(WIRE, "17"), make_cell(COURIER, "21")),)) == []
    assert len(find(claims=(make_claim(make_cell(WIRE, "17"), make_cell(COURIER, "22")),))) == 1
    assert len(find(claims=(make_claim(make_cell(WIRE, "17"), make_cell(RADIO, "21")),))) == 1


def test_a_dismissed_point_is_left_out_until_a_value_changes():
    (point,) = find()
    assert find(dismissed={point.digest}) == []
    reordered, rephrased = (PASSAGES[1], PASSAGES[0]), passage("There are 17 injured guests, it says.", WIRE)
    assert find(*reordered, dismissed={point.digest}) == []
    assert find(rephrased, PASSAGES[1], dismissed={point.digest}) == []
    (changed,) = find(passage("It counts 18 injured guests.", WIRE), PASSAGES[1], dismissed={point.digest})
    assert changed.digest != point.digest


@pytest.mark.parametrize("language", ["ja", "nl"])
def test_without_word_lists_for_the_language_nothing_is_found(language):
    assert not can_find_points(language)
    assert find(language=language) == []


def test_long_stories_are_read_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(review, "MAX_TEXT_LENGTH", 60)
    assert find() == []
