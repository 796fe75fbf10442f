"""The words around a story, in its language."""

import re

import pytest
from pytest_django.asserts import assertContains

from stories.reading.parts import Coverage
from tests.factories import make_outlet, make_published_story


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        (Coverage((), 6, 3, 6, None, None), "Six outlets in three countries, six articles"),
        (Coverage((), 1, 1, 0, None, None), "One outlet"),
        (Coverage((), 12, 1, 1, None, None), "12 outlets, one article"),
    ],
)
def test_small_numbers_are_words(coverage, said):
    assert coverage.in_numbers == said


@pytest.mark.django_db
def test_the_page_of_an_arabic_story_is_arabic_throughout(client):
    story = make_published_story(
        language="ar", slug="ميناء", headline="لماذا أغلق ميناء تلمار", outlets=(make_outlet(),)
    )
    response = client.get(f"/stories/{story.slug}/")
    assertContains(response, "نُشر")
    assertContains(response, "صحيفة")
    for english in ("Published", "On this page", "outlet<", "Menu"):
        assert english not in re.sub(r"<(?:link|meta)[^>]*>|(?s:<script.*?</script>)", "", response.content.decode())


@pytest.mark.django_db
def test_a_story_in_a_language_without_a_catalogue_is_shown_with_english_around_it(client):
    story = make_published_story(language="sw", slug="bandari")
    response = client.get(f"/stories/{story.slug}/")
    assertContains(response, '<html lang="sw" dir="ltr">')
    assertContains(response, "Published")
