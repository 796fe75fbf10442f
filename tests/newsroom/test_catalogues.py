"""The catalogues of all languages are complete, consistent and compiled."""

import ast
import re
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, override

from newsroom.accounts.models import User
from tests.newsroom.catalogues import LANGUAGES, list_messages, load_compiled, load_source

FORMS = {"de": 2, "es": 2, "ar": 6, "en_GB": 2}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Indexes of the Arabic forms that are used for a single number, which may therefore be spelled out.
SINGLE_NUMBER_FORMS = {0, 1, 2}

catalogues = pytest.mark.parametrize("language", LANGUAGES)
all_catalogues = pytest.mark.parametrize("language", [*LANGUAGES, "en_GB"])


def test_messages_in_templates_and_modules_are_found():
    words = {each.one for each in list_messages()}
    assert {"Read next", "First published", "Newspaper", "%(number)s min read", "{number} outlet"} <= words
    assert len(words) > 400


@catalogues
def test_exactly_the_messages_in_use_are_translated(language):
    translated = load_source(language).keys()
    assert list_messages() - translated == set()
    assert translated - list_messages() == set()


@all_catalogues
def test_no_translation_is_empty_or_fuzzy(language):
    folder = settings.BASE_DIR / "locale" / language / "LC_MESSAGES"
    assert "fuzzy" not in (folder / "django.po").read_text(encoding="utf-8")
    assert [words for words, forms in load_source(language).items() if not all(forms)] == []


@all_catalogues
def test_every_message_has_the_required_number_of_forms(language):
    errors = [
        words for words, forms in load_source(language).items() if len(forms) != (FORMS[language] if words.many else 1)
    ]
    assert errors == []


@all_catalogues
def test_placeholders_are_the_same_in_every_language(language):
    errors = []
    for words, forms in load_source(language).items():
        expected = sorted(PLACEHOLDER.findall(words.many or words.one))
        for number, form in enumerate(forms):
            actual = sorted(PLACEHOLDER.findall(form))
            missing = [each for each in expected if each not in actual]
            may_omit_number = (
                words.many and FORMS[language] == 6 and number in SINGLE_NUMBER_FORMS and len(missing) <= 1
            )
            if actual != expected and not (may_omit_number and set(actual) <= set(expected)):
                errors.append((words.one, form))
    assert errors == []


@all_catalogues
def test_the_compiled_catalogue_equals_its_source(language):
    compiled = load_compiled(language)._catalog  # the standard library offers no public way to list all texts
    expected = {}
    for words, forms in load_source(language).items():
        key = f"{words.context}\x04{words.one}" if words.context else words.one
        expected |= {(key, number): form for number, form in enumerate(forms)} if words.many else {key: forms[0]}
    assert {key: form for key, form in compiled.items() if key} == expected


def test_djangos_own_words_that_are_replaced_are_those_of_this_django():
    known = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(django.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po")
    )
    known = ast.literal_eval(f'"""{known.replace(chr(34) + chr(10) + chr(34), "")}"""')
    assert [words.one for words in load_source("en_GB") if f'msgid "{words.one}"\n' not in known] == []


def test_django_speaks_the_language_of_the_desk():
    with override(settings.LANGUAGE_CODE):
        assert gettext("This field cannot be blank.") == "This field can’t be empty."
        assert capfirst(User._meta.get_field("username").verbose_name) == "User name"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["1 Medium", "2 Medien", "3 Medien", "11 Medien", "100 Medien"]),
        ("es", ["1 medio", "2 medios", "3 medios", "11 medios", "100 medios"]),
        ("ar", ["وسيلة إعلام واحدة", "وسيلتا إعلام", "3 وسائل إعلام", "11 وسيلة إعلام", "100 وسيلة إعلام"]),
    ],
)
def test_plural_forms_follow_the_rules_of_each_language(language, expected):
    numbers = (1, 2, 3, 11, 100)
    with override(language):
        assert [ngettext("%(number)s outlet", "%(number)s outlets", n) % {"number": n} for n in numbers] == expected
