"""When the licence of an image has expired."""

from datetime import date

import pytest

from newsroom.media.licences import has_expired

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("licence", "is_expired"),
    [
        ("Agency, until 2025", True),
        ("Agency, until 2026", False),
        ("Agency, until October 2026", True),
        ("Agency, until November 2026", False),
        ("Until 29 November 2026", True),
        ("until 30 November 2026", False),
        ("CC BY 4.0", False),
        ("", False),
    ],
)
def test_a_licence_holds_through_the_last_day_that_it_names(licence, is_expired):
    assert has_expired(licence, on=TODAY) is is_expired
