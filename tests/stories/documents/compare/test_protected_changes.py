"""Figures, dates and quotations that changed."""

from itertools import pairwise

import pytest

from newsroom.text.diff.pieces import split_markdown
from newsroom.text.diff.words import compare_pieces as compare_pieces
from stories.documents.compare import Noted, compare, protected_changes
from tests.effort import lines_run
from tests.stories.documents.compare.making import passage, section, source, story, topic, uid


def noted(before, after, language="en"):
    """Return all that is noted of a changed section, as triples."""
    comparison = compare(story(before, language=language), story(after, language=language))
    return [
        (each.what, each.before, each.after) for part in comparison.parts for each in part.fields[0].changed_mentions
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
def test_figures_are_noted_whole(before, after, expected):
    assert noted(before, after) == expected


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
def test_dates_are_noted_as_dates_and_not_as_figures(before, after, expected):
    assert noted(before, after) == [("date", *expected)]


def test_dates_are_read_in_the_language_of_the_document():
    assert noted("Cerró el 8 de noviembre.", "Cerró el 9 de noviembre.", "es") == [
        ("date", "8 de noviembre", "9 de noviembre")
    ]


def test_the_verb_may_is_no_month():
    assert noted("It may close.", "It will close.") == []


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
def test_quotations_are_noted_whole(before, after, expected):
    assert noted(before, after) == expected


def test_curly_quotation_marks_for_straight_ones_change_no_quotation():
    assert noted('He said "it held".', "He said “it held”.") == []


def test_a_figure_that_only_became_bold_has_not_changed():
    assert noted("It has 11 gates.", "It has **11** gates.") == []


def test_a_sentence_that_moved_brought_its_figures_along():
    one, two = "At Kelmar 12 people died.", "At Orrin 14 people were hurt."
    assert noted(f"{one} {two}", f"{two} {one}") == []


def test_figures_that_changed_places_have_changed():
    assert noted("12 dead and 14 hurt.", "14 dead and 12 hurt.") == [("figure", "12", "14"), ("figure", "14", "12")]


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
def test_names_are_capitalised_words_that_do_not_merely_open_a_sentence(before, after, expected):
    assert noted(before, after) == expected


def test_links_sources_and_pictures_are_noted():
    assert noted("It is [shut](https://a.example).", "It is [shut](https://b.example).") == [
        ("link", "https://a.example", "https://b.example")
    ]
    assert noted("It is [shut](https://a.example).", "It is [open](https://a.example).") == [
        ("link", "https://a.example", "https://a.example")
    ]
    assert noted("It is shut.[@3]", "It is shut.[@4]") == [("source", "3", "4")]
    assert noted("![The pier](picture:1)", "The pier") == [("picture", "picture:1", "")]


def test_only_figures_dates_and_quotations_are_pointed_out():
    comparison = compare(
        story("Lena has 3 [gates](https://a.example).", passages=(passage("Since 1961."),)),
        story("Oda has 4 [gates](https://b.example).", passages=(passage("Since 1962."),)),
    )
    assert comparison.changed_mentions == (Noted("figure", "3", "4"), Noted("figure", "1961", "1962"))


def test_figures_of_a_passage_that_came_are_pointed_out_too():
    comparison = compare(
        story(),
        story(sections=(section("The sea came in at three."), section("", "papers")), passages=(passage("14 hurt."),)),
    )
    assert Noted("figure", "", "14") in comparison.changed_mentions
    assert "figure" not in comparison.summary


def test_figures_in_the_title_of_an_article_that_came_are_nothing_to_point_out():
    cited = story(citations=(source(1, "Twelve gates"),))
    assert not compare(story(), cited).changed_mentions
    assert compare(cited, story(citations=(source(1, "Nine gates"),))).changed_mentions == (
        Noted("figure", "Twelve", "Nine"),
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
def test_a_number_word_in_a_name_is_no_figure(before, after):
    assert [what for what, *_ in noted(before, after)] == ["name"]


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
def test_a_number_word_with_the_capital_of_a_sentence_a_title_or_a_noun_is_a_figure(before, after, language):
    assert [what for what, *_ in noted(before, after, language)] == ["figure"]


NAMES = ("Channel 4", "The Sunday Post", "Harbour inquiry of 9 November", "Radio ONE", "Day Two")


@pytest.mark.parametrize(("old", "new"), list(pairwise(NAMES)))
def test_a_number_or_a_date_in_a_name_that_the_page_knows_is_neither(old, new):
    def of(name):
        return story(f"It was {name} that said so.", topics=(topic(name),), passages=(passage("It held.", name),))

    comparison = compare(of(old), of(new))
    assert comparison.changed_mentions == ()
    assert "figure" not in comparison.summary
    assert "date" not in comparison.summary


@pytest.mark.parametrize("name", ["1961", "Nine", "November", "9 November"])
def test_a_name_that_is_nothing_but_a_number_or_a_date_hides_none(name):
    texts = ("In 1961 it was 9 November. Nine came in November.", "In 1962 it was 8 November. Ten came in June.")
    before, after = (story(text, topics=(topic(name),)) for text in texts)
    assert [each.what for each in compare(before, after).changed_mentions] == ["figure", "date", "figure", "date"]


def test_a_date_that_changed_is_counted_once_beside_names_that_changed():
    def of(day, *numbers):
        names = [f"Outlet {number}" for number in numbers]
        return story(f"It closed on {day}.", passages=tuple(passage("It held.", name, uid=uid(str(place)))
                                                            for place, name in enumerate(names)))  # fmt: skip

    comparison = compare(of("8 November", "ONE", "TWO"), of("9 November", "THREE", "FOUR"))
    assert comparison.changed_mentions == (Noted("date", "8 November", "9 November"),)


def test_citations_beside_each_other_are_noted_in_time_in_proportion_to_their_number():
    def work(count: int) -> int:
        old, new = (split_markdown("".join(f"[@{number + first}]" for number in range(count))) for first in (1, 10_001))
        return lines_run(
            lambda: protected_changes.find_protected_changes(compare_pieces(old, new[:1]), old, new[:1], language="en")
        )

    work(1)  # what a language needs is read once
    assert work(600) < 3 * work(300)
