"""The evaluation sets have the form that ``README.md`` describes.

Whether the marks are right is not tested here, and no algorithm is run.
"""

import re
import tomllib
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
HALVES = ("development", "held-out")
_ROW = re.compile(r"^\| `([a-z-]+)` \| (\d+) \| (\d+) \|", re.MULTILINE)
COUNTS = {
    name: (int(development), int(held_out))
    for name, development, held_out in _ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
}
SETS = {
    (name, half): tomllib.loads((FOLDER / f"{name}-{half}.toml").read_text(encoding="utf-8"))["case"]
    for name, counts in COUNTS.items()
    for half, count in zip(HALVES, counts, strict=True)
    if count
}
_FINDER = {"id", "language", "claim", "kind", "unit", "text", "answer", "sentence", "value", "heavy"}
KEYS = {
    "articles": {"id", "language", "published", "event", "articles", "claims"},
    "agreement": {"id", "language", "level", "published", "story", "passages", "claims"},
    "expiry": {"id", "language", "question", "answer", "as_of", "expires_on", "earliest", "latest"},
    "looking-ahead": {"id", "language", "sentence", "said_on", "looks_ahead", "due", "due_on"},
    "finder-passages": _FINDER,
    "finder-articles": _FINDER,
    "amounts": {"id", "language", "sentence", "phrase", "amount", "low", "high", "approximate", "unit"},
}
CLAIM = {"claim", "kind", "unit", "difference", "cells"}
CELL = {"outlet", "stance", "value", "low", "high", "approximate", "when", "attributed_to"}
FORMS = ["agency", "light-rewrite", "heavy-rewrite", "own-report", "own-report", "brief", "translation"]
DIFFERENCES = {"contradiction", "figure", "date", "wording", "attribution", "alone", "agree"}
LANGUAGES = {
    "articles": {"en"},
    "agreement": {"en", "de", "es", "fr", "ar"},
    "expiry": {"en", "de", "es", "ar"},
    "looking-ahead": {"en"},
    "finder-passages": {"en", "de", "es", "fr", "ar"},
    "finder-articles": {"en", "de", "es", "fr", "ar"},
    "amounts": {"en", "de", "es", "ar"},
}
KINDS = {"figure", "date", "quotation", "attribution", "fact"}
UNITS = {"area", "count", "duration", "length", "money", "percent", "temperature", "volume", "weight"}
# Keys of a case, or of a part of one, that may be empty.
OPTIONAL = {
    *("low", "high", "unit", "when", "attributed_to", "sentence", "value"),
    *("expires_on", "earliest", "latest", "due", "due_on"),
}
MARKS = {"expiry": "expires_on", "looking-ahead": "looks_ahead"}
# A shorter text, such as the name of an outlet, may be in both halves.
_SHORTEST_TEXT = 30


def iter_cases(*names):
    """Yield each case of the named sets, or of all sets."""
    for (name, _), cases in SETS.items():
        if name in (names or COUNTS):
            yield from cases


def iter_values(value, key=""):
    """Yield each value within a case that is neither a table nor a list, with its key."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from iter_values(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from iter_values(part, key)
    else:
        yield key, value


def texts(cases):
    """Return the texts of the cases, with single spaces and in lower case."""
    found = (" ".join(value.split()).lower() for _, value in iter_values(cases) if isinstance(value, str))
    return {text for text in found if len(text) >= _SHORTEST_TEXT}


def assert_amount(part):
    """Assert that the ends are decimals in order, and that no amount is missing where one is called approximate."""
    ends = [Decimal(part[end]) for end in ("low", "high") if part[end]]
    assert ends == sorted(ends), part
    assert ends or not part["approximate"], part


def assert_cells(claim, texts):
    """Assert that the cells of a claim say what the texts of their outlets say, in the form that the kind needs."""
    assert set(claim) == CLAIM, claim
    assert claim["kind"] in KINDS, claim
    assert claim["difference"] in DIFFERENCES, claim
    assert bool(claim["unit"]) == (claim["kind"] == "figure"), claim
    outlets = [cell["outlet"] for cell in claim["cells"]]
    assert outlets
    assert len(outlets) == len(set(outlets)), claim
    for cell in claim["cells"]:
        assert set(cell) == CELL, cell
        assert cell["stance"] in {"says", "denies"}, cell
        assert cell["value"], cell
        # What is denied is printed as others say it: "was not warned" denies "warned".
        assert cell["stance"] == "denies" or cell["value"] in texts[cell["outlet"]], cell
        assert cell["attributed_to"] in texts[cell["outlet"]], cell
        assert_amount(cell)
        assert bool(cell["low"] or cell["high"]) == (claim["kind"] == "figure"), cell
        assert bool(cell["when"]) == (claim["kind"] == "date"), cell
        assert not cell["when"] or datetime.fromisoformat(cell["when"]), cell


def test_the_readme_counts_the_cases_of_every_file():
    assert {path.name for path in FOLDER.glob("*.toml")} == {f"{name}-{half}.toml" for name, half in SETS}
    assert {name: tuple(len(SETS.get((name, half), [])) for half in HALVES) for name in COUNTS} == COUNTS


def test_every_case_has_its_own_id_which_names_the_half():
    assert [id_ for id_, count in Counter(case["id"] for case in iter_cases()).items() if count > 1] == []
    assert all(f"-{half}-" in case["id"] for (_, half), cases in SETS.items() for case in cases)


@pytest.mark.parametrize("name", COUNTS)
def test_every_case_is_complete_and_in_a_language_of_its_set(name):
    for case in iter_cases(name):
        assert set(case) == KEYS[name], case["id"]
        empty = {
            key
            for key, value in iter_values(case)
            if value == "" or (isinstance(value, str) and value != value.strip())
        } - OPTIONAL
        assert empty == set(), case["id"]
    assert {case["language"] for case in iter_cases(name)} == LANGUAGES[name]


@pytest.mark.parametrize("name", COUNTS)
def test_no_text_is_in_both_halves(name):
    development, held_out = (texts(SETS.get((name, half), [])) for half in HALVES)
    assert development
    assert development & held_out == set()


def test_a_phrase_is_in_its_sentence_once_and_its_amount_is_in_order():
    for case in iter_cases("amounts"):
        assert case["sentence"].count(case["phrase"]) == 1, case["id"]
        assert_amount(case)
        assert case["amount"] == bool(case["low"] or case["high"]), case["id"]
        assert case["unit"] in (UNITS if case["amount"] else {""}), case["id"]


def test_the_answer_that_the_finder_looks_for_is_in_the_text_once():
    for case in iter_cases("finder-passages", "finder-articles"):
        assert case["kind"] in KINDS, case["id"]
        assert bool(case["unit"]) == (case["kind"] == "figure"), case["id"]
        assert case["answer"] == bool(case["sentence"]) == bool(case["value"]), case["id"]
        if case["answer"]:
            assert case["text"].count(case["sentence"]) == case["sentence"].count(case["value"]) == 1, case["id"]
    assert all(100 <= len(case["text"].split()) <= 200 for case in iter_cases("finder-articles"))


@pytest.mark.parametrize(("name", "half"), [key for key in SETS if key[0].startswith("finder-")])
def test_about_a_quarter_of_the_texts_for_the_finder_have_no_answer(name, half):
    share = sum(not case["answer"] for case in SETS[name, half]) / len(SETS[name, half])
    assert 0.2 <= share <= 0.3


def test_the_day_of_an_answer_is_within_its_band_after_the_day_of_the_answer():
    for case in iter_cases("expiry"):
        if case["expires_on"]:
            earliest, day, latest = (date.fromisoformat(case[key]) for key in ("earliest", "expires_on", "latest"))
            assert date.fromisoformat(case["as_of"]) <= earliest <= day <= latest, case["id"]
        else:
            assert case["earliest"] == case["latest"] == "", case["id"]


def test_the_day_of_a_forecast_is_after_it_was_made_and_named_in_the_sentence():
    for case in iter_cases("looking-ahead"):
        assert case["sentence"], case["id"]
        assert case["due"] in case["sentence"], case["id"]
        assert bool(case["due"]) == bool(case["due_on"]), case["id"]
        if case["due_on"]:
            assert case["looks_ahead"], case["id"]
            assert date.fromisoformat(case["said_on"]) < date.fromisoformat(case["due_on"]), case["id"]


@pytest.mark.parametrize(("name", "half", "mark"), [(*key, MARKS[key[0]]) for key in SETS if key[0] in MARKS])
def test_some_answers_have_no_day_and_some_sentences_do_not_look_ahead(name, half, mark):
    assert {bool(case[mark]) for case in SETS[name, half]} == {False, True}


def test_the_cells_of_an_agreement_case_are_in_its_passages():
    for case in iter_cases("agreement"):
        assert case["level"] in {"plain", "hard"}, case["id"]
        assert date.fromisoformat(case["published"])
        passages = {passage["outlet"]: passage["text"] for passage in case["passages"]}
        assert 3 <= len(passages) == len(case["passages"]) <= 6, case["id"]
        for claim in case["claims"]:
            assert_cells(claim, passages)


@pytest.mark.parametrize("half", [half for name, half in SETS if name == "agreement"])
def test_agreement_cases_have_what_they_must_have(half):
    cases = SETS["agreement", half]
    claims = [claim for case in cases for claim in case["claims"]]
    cells = [cell for claim in claims for cell in claim["cells"]]
    kinds = Counter((case["level"], case["language"] == "en") for case in cases)
    assert {kind: 7 * count for kind, count in kinds.items()} == {
        ("plain", True): 3 * len(cases),
        ("hard", True): 2 * len(cases),
        ("plain", False): 2 * len(cases),
    }
    assert any(not case["claims"] for case in cases)
    assert any(cell["stance"] == "denies" for cell in cells)
    assert any(cell["approximate"] for cell in cells)
    assert any(cell["low"] == cell["high"] == "0" for cell in cells)
    assert any(cell["low"] and cell["high"] and cell["low"] != cell["high"] for cell in cells)
    assert any(bool(cell["low"]) != bool(cell["high"]) for cell in cells)


def test_each_event_has_seven_articles_and_its_cells_are_in_them():
    for case in iter_cases("articles"):
        assert date.fromisoformat(case["published"])
        assert [article["form"] for article in case["articles"]] == FORMS, case["id"]
        for article in case["articles"]:
            assert set(article) == {"outlet", "form", "language", "headline", "text"}, case["id"]
            assert (article["language"] != "en") == (article["form"] == "translation"), case["id"]
        articles = {article["outlet"]: article["text"] for article in case["articles"]}
        assert len(articles) == len(case["articles"]), case["id"]
        assert case["claims"], case["id"]
        for claim in case["claims"]:
            assert_cells(claim, articles)
            assert claim["difference"] == "agree", case["id"]
            assert len(claim["cells"]) > 1, case["id"]
            assert {cell["stance"] for cell in claim["cells"]} == {"says"}, case["id"]
