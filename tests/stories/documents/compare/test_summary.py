"""One-line summaries of a comparison and of its parts."""

import pytest

from stories.documents import PartHeadings
from stories.documents.compare import compare
from tests.stories.documents.compare.sample_documents import (
    make_citation,
    make_contributor,
    make_page,
    make_passage,
    make_picture,
    make_section,
    make_story,
    make_topic,
    make_uid,
)

ONE, TWO, THREE = make_section("A."), make_section("B.", "behind"), make_section("C.", "background")


@pytest.mark.parametrize(
    ("before", "after", "summary"),
    [
        (make_story(), make_story(), ""),
        (make_story("A."), make_story("B."), "1 section edited"),
        (
            make_story(sections=(ONE, TWO, THREE), citations=(make_citation(1),)),
            make_story(
                sections=(
                    make_section("It has 2."),
                    make_section("D.", "behind"),
                    make_section("In 1961.", "background"),
                ),
                citations=(make_citation(2),),
            ),
            "3 sections edited, 1 source replaced, 2 figures changed",
        ),
        (
            make_story(citations=(make_citation(1),)),
            make_story(citations=(make_citation(1), make_citation(2), make_citation(3))),
            "2 sources added",
        ),
        (
            make_story(citations=(make_citation(1),)),
            make_story(citations=(make_citation(2), make_citation(3))),
            "1 source added, 1 source replaced",
        ),
        (
            make_story(headline="Why"),
            make_story(headline="How", standfirst="It came."),
            "Headline edited, standfirst edited",
        ),
        (make_story(), make_story(slug="barrier", language="fr"), "Address changed, language changed"),
        (make_page(), make_page(question="Whose?", introduction="Ours."), "Question edited, introduction edited"),
        (make_story(), make_story(lead_picture=make_picture("The pier")), "Lead picture added"),
        (make_story(byline=(make_contributor("Ana"),)), make_story(), "Byline changed"),
        (make_story(), make_story(headings=PartHeadings(deeper="Further")), "Headings edited"),
        (make_story(), make_story(method_note="By hand."), "Note on how the page was made edited"),
        (make_story(sections=(ONE, TWO)), make_story(sections=(TWO, ONE)), "1 section moved"),
        (
            make_story(passages=(make_passage("A."), make_passage("B.", "Coast"))),
            make_story(passages=(make_passage("C."),)),
            "1 passage edited, 1 passage removed",
        ),
        (make_story("On 8 May 2026."), make_story("On 9 May 2026."), "1 section edited, 1 date changed"),
        (make_story("He said “no”."), make_story("He said “yes”."), "1 section edited, 1 quotation changed"),
        (make_story(topics=(make_topic("Kelmar"),)), make_story(), "1 topic removed"),
        (make_story(uid=make_uid("one")), make_story(uid=make_uid("other")), "No visible changes"),
        (make_story("A."), make_story("B.", uid=make_uid("other")), "1 section edited"),
    ],
)
def test_a_comparison_has_a_summary(before, after, summary):
    assert compare(before, after).summary == summary


def test_the_summary_of_a_part_counts_rows_and_figures_or_else_words():
    papers = (make_section("It has 3 gates."), make_section("", "papers"))
    comparison = compare(
        make_story(
            sections=papers, passages=(make_passage("A."), make_passage("B.", "Coast")), standfirst="it was so."
        ),
        make_story(
            sections=(make_section("It has 4 gates."), papers[1]),
            passages=(make_passage("B.", "Coast"), make_passage("A."), make_passage("C.", "Lisle")),
            standfirst="it is so.",
        ),
    )
    assert [part.summary for part in comparison.parts] == [
        "1 word changed",
        "1 figure changed",
        "1 passage added, 1 passage moved",
    ]
