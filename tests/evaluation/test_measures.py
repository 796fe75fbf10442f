"""The counts in the table *Measured* of ``README.md`` are those of the present rules.

A rule that changes a count of the development half changes the table with it. The counts of the held-out half are those
of the one run for a release: see ``README.md``.
"""

import re

import pytest

from tests.evaluation.measure import FOLDER, MEASURES, describe

_ROW = re.compile(r"^\| `([a-z-]+)` \| (\d+ of \d+) \| (\d+ of \d+|–) \| ", re.MULTILINE)
ROWS = _ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))


def test_every_measure_is_in_the_table():
    assert [row[0] for row in ROWS] == list(MEASURES)


@pytest.mark.parametrize(
    ("measure", "half", "counted"),
    [
        (measure, half, counted)
        for measure, *counts in ROWS
        for half, counted in zip(("development", "held-out"), counts, strict=True)
        if counted != "–"
    ],
)
def test_the_counts_are_those_that_the_readme_gives(measure, half, counted):
    assert describe(measure, half) == counted
