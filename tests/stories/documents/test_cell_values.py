"""What is entered for an outlet of a point: amounts and moments."""

from uuid import uuid4

import pytest

from stories.documents import Cell, Claim, NamedOutlet
from stories.documents.cell_values import (
    Amounts,
    fill_amounts,
    fill_moment,
    find_group,
    parse_amount,
    parse_moment,
    read_amounts,
)


@pytest.mark.parametrize(
    ("value", "amounts"),
    [
        ("23", ("23", "23", False)),
        ("at least 19", ("19", "", False)),
        ("up to 40", ("", "40", False)),
        ("40,000 to 50,000", ("40000", "50000", False)),
        ("some 4,200", ("4200", "4200", True)),
        ("2.50", ("2.5", "2.5", False)),
        ("two gates and 14 boats", ("", "", False)),
        ("by hand", ("", "", False)),
    ],
)
def test_a_value_with_one_amount_gives_its_ends(value, amounts):
    assert read_amounts(value, "en") == amounts


def test_amounts_follow_the_value_until_an_editor_enters_them():
    read, entered = Amounts("4200", "4200", approximate=True), Amounts("4100", "4300", approximate=False)
    assert fill_amounts("some 4,200", Amounts(), before="", language="en") == read
    assert fill_amounts("4,650", read, before="some 4,200", language="en") == ("4650", "4650", False)
    assert fill_amounts("4,650", entered, before="some 4,200", language="en") == entered
    assert fill_amounts("some 4,200", entered, before="", language="en") == entered
    assert fill_amounts("some 4,200", Amounts(), before="some 4,200", language="en") == Amounts()


def test_typed_amounts_and_moments_are_stored_in_one_form():
    typed = {
        "4,200": "4200",
        "1,234,567.5": "1234567.5",
        " 4 200 ": "4200",
        "-3": "-3",
        "": "",
        "4,2": None,
        "many": None,
    }
    assert {text: parse_amount(text) for text in typed} == typed
    moments = {
        "2026-11-09 03:55": "2026-11-09T03:55", "2026-11-09T03:55": "2026-11-09T03:55", "2026-11": "2026-11", "": "",
        "2026-02-31": None, "yesterday": None, "2026-11-09 25:00": None, "03:55": "T03:55", "25:00": None,
    }  # fmt: skip
    assert {text: parse_moment(text) for text in moments} == moments


def test_a_moment_follows_the_value_until_an_editor_enters_one():
    def fill(value, entered, before):
        return fill_moment(value, entered, before=before, language="en", as_of=None)

    assert fill("3.55 am", "", "") == "T03:55"
    assert fill("4.10 am", "T03:55", "3.55 am") == "T04:10"
    assert fill("4.10 am", "2026-11-09T04:10", "3.55 am") == "2026-11-09T04:10"
    assert fill("3.55 am", "", "3.55 am") == ""
    assert fill("about 4 am", "T03:55", "3.55 am") == ""


def make_claim(kind, values):
    """Return a point with a cell for each value, with its fields."""
    cells = tuple(
        Cell(uid=uuid4(), outlet=NamedOutlet(uid=None, name=value), value=value, **fields)
        for value, fields in values.items()
    )
    return Claim(uid=uuid4(), claim="First siren", kind=kind, cells=cells)


def test_marked_words_belong_to_the_group_with_their_amount_or_moment():
    sirens = make_claim("date", {"3.55 am": {"when": "T03:55"}, "4.10 am": {"when": "T04:10"}})
    homes = make_claim(
        "figure", {"some 4,200": {"low": "4200", "high": "4200"}, "5,000": {"low": "5000", "high": "5000"}}
    )
    assert find_group(sirens, "at 4.10 am", "en") == 2
    assert find_group(sirens, "03:55", "en") == 1
    assert find_group(sirens, "at 5.20 am", "en") == 0
    assert find_group(homes, "5,000 homes", "en") == 2
    assert find_group(homes, "6,000 homes", "en") == 0
