"""Results of functions are cached for each language."""

from django.utils.translation import gettext, override

from newsroom.text.language_cache import cache_by_language

calls: list[int] = []


@cache_by_language(10)
def describe(number, *, ending=""):
    """Return a word and a number in the active language."""
    calls.append(number)
    return f"{gettext('Questions')} {number}{ending}"


def test_a_result_is_computed_once_for_each_language_and_each_set_of_arguments():
    calls.clear()
    with override("de"):
        german = [describe(1), describe(1), describe(2), describe(1, ending="!")]
    with override("en"):
        english = [describe(1), describe(1)]
    assert german == ["Fragen 1", "Fragen 1", "Fragen 2", "Fragen 1!"]
    assert english == ["Questions 1", "Questions 1"]
    assert calls == [1, 2, 1, 1]
    assert describe.__name__ == "describe"
