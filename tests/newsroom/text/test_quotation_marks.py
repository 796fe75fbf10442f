"""Parsing quotation marks, in linear time for any text."""

import pytest

from newsroom.text.quotation_marks import parse_quotations
from tests.effort import lines_run


@pytest.mark.parametrize("unit", ["‘", "’", "“", "”", "“‘", "‘a’ ", "«", "„", '"', "“” ", "‘ “"])
@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_parsing_takes_linear_time(unit: str, language: str) -> None:
    def count_lines(count: int) -> int:
        return lines_run(lambda: parse_quotations(unit * count, language))

    assert count_lines(4_000) < 2.5 * count_lines(2_000)


def test_a_quotation_can_contain_unclosed_single_marks() -> None:
    assert parse_quotations("“‘Tis ‘so’ he said.”", "en").spans == [(0, 20)]
