"""Each check: documents that trip it, ones that just do not, and what every finding has."""

import re

import pytest

from stories import checks
from stories.checks import CheckContext, Level
from tests.effort import at_most
from tests.loops import for_each
from tests.stories.checks.cases import CASES
from tests.stories.checks.documents import WIRE, answer, picture, question, sections, source, story, told

LEVELS = {each.code: each.level for each in checks.list_checks()}


def found_by(code, case):
    """Return what one check finds."""
    document, context = case if isinstance(case, tuple) else (case, CheckContext())
    return [finding for finding in checks.run_checks(document, context) if finding.code == code]


def each(side):
    """Return the code of a check, a number and a document of this side, for all documents."""
    return [(code, number, case) for code, pair in CASES.items() for number, case in enumerate(getattr(pair, side))]


def test_every_check_has_documents_that_trip_it_and_ones_that_just_do_not():
    assert sorted(CASES) == sorted(LEVELS)
    assert [code for code, pair in CASES.items() if not (pair.trips and pair.passes)] == []


def test_a_check_finds_what_it_is_there_for():
    for code, number, case in each("trips"):
        found = found_by(code, case)
        assert found, (code, number)
        for finding in found:
            assert finding.level is LEVELS[code], (code, number)
            assert re.search(r"[.?]”?$", finding.message), (code, number)
            assert finding.anchor, (code, number)
            assert finding.key == f"{code} {finding.anchor}"


def test_a_check_lets_pass_what_is_right():
    wrong = {(code, number): found for code, number, case in each("passes") if (found := found_by(code, case))}
    assert wrong == {}


@for_each(checks.list_checks())
def test_a_check_says_in_a_sentence_what_it_asks_for(registered):
    assert re.fullmatch(r"[a-z]+\.[a-z-]+", registered.code)
    assert registered.sentence.endswith(".")
    assert len(registered.sentence) <= 130


@pytest.mark.parametrize(
    "document",
    [
        story(),
        question(),
        story(lead_picture=picture()),
        story(citations=(source(1), source(2, story().citations[1].outlet)), standfirst="A crack.[@1]"),
    ],
)
def test_a_good_document_has_no_findings(document):
    assert checks.run_checks(document, CheckContext()) == ()


def test_a_finding_says_where_it_is():
    faulty = story(
        standfirst="TK.",
        method_note="TK.",
        sections=sections(happened="TK."),
        pictures=(picture(), picture(caption="TK.")),
        citations=(source(1), source(2, WIRE, url="http://wire.example/")),
        lead_picture=picture(alt="TK"),
        headline="Why the north pier is TK",
    )
    places = [finding.place for finding in checks.run_checks(faulty, CheckContext())]
    assert sorted(places) == [
        "",
        "How this page was made",
        "Lead picture",
        "Picture 2",
        "Source 2",
        "Standfirst",
        "What’s happened",
    ]
    (finding,) = checks.run_checks(question(answers=(answer(), answer("TK."))), CheckContext())
    assert finding.place == "Answer 2"


def test_blockers_come_first():
    found = checks.run_checks(story(headline="", standfirst="See [here](https://lisle.example/)."), CheckContext())
    assert [level for level, _ in found.by_level()] == [Level.BLOCKER, Level.WARNING]
    assert found.blocking() == found.with_level(Level.BLOCKER)
    assert found[0].level is Level.BLOCKER


def test_administrators_say_how_much_a_check_weighs():
    context = CheckContext(levels={"links.words": Level.BLOCKER})
    (finding,) = checks.run_checks(told("See [here](https://lisle.example/)."), context)
    assert finding.level is Level.BLOCKER
    assert finding.is_overridable


def test_what_cannot_be_carried_stays_a_blocker():
    (finding,) = checks.run_checks(story(headline=""), CheckContext(levels={"headline.given": Level.HINT}))
    assert finding.level is Level.BLOCKER
    assert not finding.is_overridable


def test_two_checks_cannot_share_an_id():
    with pytest.raises(ValueError, match=r"headline\.given"):
        checks.registry.check("headline.given", level=Level.HINT)(lambda document, context: iter(()))


@pytest.mark.parametrize("pattern", ["“a{} ", "b{}” ", "« “a{} "])
def test_of_many_open_quotations_in_a_field_the_first_are_told(pattern):
    text = "".join(map(pattern.format, range(10_000)))
    with at_most(15):  # it takes less than one
        found = checks.run_checks(story(sections=sections(happened=text)), CheckContext())
    told = [each.message for each in found if each.code == "text.quotation-marks"]
    assert len(told) == 50
    assert all(len(message) < 120 for message in told)


@pytest.mark.parametrize("mark", ["“", "«"])
def test_a_field_of_nothing_but_open_quotations_is_read_in_time(mark):
    with at_most(15):  # it takes one
        found = checks.run_checks(story(sections=sections(happened=mark * 200_000)), CheckContext())
    assert "text.quotation-marks" in [each.code for each in found]
