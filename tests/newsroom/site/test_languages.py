"""Interface texts and dates in the language of the story."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from pytest_django.asserts import assertContains

from newsroom.site.templatetags.public_pages import date_range, date_with_weekday, day
from stories.public.pages.works.sections import Coverage
from tests.factories import make_outlet, make_published_story


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (Coverage((), 6, 3, 6, 6, None, None), "Six outlets in three countries, six articles"),
        (Coverage((), 6, 3, 6, 8, None, None), "Six outlets in three countries, six of the eight sources"),
        (Coverage((), 1, 1, 0, 4, None, None), "One outlet"),
        (Coverage((), 12, 1, 1, 12, None, None), "12 outlets, one of the 12 sources"),
    ],
)
def test_small_numbers_are_spelled_out_and_the_sources_are_counted_if_there_are_more(coverage, expected):
    assert coverage.in_numbers == expected


@pytest.mark.django_db
def test_the_page_of_an_arabic_story_is_entirely_in_arabic(client):
    story = make_published_story(
        language="ar", slug="ميناء", headline="لماذا أغلق ميناء تلمار", outlets=(make_outlet(),)
    )
    response = client.get(f"/stories/{story.slug}/")
    assertContains(response, "نُشر")
    assertContains(response, "صحيفة")
    for english in ("Published", "Contents", "outlet<", "Menu"):
        assert english not in re.sub(r"<(?:link|meta)[^>]*>|(?s:<script.*?</script>)", "", response.content.decode())


@pytest.mark.django_db
def test_a_story_in_a_language_without_a_catalogue_has_an_english_interface(client):
    story = make_published_story(language="sw", slug="bandari")
    response = client.get(f"/stories/{story.slug}/")
    assertContains(response, '<html lang="sw" dir="ltr">')
    assertContains(response, "Published")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["9 November", "9 November 2025", "9 to 13 November", "Monday, 9 November"]),
        ("de", ["9. November", "9. November 2025", "9. bis 13. November", "Montag, 9. November"]),
        ("es", ["9 de noviembre", "9 de noviembre de 2025", "del 9 al 13 de noviembre", "lunes, 9 de noviembre"]),
        ("ar", ["9 نوفمبر", "9 نوفمبر 2025", "من 9 إلى 13 نوفمبر", "الاثنين، 9 نوفمبر"]),
        ("sw", ["9 Novemba", "9 Novemba 2025", "9 to 13 Novemba", "Jumatatu, 9 Novemba"]),
    ],
)
def test_dates_are_formatted_for_each_language(language, expected):
    at = datetime(2026, 11, 20, tzinfo=UTC)
    ninth, before, last = date(2026, 11, 9), date(2025, 11, 9), date(2026, 11, 13)
    with override(language):
        written = [
            day(ninth, at),
            day(before, at),
            date_range(ninth, last, at),
            date_with_weekday(datetime(2026, 11, 9, tzinfo=UTC)),
        ]
    assert [re.sub(r"<[^>]+>", "", each).replace("\u00a0", " ") for each in written] == expected
