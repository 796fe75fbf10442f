"""Phrases that the interface no longer uses are in no source text, and not in the catalogue of Django’s own words.

``retired_phrases.txt`` lists them, with … for each inserted value. A phrase of more than three words may occur nowhere;
a shorter one, which can be part of a good sentence, may not be a whole text or a whole line of a template.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.journeys.words.extract import extract_words
from tests.newsroom.catalogues import load_source
from tests.source_code import ROOT, modules, scripts, text

# Retired in one place, and right in another.
EXCEPTIONS = {
    "All sources": "a link on the card of a source, to the articles of the page; retired where it meant outlets",
    "but so": "a former column heading, which pasted tables may still have",
    "not so": "the same",
    "took in a proposed name": "a stored verb of the activity log",
}

_FILE = Path(__file__).with_name("retired_phrases.txt")
_LONGEST_LABEL = 3  # words
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\$?\{\{?[^{}]*\}?\}")
_COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
_QUOTED_IN_TAG = re.compile(r"{%[^%]*?%}")
_QUOTED = re.compile(r'"([^"]*)"')
_SCRIPT_TEXT = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`")


def test_no_text_of_the_interface_has_a_retired_phrase():
    phrases = {
        line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    } - EXCEPTIONS.keys()
    labels = {phrase for phrase in phrases if len(phrase.split()) <= _LONGEST_LABEL}
    places = dict(list_texts())
    assert places
    found = {f"{place}: {words}" for words, place in places.items() if words in labels}
    everything = "\n".join(places)
    for phrase in phrases - labels:
        if phrase in everything:
            found |= {f"{place}: {phrase}" for words, place in places.items() if phrase in words}
    assert sorted(found) == []


def test_each_exception_is_in_the_list_and_has_a_reason():
    listed = _FILE.read_text(encoding="utf-8").splitlines()
    assert set(EXCEPTIONS) <= set(listed)
    assert all(EXCEPTIONS.values())


def list_texts() -> Iterator[tuple[str, str]]:
    """Yield each text of the source code, and each of Django’s own that the desk words anew, with the file or module that contains it.

    Docstrings are included, because the desk shows those of checks.
    """
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                yield _normal(text(node)), module
    for path in sorted((ROOT / "templates").rglob("*.*")):
        template = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        for tag in _QUOTED_IN_TAG.findall(template):
            for words in _QUOTED.findall(tag):
                yield _normal(words), path.name
        shown = re.sub(r"{{.*?}}", "…", _QUOTED_IN_TAG.sub("", template), flags=re.DOTALL)
        for line in extract_words(shown):
            yield _normal(line), path.name
    for script in scripts():
        for match in _SCRIPT_TEXT.finditer(script):
            yield _normal(match[1] or match[2] or ""), "static"
    for forms in load_source("en_GB").values():
        for form in forms:
            yield _normal(form), "en_GB.po"


def _normal(words: str) -> str:
    """Return the words with single spaces, and with … in place of each inserted value."""
    return " ".join(_PLACEHOLDER.sub("…", words).split())
