"""Formatting times in the newsroom's time zone."""

from datetime import UTC, datetime, timedelta

from django.template import Context, Template
from django.utils import timezone

from newsroom.desk.local_time import SHORT, format_local

FIRST = datetime(2035, 10, 28, 0, 30, tzinfo=UTC)


def test_a_time_is_formatted_with_the_name_of_the_time_zone():
    with timezone.override("Europe/Paris"):
        assert format_local(datetime(2031, 3, 7, 6, tzinfo=UTC)) == "Friday 7 March 2031 at 07:00 (CET)"


def test_the_two_occurrences_of_a_local_time_differ_in_the_zone_name():
    with timezone.override("Europe/Paris"):
        assert format_local(FIRST, SHORT) == "28 Oct, 02:30 (CEST)"
        assert format_local(FIRST + timedelta(hours=1), SHORT) == "28 Oct, 02:30 (CET)"


def test_the_template_filter_uses_the_same_format():
    page = Template("{% load local_time %}{{ moment|local_datetime }}").render(Context({"moment": FIRST}))
    assert page == "Sunday 28 October 2035 at 00:30 (UTC)"
