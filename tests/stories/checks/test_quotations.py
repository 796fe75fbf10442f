"""The marks of quotations are read in time, whatever a text is made of."""

import pytest

from stories.checks.quotations import parse_quotations
from tests.effort import lines_run


@pytest.mark.parametrize("unit", ["‘", "’", "“", "”", "“‘", "‘a’ ", "«", "„", '"', "“” ", "‘ “"])
@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_marks_take_work_in_proportion_to_their_number(unit: str, language: str) -> None:
    def read(count: int) -> int:
        return lines_run(lambda: parse_quotations(unit * count, language))

    assert read(4_000) < 2.5 * read(2_000)


def test_a_quotation_is_closed_over_single_marks() -> None:
    assert parse_quotations("“‘Tis ‘so’ he said.”", "en").spans == [(0, 20)]
