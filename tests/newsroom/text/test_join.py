"""Lists of parts, joined with the comma of each language."""

import pytest
from django.utils.translation import override

from newsroom.outlets.models import OutletKind
from newsroom.text.join import join_list
from newsroom.text.markdown.dates import format_partial_date, parse_partial_date
from stories.documents.compare.texts import ComparisonContext
from stories.public.pages.works.outlets import PrintedOutlet


@pytest.mark.parametrize(
    ("language", "joined"),
    [("en", "Ash, Birch, 3"), ("de", "Ash, Birch, 3"), ("ar", "Ash، Birch، 3"), ("sw", "Ash, Birch, 3")],
)
def test_parts_are_joined_with_the_comma_of_the_language_and_empty_parts_are_left_out(language, joined):
    with override(language):
        assert join_list(["Ash", "", None, "Birch", 3]) == joined


def test_the_kind_and_country_of_an_outlet_are_joined_with_the_comma_of_the_language():
    with override("ar"):
        outlet = PrintedOutlet("إذاعة الساحل", kind=str(OutletKind.AGENCY.label), country="تلمار")
        assert outlet.about == "وكالة أنباء، تلمار"


def test_source_numbers_are_joined_with_the_comma_of_the_language():
    with override("ar"):
        assert ComparisonContext.display_numbers("3, 5", {3: 1}) == "1، 5"


def test_a_day_and_its_time_are_joined_with_the_comma_of_the_language():
    moment = parse_partial_date("2026-11-09 21:00")
    with override("ar"):
        assert format_partial_date(moment) == "9 نوفمبر، 2026، 21:00"
    with override("de"):
        assert format_partial_date(moment) == "9. November 2026, 21:00"
