"""Detecting changed figures, dates, quotations, names, links, sources and pictures."""

from itertools import pairwise

import pytest

from newsroom.text.diff.pieces import split_markdown
from newsroom.text.diff.words import compare_pieces
from stories.documents.compare import ChangedMention, compare, protected_changes
from tests.effort import lines_run
from tests.stories.documents.compare.sample_documents import (
    make_citation,
    make_passage,
    make_section,
    make_story,
    make_topic,
    make_uid,
)


def list_changed_mentions(before, after, language="en"):
    """Return the changed mentions of a section as triples of kind, text before and text after."""
    comparison = compare(make_story(before, language=language), make_story(after, language=language))
    return [
        (each.kind, each.before, each.after) for part in comparison.parts for each in part.fields[0].changed_mentions
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("It has eleven gates.", "It has nine gates.", [("figure", "eleven", "nine")]),
        ("It has 11 gates.", "It has nine gates.", [("figure", "11", "nine")]),
        ("The surge was 3.1 metres.", "The surge was 3.4 metres.", [("figure", "3.1", "3.4")]),
        ("It cost $3 million.", "It cost $30 million.", [("figure", "$3 million", "$30 million")]),
        ("Some 40% left.", "Some 45% left.", [("figure", "40%", "45%")]),
        ("Twenty-one men came.", "Twenty-two men came.", [("figure", "Twenty-one", "Twenty-two")]),
        ("It was shut.", "It was shut in 1961.", [("figure", "", "1961")]),
        ("There were ½ of them.", "There were of them.", [("figure", "½", "")]),
    ],
)
def test_changed_figures_are_listed_as_a_whole(before, after, expected):
    assert list_changed_mentions(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("On 8 November 2026 it rose.", "On 9 November 2026 it rose.", ("8 November 2026", "9 November 2026")),
        ("On 8 November it rose.", "On 8 November 2026 it rose.", ("8 November", "8 November 2026")),
        ("On November 8, 2026 it rose.", "On November 9, 2026 it rose.", ("November 8, 2026", "November 9, 2026")),
        ("It rose on Monday.", "It rose on Friday.", ("Monday", "Friday")),
        ("It rose in June.", "It rose in July.", ("June", "July")),
        ("It rose on 2026-11-08.", "It rose on 2026-11-09.", ("2026-11-08", "2026-11-09")),
    ],
)
def test_changed_dates_are_listed_as_dates_and_not_as_figures(before, after, expected):
    assert list_changed_mentions(before, after) == [("date", *expected)]


def test_dates_are_read_in_the_language_of_the_document():
    assert list_changed_mentions("Cerró el 8 de noviembre.", "Cerró el 9 de noviembre.", "es") == [
        ("date", "8 de noviembre", "9 de noviembre")
    ]


def test_the_verb_may_is_not_a_month():
    assert list_changed_mentions("It may close.", "It will close.") == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("He said “it held”.", "He said “it failed”.", [("quotation", "“it held”", "“it failed”")]),
        ("He said “it held”.", "He said “it never held”.", [("quotation", "“it held”", "“it never held”")]),
        ("He said it held.", "He said “it held”.", [("quotation", "", "“it held”")]),
        ("Sie sagte „ja“.", "Sie sagte „nie“.", [("quotation", "„ja“", "„nie“")]),
        (
            "He said “it held.\n\n“Then it broke.”",
            "He said “it stood.\n\n“Then it broke.”",
            [("quotation", "“it held.", "“it stood.")],
        ),
        ("> It held.", "> It failed.", [("quotation", "It held.", "It failed.")]),
    ],
)
def test_changed_quotations_are_listed_as_a_whole(before, after, expected):
    assert list_changed_mentions(before, after) == expected


def test_curly_instead_of_straight_quotation_marks_are_not_a_change():
    assert list_changed_mentions('He said "it held".', "He said “it held”.") == []


def test_a_figure_that_became_bold_has_not_changed():
    assert list_changed_mentions("It has 11 gates.", "It has **11** gates.") == []


def test_figures_in_a_moved_sentence_have_not_changed():
    one, two = "At Kelmar 12 people died.", "At Orrin 14 people were hurt."
    assert list_changed_mentions(f"{one} {two}", f"{two} {one}") == []


def test_figures_that_swapped_places_have_changed():
    assert list_changed_mentions("12 dead and 14 hurt.", "14 dead and 12 hurt.") == [
        ("figure", "12", "14"),
        ("figure", "14", "12"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("The mayor met Lena Kestrel.", "The mayor met Oda Kestrel.", [("name", "Lena Kestrel", "Oda Kestrel")]),
        ("Lena sued.", "Oskar sued.", [("name", "Lena", "Oskar")]),
        ("He met her.", "She met her.", []),
        ("Gates shut. The gates held.", "Old gates shut. The gates held.", [("name", "", "Old")]),
        ("The gates held. Gates shut.", "The gates held. All shut.", []),
        ("It met NATO.", "It met them.", [("name", "NATO", "")]),
    ],
)
def test_names_are_words_with_a_capital_that_the_start_of_a_sentence_does_not_explain(before, after, expected):
    assert list_changed_mentions(before, after) == expected


def test_changed_links_sources_and_pictures_are_listed():
    assert list_changed_mentions("It is [shut](https://a.example).", "It is [shut](https://b.example).") == [
        ("link", "https://a.example", "https://b.example")
    ]
    assert list_changed_mentions("It is [shut](https://a.example).", "It is [open](https://a.example).") == [
        ("link", "https://a.example", "https://a.example")
    ]
    assert list_changed_mentions("It is shut.[@3]", "It is shut.[@4]") == [("source", "3", "4")]
    assert list_changed_mentions("![The pier](picture:1)", "The pier") == [("picture", "picture:1", "")]


def test_a_comparison_lists_only_figures_dates_and_quotations():
    comparison = compare(
        make_story("Lena has 3 [gates](https://a.example).", passages=(make_passage("Since 1961."),)),
        make_story("Oda has 4 [gates](https://b.example).", passages=(make_passage("Since 1962."),)),
    )
    assert comparison.changed_mentions == (ChangedMention("figure", "3", "4"), ChangedMention("figure", "1961", "1962"))


def test_figures_of_an_added_passage_are_listed():
    comparison = compare(
        make_story(),
        make_story(
            sections=(make_section("The sea came in at three."), make_section("", "papers")),
            passages=(make_passage("14 hurt."),),
        ),
    )
    assert ChangedMention("figure", "", "14") in comparison.changed_mentions
    assert "figure" not in comparison.summary


def test_figures_in_the_title_of_an_added_article_are_not_listed():
    cited = make_story(citations=(make_citation(1, "Twelve gates"),))
    assert not compare(make_story(), cited).changed_mentions
    assert compare(cited, make_story(citations=(make_citation(1, "Nine gates"),))).changed_mentions == (
        ChangedMention("figure", "Twelve", "Nine"),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It was on Channel Three at noon.", "It was on Channel Four at noon."),
        ("They meet at Pier ONE daily.", "They meet at Pier TWO daily."),
        ("ONE was first to report.", "TWO was first to report."),
        ("The World War Two bunker held.", "The World War One bunker held."),
    ],
)
def test_a_number_word_in_a_name_is_not_a_figure(before, after):
    assert [kind for kind, *_ in list_changed_mentions(before, after)] == ["name"]


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("Four people came.", "Five people came.", "en"),
        ("They left. Four stayed behind.", "They left. Five stayed behind.", "en"),
        ("PORT SHUT FOR FOUR DAYS", "PORT SHUT FOR FIVE DAYS", "en"),
        ("Port Shut for Four Days", "Port Shut for Five Days", "en"),
        ("Es kostete drei Millionen.", "Es kostete drei Milliarden.", "de"),
        ("Die Hälfte blieb dort.", "Ein Drittel blieb dort.", "de"),
    ],
)
def test_a_number_word_capitalised_in_a_sentence_a_title_or_as_a_noun_is_a_figure(before, after, language):
    assert [kind for kind, *_ in list_changed_mentions(before, after, language)] == ["figure"]


NAMES = ("Channel 4", "The Sunday Post", "Harbour inquiry of 9 November", "Radio ONE", "Day Two")


@pytest.mark.parametrize(("old", "new"), list(pairwise(NAMES)))
def test_a_number_or_date_in_a_known_name_is_part_of_the_name(old, new):
    def make_story_with(name):
        return make_story(
            f"It was {name} that said so.", topics=(make_topic(name),), passages=(make_passage("It held.", name),)
        )

    comparison = compare(make_story_with(old), make_story_with(new))
    assert comparison.changed_mentions == ()
    assert "figure" not in comparison.summary
    assert "date" not in comparison.summary


@pytest.mark.parametrize("name", ["1961", "Nine", "November", "9 November"])
def test_a_name_that_is_only_a_number_or_a_date_hides_no_change(name):
    texts = ("In 1961 it was 9 November. Nine came in November.", "In 1962 it was 8 November. Ten came in June.")
    before, after = (make_story(text, topics=(make_topic(name),)) for text in texts)
    assert [each.kind for each in compare(before, after).changed_mentions] == ["figure", "date", "figure", "date"]


def test_a_changed_date_is_listed_once_besides_changed_names():
    def make_story_with(day, *numbers):
        names = [f"Outlet {number}" for number in numbers]
        return make_story(f"It closed on {day}.", passages=tuple(make_passage("It held.", name, uid=make_uid(str(place)))
                                                            for place, name in enumerate(names)))  # fmt: skip

    comparison = compare(make_story_with("8 November", "ONE", "TWO"), make_story_with("9 November", "THREE", "FOUR"))
    assert comparison.changed_mentions == (ChangedMention("date", "8 November", "9 November"),)


def test_adjacent_citations_are_compared_in_time_proportional_to_their_number():
    def work(count: int) -> int:
        old, new = (split_markdown("".join(f"[@{number + first}]" for number in range(count))) for first in (1, 10_001))
        return lines_run(
            lambda: protected_changes.find_protected_changes(compare_pieces(old, new[:1]), old, new[:1], language="en")
        )

    work(1)  # fills the caches for the language
    assert work(600) < 3 * work(300)
