"""Measuring changes: which are minor, and the reasons why others are not."""

import pytest
from hypothesis import given

from stories.documents import PartHeadings
from stories.documents.compare import measure
from tests.stories.documents.compare.changed_documents import documents_with_one_change
from tests.stories.documents.compare.sample_documents import (
    make_answer,
    make_asked_question,
    make_cell,
    make_citation,
    make_claim,
    make_contributor,
    make_forecast,
    make_page,
    make_passage,
    make_picture,
    make_section,
    make_story,
    make_topic,
    make_uid,
)
from tests.stories.documents.compare.test_compare import PATIENT


def test_equal_documents_are_a_minor_change_without_changed_words():
    change = measure(make_story(), make_story())
    assert change.is_minor
    assert (change.words_changed, change.reasons) == (0, ())


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("The gate are shut.", "The gates are shut.", 1),
        ("It was shut , they say.", "It was shut, they say.", 0),
        ('He said "it held".', "He said “it held”.", 0),
        ("It **was** shut.", "It was shut.", 1),
        ("It was shut.\n\nIt held.", "It was shut. It held.", 0),
        ("He met her.", "She met her.", 1),
        ("a b c d e f g h i j k l", "m n o p q r s t u v w x", 12),
    ],
)
def test_a_few_plain_words_are_a_minor_change(before, after, words):
    change = measure(make_story(before), make_story(after))
    assert change.reasons == ()
    assert change.is_minor
    assert change.words_changed == words


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("It took 12 hours.", "It took 14 hours.", "The figure 12 changed to 14 in “What’s happened”."),
        ("It rose.", "It rose on Friday.", "The date Friday was added in “What’s happened”."),
        ("He said “no”.", "He said “yes”.", "The quotation “no” changed to “yes” in “What’s happened”."),
        ("It met Lena.", "It met.", "The name or capitalised word “Lena” was removed from “What’s happened”."),
        (
            "It is [shut](https://a.example).",
            "It is [shut](https://b.example).",
            "The link to https://a.example changed to https://b.example in “What’s happened”.",
        ),
        (
            "It is [shut](https://a.example).",
            "It is [open](https://a.example).",
            "The text of the link to https://a.example changed in “What’s happened”.",
        ),
        (
            f"See [it](topic:{make_uid('a')}).",
            f"See [it](topic:{make_uid('b')}).",
            "The link to a topic changed in “What’s happened”.",
        ),
        (
            f"![the pier](picture:{make_uid('a')})",
            f"![the gate](picture:{make_uid('a')})",
            "The text of the picture in the text changed in “What’s happened”.",
        ),
        ("It is shut.[@1]", "It is shut.", "The citation of source 1 was removed from “What’s happened”."),
        ("a " * 13, "b " * 13, "13 words changed; a minor change has at most 12."),
    ],
)
def test_changed_mentions_and_too_many_changed_words_are_not_minor(before, after, reason):
    change = measure(make_story(before), make_story(after))
    assert not change.is_minor
    assert change.reasons == (reason,)


ONE, TWO = make_section("A."), make_section("B.", "behind")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (None, make_story(), "This is the first edition."),
        (
            make_story(sections=(ONE,)),
            make_story(sections=(ONE, TWO)),
            "The section “What’s behind the headline?” was added.",
        ),
        (
            make_story(sections=(ONE, TWO)),
            make_story(sections=(ONE,)),
            "The section “What’s behind the headline?” was removed.",
        ),
        (
            make_story(sections=(ONE, TWO)),
            make_story(sections=(TWO, ONE)),
            "The section “What’s behind the headline?” moved.",
        ),
        (
            make_story(),
            make_story(passages=(make_passage("it held."),)),
            "The passage “Ansgar Wire” was added in “Passages”.",
        ),
        (
            make_story(passages=(make_passage("it had 3."),)),
            make_story(passages=(make_passage("it had 4."),)),
            "The figure 3 changed to 4 in the passage “Ansgar Wire”.",
        ),
        (
            make_story(passages=(make_passage("it.", sources=(1,)),), citations=(make_citation(1), make_citation(2))),
            make_story(passages=(make_passage("it.", sources=(2,)),), citations=(make_citation(1), make_citation(2))),
            "“Sources” changed in the passage “Ansgar Wire”.",
        ),
        (make_story(), make_story(citations=(make_citation(1),)), "The source “Report 1” was added in “Sources”."),
        (
            make_story(citations=(make_citation(1, paywalled=False),)),
            make_story(citations=(make_citation(1, paywalled=True),)),
            "The source “Report 1” changed in “Sources”.",
        ),
        (make_story(), make_story(lead_picture=make_picture("the pier")), "The lead picture was added."),
        (
            make_story(pictures=(make_picture("the pier"),)),
            make_story(),
            "The picture “the pier” was removed from “Pictures”.",
        ),
        (
            make_story(),
            make_story(topics=(make_topic("Kelmar"),)),
            "The topic “Kelmar” was added in “More on these topics”.",
        ),
        (
            make_story(topics=(make_topic("Kelmar", description="a town."),)),
            make_story(topics=(make_topic("Kelmar", description="a port."),)),
            "The topic “Kelmar” changed in “More on these topics”.",
        ),
        (
            make_story(),
            make_story(questions=(make_asked_question("Who?"),)),
            "The question “Who?” was added in “Common questions”.",
        ),
        (
            make_page(answers=(make_answer("Who?", "it did."),)),
            make_page(answers=(make_answer("Who?", "it does."),)),
            "The answer “Who?” changed in “Answers”.",
        ),
        (
            make_story(byline=(make_contributor("Ana"),)),
            make_story(byline=()),
            "The name in the byline “Ana” was removed from “Byline”.",
        ),
        (make_story(), make_story(slug="barrier"), "“Address” changed in “Headline and standfirst”."),
        (make_story(), make_story(language="fr"), "“Language” changed in “Headline and standfirst”."),
    ],
)
def test_added_removed_and_moved_parts_and_changed_metadata_are_not_minor(before, after, reason):
    assert reason in measure(before, after).reasons


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (make_story(passages=(make_passage("it were late."),)), make_story(passages=(make_passage("it was late."),))),
        (make_story(headline="Why it stand open"), make_story(headline="Why it stands open")),
        (make_story(method_note="by hands."), make_story(method_note="by hand.")),
        (make_story(), make_story(headings=PartHeadings(deeper="Go deep"))),
        (make_story(uid=make_uid("one")), make_story(uid=make_uid("other"))),
        (make_page(introduction="it were so."), make_page(introduction="it was so.")),
    ],
)
def test_a_few_plain_words_are_minor_in_any_text_of_our_own(before, after):
    assert measure(before, after).is_minor


def test_no_change_of_words_is_minor_if_names_cannot_be_recognised():
    reason = "Names and figures can’t be recognised in this language."
    assert measure(make_story("دخل البحر", language="ar"), make_story("دخل النهر", language="ar")).reasons == (reason,)
    assert measure(make_story("دخل البحر", language="ar"), make_story("دخل البحر.", language="ar")).is_minor


def test_every_german_noun_counts_as_a_name():
    assert not measure(
        make_story("das Tor war zu.", language="de"), make_story("das Haus war zu.", language="de")
    ).is_minor
    assert measure(make_story("das Tor war zu.", language="de"), make_story("das Tor ist zu.", language="de")).is_minor


def test_a_long_quotation_is_shortened_in_a_reason():
    (reason,) = measure(make_story("He said no."), make_story(f"He said no: “{'so it is ' * 20}”")).reasons[:1]
    assert len(reason) < 160
    assert "…" in reason


@PATIENT
@given(documents_with_one_change())
def test_a_minor_change_has_no_reasons_and_few_words(pair):
    change = measure(*pair)
    assert change.is_minor == (change.reasons == ())
    assert change.words_changed <= 12 or not change.is_minor


def make_dated_page(*, day: str = "2026-11-11", until: str = "2026-11-25", text: str = "It did.", **fields: object):
    answer = make_answer("Who?", text, as_of=day, expires_on=until)
    return make_page(answers=(answer,), short_answer="It is ours.", short_answer_as_of=day, **fields)


def test_new_dates_of_answers_alone_are_a_minor_change():
    assert measure(make_dated_page(), make_dated_page(day="2026-11-28", until="2026-12-12")).is_minor
    assert measure(make_dated_page(), make_dated_page(short_answer_expires_on="2026-12-12")).is_minor


@pytest.mark.parametrize(
    "fields", [{"text": "It does."}, {"introduction": "a barrier is long."}, {"state": "open"}, {"slug": "other"}]
)
def test_another_change_beside_new_dates_of_answers_is_not_minor(fields):
    before = make_dated_page(introduction="a barrier is wide.")
    after = make_dated_page(**{"introduction": "a barrier is wide.", **fields}, day="2026-11-28")
    assert not measure(before, after).is_minor


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (make_page(), make_page(state="open"), "“State” changed in “Question, short answer and introduction”."),
        (
            make_page(answers=(make_answer("Who?", "it did."),)),
            make_page(answers=(make_answer("Who?", "it did.", state="answered"),)),
            "The answer “Who?” changed in “Answers”.",
        ),
        (
            make_story(claims=(make_claim(make_cell(value="it is")),)),
            make_story(claims=(make_claim(make_cell(value="it was")),)),
            "The point “Homes emptied” changed in “Where the papers agree and differ”.",
        ),
        (
            make_story(claims=(make_claim(make_cell(as_of="2026-11-11")),)),
            make_story(claims=(make_claim(make_cell(as_of="2026-11-12")),)),
            "The point “Homes emptied” changed in “Where the papers agree and differ”.",
        ),
        (
            make_story(forecasts=(make_forecast(),)),
            make_story(forecasts=(make_forecast(state="void"),)),
            "The forecast “Finance ministry: The tunnel opens.” changed in “What was expected”.",
        ),
        (
            make_story(),
            make_story(forecasts=(make_forecast(),)),
            "The forecast “Finance ministry: The tunnel opens.” was added in “What was expected”.",
        ),
    ],
)
def test_changes_to_claims_forecasts_and_states_are_never_minor(before, after, reason):
    assert reason in measure(before, after).reasons
