"""Which outlets say the same about a claim, and how the others differ."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents import Cell, Claim, NamedOutlet
from stories.documents.agreement import find_difference, list_groups, say_the_same
from stories.documents.schema.claims import DIFFERENCES

UIDS = count(1)
OUTLETS = ("Ansgar Wire", "The Lisle Courier", "Morrow Daily", "Radio Tessen", "Harbour & Coast")


def make_cell(value="", **fields):
    fields.setdefault("outlet", NamedOutlet(uid=None, name=OUTLETS[0]))
    return Cell(uid=UUID(int=next(UIDS)), value=value, **fields)


def number(amount, *, unit="", **fields):
    return make_cell(f"{amount} {unit}".strip(), low=amount, high=amount, **fields)


def about(amount):
    return number(amount, approximate=True)


def between(low, high):
    return make_cell(f"{low} to {high}", low=low, high=high)


def at(moment):
    return make_cell(moment, when=moment)


def make_claim(*cells, kind="fact", **fields):
    named = tuple(
        cell.model_copy(update={"outlet": NamedOutlet(uid=None, name=name)})
        for cell, name in zip(cells, OUTLETS, strict=False)
    )
    return Claim(uid=UUID(int=next(UIDS)), claim="Homes emptied", kind=kind, cells=named, **fields)


SILENT, UNCLEAR = (make_cell(stance=stance) for stance in ("silent", "unclear"))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (number("23"), number("23")),
        (number("4200"), number("4200.0")),
        (about("300"), number("312")),
        (about("300"), number("349")),
        (about("4200"), number("4180")),
        (about("100"), number("96")),
        (about("300"), about("290")),
        (between("40000", "50000"), number("45000")),
        (between("40000", "50000"), between("42000", "48000")),
        (make_cell("at least 19", low="19"), make_cell("19 or more", low="19")),
        (at("2026-11-09T03:40"), at("2026-11-09")),
        (at("2026-11"), at("2026-11-09")),
        (make_cell("03:55", when="T03:55"), make_cell("3.55 am", when="2026-11-09T03:55")),
        (make_cell("The Mayor’s office."), make_cell("the mayor's office")),
        (make_cell("Córvane"), make_cell("Corvane")),
        (make_cell(), make_cell()),
        (number("5", unit="km"), number("5", unit="kilometres")),
        (number("5", unit="km"), number("5")),
        (number("5", unit="€"), number("5", unit="euros")),
    ],
)
def test_values_are_the_same(a, b):
    assert say_the_same(a, b)
    assert say_the_same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (number("23"), number("24")),
        (about("300"), number("351")),
        (about("4200"), number("4650")),
        (about("310"), number("300")),
        (make_cell("at least 19", low="19"), number("23")),
        (make_cell("at least 19", low="19"), number("19")),
        (make_cell("up to 40", high="40"), make_cell("at least 40", low="40")),
        (between("40000", "50000"), between("45000", "60000")),
        (between("40000", "50000"), number("50001")),
        (at("2026-11-09"), at("2026-11-10")),
        (at("2026-11-09T03:40"), at("2026-11-09T03:55")),
        (make_cell("yes"), make_cell("no")),
        (make_cell("yes"), make_cell()),
        (number("5", unit="km"), number("5", unit="miles")),
        (number("5", unit="€"), number("5", unit="dollars")),
        (number("5", unit="hours"), number("5", unit="Tage")),
        (number("300", unit="homes a day"), number("300", unit="homes a week")),
    ],
)
def test_values_are_different(a, b):
    assert not say_the_same(a, b)
    assert not say_the_same(b, a)


def test_the_largest_group_is_first_and_equal_ones_keep_their_order():
    claim = make_claim(number("6000"), number("4200"), SILENT, about("4200"), number("5000"), kind="figure")
    assert [[cell.value for cell in group.cells] for group in list_groups(claim)] == [
        ["4200", "4200"],
        ["6000"],
        ["5000"],
    ]


def test_a_cell_joins_a_group_only_if_it_equals_each_of_its_cells():
    claim = make_claim(number("312"), about("300"), number("290"), kind="figure")
    assert [[cell.value for cell in group.cells] for group in list_groups(claim)] == [["312", "300"], ["290"]]


def test_a_group_has_the_value_as_its_first_outlet_printed_it():
    claim = make_claim(
        make_cell("some 4,200", low="4200", high="4200", approximate=True), number("4200"), kind="figure"
    )
    assert [group.value for group in list_groups(claim)] == ["some 4,200"]


@pytest.mark.parametrize(
    ("code", "claim"),
    [
        ("contradiction", make_claim(make_cell("two"), make_cell("two", stance="denies"), kind="figure")),
        ("contradiction", make_claim(number("3"), make_cell(stance="denies"), kind="figure")),
        ("contradiction", make_claim(number("0"), number("2"), kind="figure")),
        ("contradiction", make_claim(make_cell("yes"), make_cell("no"))),
        ("figure", make_claim(number("4200"), number("6000"), kind="figure")),
        ("figure", make_claim(number("4200"), number("6000", stance="denies"), kind="figure")),
        ("date", make_claim(at("2026-11-09"), at("2026-11-10"), kind="date")),
        ("wording", make_claim(make_cell("We are done"), make_cell("We were done"), kind="quotation")),
        ("attribution", make_claim(make_cell("the mayor"), make_cell("the police"), kind="attribution")),
        (
            "attribution",
            make_claim(number("3", attributed_to="the mayor"), number("3", attributed_to="police"), kind="figure"),
        ),
        ("alone", make_claim(make_cell("yes"), SILENT, UNCLEAR)),
        ("alone", make_claim(make_cell("yes"))),
        ("omission", make_claim(make_cell("yes"), make_cell("yes"), SILENT)),
        ("omission", make_claim(SILENT, UNCLEAR)),
        ("agree", make_claim(make_cell("yes"), make_cell("yes"))),
        ("agree", make_claim(make_cell("yes"), make_cell("yes"), UNCLEAR)),
        ("agree", make_claim(make_cell("two", stance="denies"), make_cell("two", stance="denies"), kind="figure")),
        (
            "agree",
            make_claim(number("3", attributed_to="The Mayor"), number("3", attributed_to="the mayor"), kind="figure"),
        ),
        ("agree", make_claim(number("0"), number("0"), kind="figure")),
    ],
)
def test_the_difference_is_the_first_that_applies(code, claim):
    assert find_difference(claim) == code


def test_every_difference_has_a_label():
    rows = test_the_difference_is_the_first_that_applies.pytestmark[0].args[1]
    assert {code for code, _ in rows} == set(DIFFERENCES)


def test_the_difference_that_an_editor_chose_wins():
    assert find_difference(make_claim(number("1"), number("2"), kind="figure", difference="agree")) == "agree"


AMOUNTS = st.decimals(-(10**6), 10**6, places=2).map(str)


@st.composite
def cells(draw):
    ends = sorted((draw(AMOUNTS), draw(AMOUNTS)), key=float)
    low, high = draw(st.sampled_from([ends, [ends[0], ends[0]], [ends[0], ""], ["", ends[1]], ["", ""]]))
    stance = draw(st.sampled_from(["says", "denies", "silent", "unclear"]))
    has_value = stance in {"says", "denies"}
    return make_cell(
        draw(st.sampled_from(["", "two", "Two.", "three"])) if has_value else "",
        low=low if has_value else "",
        high=high if has_value else "",
        approximate=draw(st.booleans()),
        stance=stance,
        attributed_to=draw(st.sampled_from(["", "the mayor"])),
    )


@given(st.lists(cells(), max_size=5))
def test_each_cell_that_says_or_denies_is_in_one_group(drawn):
    claim = make_claim(*drawn, kind="figure")
    grouped = [cell for group in list_groups(claim) for cell in group.cells]
    assert sorted(cell.uid for cell in grouped) == sorted(
        cell.uid for cell in claim.cells if cell.stance in {"says", "denies"}
    )
    assert find_difference(claim) in DIFFERENCES


@given(cells(), cells())
def test_whether_two_cells_say_the_same_does_not_depend_on_their_order(a, b):
    assert say_the_same(a, b) == say_the_same(b, a)
