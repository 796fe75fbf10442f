"""Checks on documents that fail or pass them, and the levels, places and order of findings."""

import re
from uuid import uuid4

import pytest

from stories import checks
from stories.checks import CheckContext, Level
from stories.checks.context import CONFIRM_NAMES, CONFIRM_TITLES
from stories.documents import NamedOutlet, NamedTopic
from tests.effort import at_most
from tests.loops import for_each
from tests.stories.checks.cases import CASES
from tests.stories.checks.documents import (
    COURIER,
    PROPOSED,
    RADIO,
    WIRE,
    answer,
    passage,
    picture,
    question,
    sections,
    source,
    story,
    with_standfirst,
    with_what_happened,
)

LEVELS = {each.code: each.level for each in checks.list_checks()}


def run_check(code, case):
    """Return the findings of one check."""
    document, context = case if isinstance(case, tuple) else (case, CheckContext())
    return [finding for finding in checks.run_checks(document, context) if finding.code == code]


def list_cases(side):
    """Return the code of the check, a number and the case, for each case in ``fails`` or ``passes``."""
    return [(code, number, case) for code, pair in CASES.items() for number, case in enumerate(getattr(pair, side))]


def test_every_check_has_failing_and_passing_documents():
    assert sorted(CASES) == sorted(LEVELS)
    assert [code for code, pair in CASES.items() if not (pair.fails and pair.passes)] == []


def test_a_check_has_findings_in_failing_documents():
    for code, number, case in list_cases("fails"):
        findings = run_check(code, case)
        assert findings, (code, number)
        for finding in findings:
            assert finding.level is LEVELS[code], (code, number)
            assert re.search(r"[.?]”?$", finding.message), (code, number)
            assert finding.anchor, (code, number)
            assert finding.key == f"{code} {finding.anchor}"


def test_a_check_has_no_findings_in_passing_documents():
    unexpected = {
        (code, number): findings for code, number, case in list_cases("passes") if (findings := run_check(code, case))
    }
    assert unexpected == {}


@for_each(checks.list_checks())
def test_a_check_describes_its_rule_in_one_sentence(registered):
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


def test_a_finding_names_its_place():
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


@pytest.mark.parametrize(
    ("outlets", "message"),
    [
        ((COURIER,), "Link the article from The Lisle Courier, or explain in the passage why there isn’t one."),
        (
            (COURIER, WIRE, RADIO),
            "Link the articles from The Lisle Courier, Ansgar Wire and Radio Tessen, "
            "or explain in the passage why any are missing.",
        ),
    ],
)
def test_a_passage_without_articles_names_its_outlets(outlets, message):
    document = story(passages=(passage("They count the lorries that go round.", *outlets),))
    assert [finding.message for finding in run_check("passages.article", document)] == [message]


@pytest.mark.parametrize("document", [story(headline_confirmed=False), question(question_confirmed=False)])
def test_a_title_that_is_not_confirmed_has_another_message_for_users_who_may_not_confirm_it(document):
    (finding,) = checks.run_checks(document, CheckContext())
    (other,) = checks.run_checks(document, CheckContext(lacking=frozenset({CONFIRM_TITLES})))
    assert (finding.level, other.level) == (Level.BLOCKER, Level.NOTE)
    assert finding.code == other.code
    assert finding.message != other.message


def test_a_source_without_an_outlet_has_one_finding_with_its_number():
    document = story(citations=(source(1), source(2, NamedOutlet(uid=None, name=""))))
    (finding,) = (each for each in checks.run_checks(document, CheckContext()) if each.anchor.startswith("citations."))
    assert finding.message == "Add the outlet for source 2."


def test_a_name_that_is_not_confirmed_is_a_note_for_users_who_may_not_confirm_it():
    document = story(
        topics=(NamedTopic(uid=uuid4(), topic=None, name="Pillar"),),
        passages=(passage("It says so.", PROPOSED), passage("It says so too.", WIRE)),
        citations=(source(1, PROPOSED), source(2, WIRE)),
    )
    blockers = checks.run_checks(document, CheckContext()).blocking()
    context = CheckContext(lacking=frozenset({CONFIRM_NAMES}))
    notes = checks.run_checks(document, context).with_level(Level.NOTE)
    assert {each.key for each in notes} == {each.key for each in blockers}
    assert all(each.message.startswith("An editor confirms the ") for each in notes)


def test_blockers_come_first():
    findings = checks.run_checks(story(headline="", standfirst="See [here](https://lisle.example/)."), CheckContext())
    assert [level for level, _ in findings.by_level()] == [Level.BLOCKER, Level.WARNING]
    assert findings.blocking() == findings.with_level(Level.BLOCKER)
    assert findings[0].level is Level.BLOCKER


def test_administrators_can_set_the_level_of_a_check():
    context = CheckContext(levels={"links.words": Level.BLOCKER})
    (finding,) = checks.run_checks(with_standfirst("See [here](https://lisle.example/)."), context)
    assert finding.level is Level.BLOCKER
    assert finding.is_overridable


def test_a_check_that_cannot_be_overridden_stays_a_blocker():
    (finding,) = checks.run_checks(story(headline=""), CheckContext(levels={"headline.given": Level.HINT}))
    assert finding.level is Level.BLOCKER
    assert not finding.is_overridable


def test_two_checks_cannot_have_the_same_code():
    with pytest.raises(ValueError, match=r"headline\.given"):
        checks.registry.check("headline.given", level=Level.HINT)(lambda document, context: iter(()))


@pytest.mark.parametrize("pattern", ["“a{} ", "b{}” ", "« “a{} "])
def test_at_most_fifty_findings_are_reported_for_one_field(pattern):
    text = "".join(map(pattern.format, range(10_000)))
    with at_most(15):  # usually less than one second
        findings = checks.run_checks(story(sections=sections(happened=text)), CheckContext())
    messages = [each.message for each in findings if each.code == "text.quotation-marks"]
    assert len(messages) == 50
    assert all(len(message) < 120 for message in messages)


@pytest.mark.parametrize("mark", ["“", "«"])
def test_a_field_of_opening_quotation_marks_is_checked_in_time(mark):
    with at_most(15):  # usually one second
        findings = checks.run_checks(story(sections=sections(happened=mark * 200_000)), CheckContext())
    assert "text.quotation-marks" in [each.code for each in findings]


def test_a_forecast_goes_to_what_happens_next_which_is_added_first_if_there_is_none():
    (finding,) = run_check("happened.forecast", with_what_happened("The office will decide in March."))
    assert finding.message.endswith("Add “What happens next” and move it there.")
