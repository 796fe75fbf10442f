"""Tags for the time at which a page was updated, and tags for finding the pages of a span."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.search.index.tokens import MAX_SPANS, moment_tags, span_tags

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone
NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)


@given(begin=MOMENTS, length=st.timedeltas(timedelta(0), timedelta(days=900)), share=st.floats(0, 1))
def test_a_page_updated_within_a_span_has_one_of_its_tags(begin, length, share):
    tags = span_tags(begin, begin + length)
    assert 0 < len(tags) <= MAX_SPANS
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
def test_tags_use_the_shortest_spans_that_suffice(length, name):
    assert {tag.partition("·")[0] for tag in span_tags(NOON - length, NOON)} == {name}


def test_a_span_of_too_many_months_has_no_tags():
    assert span_tags(NOON - timedelta(days=2_000), NOON) == []


def test_a_page_updated_outside_a_span_has_none_of_its_tags():
    tags = span_tags(NOON - timedelta(minutes=10), NOON)
    for moment in (NOON - timedelta(minutes=11), NOON + timedelta(minutes=1)):
        assert not set(moment_tags(moment)) & set(tags)


def test_tags_do_not_depend_on_the_time_zone():
    assert moment_tags(NOON) == moment_tags(NOON.astimezone(timezone(timedelta(hours=-9))))
