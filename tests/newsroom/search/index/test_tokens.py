"""The tags that say when a page was updated, and those by which the pages of a span are found."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.search.index.tokens import MOST_SPANS, moment_tags, span_tags

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone
NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)


@given(begin=MOMENTS, length=st.timedeltas(timedelta(0), timedelta(days=900)), share=st.floats(0, 1))
def test_what_was_updated_within_a_span_has_one_of_its_tags(begin, length, share):
    tags = span_tags(begin, begin + length)
    assert 0 < len(tags) <= MOST_SPANS
    assert set(moment_tags(begin + share * length)) & set(tags)


@pytest.mark.parametrize(
    ("length", "name"),
    [
        (timedelta(0), "minute"),
        (timedelta(minutes=31), "minute"),
        (timedelta(minutes=32), "hour"),
        (timedelta(hours=32), "day"),
        (timedelta(days=32), "month"),
        (timedelta(days=900), "month"),
    ],
)
def test_tags_are_of_the_shortest_spans_of_which_a_few_are_enough(length, name):
    assert {tag.partition("·")[0] for tag in span_tags(NOON - length, NOON)} == {name}


def test_more_months_than_there_may_be_tags_for_have_none():
    assert span_tags(NOON - timedelta(days=2_000), NOON) == []


def test_what_was_updated_before_or_after_a_span_has_none_of_its_tags():
    tags = span_tags(NOON - timedelta(minutes=10), NOON)
    for moment in (NOON - timedelta(minutes=11), NOON + timedelta(minutes=1)):
        assert not set(moment_tags(moment)) & set(tags)


def test_tags_are_the_same_wherever_the_clock_stands():
    assert moment_tags(NOON) == moment_tags(NOON.astimezone(timezone(timedelta(hours=-9))))
