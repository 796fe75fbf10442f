"""The words around a story, in its language."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override
from pytest_django.asserts import assertContains

from stories.reading.parts import Coverage
from tests.factories import make_outlet, make_published_story

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "ar" / "LC_MESSAGES"
# What is said on the page of a story; each has to be said in Arabic too.
PAGE = ("explainer.html", "question.html", "history.html", "history_edition.html", "correction_entry.html")


def words_of_pages():
    """Return the words that the pages of stories and questions, and the parts they are made of, ask to translate."""
    templates = Path(settings.BASE_DIR) / "templates"
    sources = [templates / "stories" / name for name in PAGE]
    sources += [
        templates / "components" / name
        for name in (
            "articles.html",
            "changed.html",
            "changes.html",
            "comparison.html",
            "correction.html",
            "difference.html",
            "foot.html",
            "masthead.html",
            "paywall.html",
            "preview_banner.html",
            "sources.html",
            "struck.html",
        )
    ]
    found = set()
    for source in sources:
        found |= set(re.findall(r'{% translate "([^"]+)" %}', source.read_text(encoding="utf-8")))
    return sorted(found)


@pytest.mark.parametrize("words", words_of_pages())
def test_every_word_around_a_story_is_said_in_arabic(words):
    with override("ar"):
        assert gettext(words) != words


def test_the_compiled_catalogue_says_what_its_source_says():
    source = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "([^"]+)"\nmsgstr "([^"]+)"$', source, re.MULTILINE)
    assert len(pairs) > 40
    with override("ar"):
        assert [(english, gettext(english)) for english, _ in pairs] == pairs


def test_arabic_counts_in_its_six_forms():
    with override("ar"):
        said = [ngettext("%(number)s outlet", "%(number)s outlets", n) % {"number": n} for n in (1, 2, 3, 11, 100)]
    assert said == ["مصدر واحد", "مصدران", "3 مصادر", "11 مصدرًا", "100 مصدر"]


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
        assert english not in re.sub(r"<(?:link|meta)[^>]*>", "", response.content.decode())


@pytest.mark.django_db
def test_a_story_in_a_language_without_a_catalogue_is_shown_with_english_around_it(client):
    story = make_published_story(language="sw", slug="bandari")
    response = client.get(f"/stories/{story.slug}/")
    assertContains(response, '<html lang="sw" dir="ltr">')
    assertContains(response, "Published")
