"""The site's own words in every language that it can speak: all of them, whole, and as they were compiled."""

import re

import pytest
from django.conf import settings
from django.utils.translation import ngettext, override

from tests.newsroom.catalogues import LANGUAGES, asked, compiled_of, source_of

FORMS = {"de": 2, "es": 2, "ar": 6}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# The number that each Arabic form is for, where it is one alone: it may be said in a word.
SAID_ALONE = {0, 1, 2}

catalogues = pytest.mark.parametrize("language", LANGUAGES)


def test_the_walk_finds_words_of_templates_and_of_modules():
    words = {each.one for each in asked()}
    assert {"Read next", "First published", "Newspaper", "%(number)s minute", "{number} outlet"} <= words
    assert len(words) > 400


@catalogues
def test_every_word_is_said_and_no_other(language):
    said = source_of(language).keys()
    assert asked() - said == set()
    assert said - asked() == set()


@catalogues
def test_no_word_is_empty_or_waits_to_be_looked_at(language):
    folder = settings.BASE_DIR / "locale" / language / "LC_MESSAGES"
    assert "fuzzy" not in (folder / "django.po").read_text(encoding="utf-8")
    assert [words for words, forms in source_of(language).items() if not all(forms)] == []


@catalogues
def test_every_number_has_its_form(language):
    wrong = [
        words for words, forms in source_of(language).items() if len(forms) != (FORMS[language] if words.many else 1)
    ]
    assert wrong == []


@catalogues
def test_what_is_filled_in_is_the_same(language):
    wrong = []
    for words, forms in source_of(language).items():
        wanted = sorted(PLACEHOLDER.findall(words.many or words.one))
        for number, form in enumerate(forms):
            held = sorted(PLACEHOLDER.findall(form))
            left = [each for each in wanted if each not in held]
            may_be_said = words.many and FORMS[language] == 6 and number in SAID_ALONE and len(left) <= 1
            if held != wanted and not (may_be_said and set(held) <= set(wanted)):
                wrong.append((words.one, form))
    assert wrong == []


@catalogues
def test_the_compiled_catalogue_says_what_its_source_says(language):
    compiled = compiled_of(language)._catalog  # the standard library shows it in no other way
    said = {}
    for words, forms in source_of(language).items():
        key = f"{words.context}\x04{words.one}" if words.context else words.one
        said |= {(key, number): form for number, form in enumerate(forms)} if words.many else {key: forms[0]}
    assert {key: form for key, form in compiled.items() if key} == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["1 Medium", "2 Medien", "3 Medien", "11 Medien", "100 Medien"]),
        ("es", ["1 medio", "2 medios", "3 medios", "11 medios", "100 medios"]),
        ("ar", ["مصدر واحد", "مصدران", "3 مصادر", "11 مصدرًا", "100 مصدر"]),
    ],
)
def test_each_language_counts_in_its_own_way(language, said):
    numbers = (1, 2, 3, 11, 100)
    with override(language):
        assert [ngettext("%(number)s outlet", "%(number)s outlets", n) % {"number": n} for n in numbers] == said
