"""Formatting dates, times and tallies."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from newsroom.site.templatetags.public_pages import (
    date_and_time,
    date_range,
    date_with_weekday,
    day,
    keep_hyphens,
    last_updated,
    tally_marks,
    time_of_day,
    time_or_date,
    updated_text,
)

NOW = datetime(2026, 11, 13, 18, tzinfo=UTC)
MORNING = datetime(2026, 11, 13, 9, 5, tzinfo=UTC)
BEFORE = datetime(2026, 11, 9, 11, 20, tzinfo=UTC)


@dataclass
class Page:
    first_published_at: datetime
    updated_at: datetime


def strip_tags(html):
    return re.sub(r"<[^>]*>", "", html).replace("\u00a0", " ")


def test_a_date_in_this_year_is_printed_without_the_year():
    assert strip_tags(day(date(2026, 11, 9), NOW)) == "9 November"
    assert strip_tags(day(date(2024, 11, 20), NOW)) == "20 November 2024"
    assert day(None, NOW) == ""


def test_the_machine_readable_date_is_the_displayed_one(settings):
    settings.TIME_ZONE = "UTC"
    assert date_and_time(BEFORE, NOW) == '<time datetime="2026-11-09T11:20:00+00:00">9\u00a0November, 11:20</time>'
    assert day(date(2026, 11, 9), NOW) == '<time datetime="2026-11-09">9\u00a0November</time>'


def test_dates_and_times_are_in_the_local_time_zone(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    late = datetime(2026, 11, 9, 20, 0, tzinfo=UTC)
    assert strip_tags(date_and_time(late, NOW)) == "10 November, 05:00"
    assert strip_tags(time_of_day(late)) == "05:00"
    assert strip_tags(date_with_weekday(late)) == "Tuesday, 10 November"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 9), date(2026, 11, 13), "9 to 13 November"),
        (date(2026, 10, 30), date(2026, 11, 2), "30 October to 2 November"),
        (date(2025, 11, 9), date(2025, 11, 13), "9 to 13 November 2025"),
        (date(2026, 11, 9), date(2026, 11, 9), "9 November"),
        (None, None, ""),
    ],
)
def test_a_span_of_dates_does_not_repeat_the_month(first, last, expected):
    assert strip_tags(date_range(first, last, NOW)) == expected


def test_a_span_within_a_month_stays_on_one_line():
    assert " " not in re.sub(r"<[^>]*>", "", date_range(date(2026, 11, 9), date(2026, 11, 13), NOW))


def test_a_word_to_exclude_stays_with_its_hyphen():
    assert keep_hyphens("and -word to exclude") == "and -\u2060word to exclude"


def test_a_change_today_is_shown_with_its_time():
    assert strip_tags(last_updated(Page(BEFORE, MORNING), NOW)) == "Updated 09:05"
    assert strip_tags(last_updated(Page(MORNING, MORNING), NOW)) == "Published 09:05"
    assert strip_tags(last_updated(Page(BEFORE, BEFORE), NOW)) == "9 November"
    assert strip_tags(time_or_date(MORNING, NOW)) == "09:05"
    assert strip_tags(time_or_date(BEFORE, NOW)) == "9 November"


def test_an_update_on_the_day_of_publication_is_shown_with_its_time():
    assert strip_tags(updated_text(Page(BEFORE, BEFORE), NOW)) == ""
    assert strip_tags(updated_text(Page(MORNING, NOW), NOW)) == "Updated 18:00"
    assert strip_tags(updated_text(Page(BEFORE, MORNING), NOW)) == "Updated 13 November, 09:05"


@pytest.mark.parametrize(("outlets", "lines"), [(0, 0), (1, 1), (6, 6), (40, 12)])
def test_the_tally_has_a_line_for_each_outlet_up_to_twelve(outlets, lines):
    assert tally_marks(outlets).count("M") == lines
