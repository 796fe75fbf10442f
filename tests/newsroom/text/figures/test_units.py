import pytest

from newsroom.text.figures.units import find_unit


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("5 km", "kilometre"),
        ("fünf Kilometer", "kilometre"),
        ("5 miles", "mile"),
        ("5 nautical miles", "nautical mile"),
        ("3 m²", "square metre"),
        ("a wall of 5 m", "metre"),
        ("23 %", "percent"),
        ("23 pour cent", "percent"),
        ("€2.1 bn", "euro"),
        ("5 m euros", "euro"),
        ("€5 m", "euro"),
        ("US$5", "dollar"),
        ("4,200 a week", "week"),
        ("٥ كيلومترات", "kilometre"),
    ],
)
def test_the_only_unit_of_a_value_is_found_in_any_language(value, unit):
    assert find_unit(value) == unit


@pytest.mark.parametrize("value", ["", "some 4,200", "two gates", "5 km in 3 hours", "the second of two"])
def test_a_value_without_a_unit_or_with_two_has_none(value):
    assert find_unit(value) == ""
