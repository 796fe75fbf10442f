"""One-line summaries of a comparison and of its parts."""

import pytest

from stories.documents import PartHeadings
from stories.documents.compare import compare
from tests.stories.documents.compare.sample_documents import (
    page,
    passage,
    person,
    picture,
    section,
    source,
    story,
    topic,
    uid,
)

ONE, TWO, THREE = section("A."), section("B.", "behind"), section("C.", "background")


@pytest.mark.parametrize(
    ("before", "after", "summary"),
    [
        (story(), story(), ""),
        (story("A."), story("B."), "1 section edited"),
        (
            story(sections=(ONE, TWO, THREE), citations=(source(1),)),
            story(
                sections=(section("It has 2."), section("D.", "behind"), section("In 1961.", "background")),
                citations=(source(2),),
            ),
            "3 sections edited, 1 source replaced, 2 figures changed",
        ),
        (story(citations=(source(1),)), story(citations=(source(1), source(2), source(3))), "2 sources added"),
        (
            story(citations=(source(1),)),
            story(citations=(source(2), source(3))),
            "1 source added, 1 source replaced",
        ),
        (story(headline="Why"), story(headline="How", standfirst="It came."), "Headline edited, standfirst edited"),
        (story(), story(slug="barrier", language="fr"), "Address changed, language changed"),
        (page(), page(question="Whose?", introduction="Ours."), "Question edited, introduction edited"),
        (story(), story(lead_picture=picture("The pier")), "Lead picture added"),
        (story(byline=(person("Ana"),)), story(), "Byline changed"),
        (story(), story(headings=PartHeadings(deeper="Further")), "Headings edited"),
        (story(), story(method_note="By hand."), "Note on how the page was made edited"),
        (story(sections=(ONE, TWO)), story(sections=(TWO, ONE)), "1 section moved"),
        (
            story(passages=(passage("A."), passage("B.", "Coast"))),
            story(passages=(passage("C."),)),
            "1 passage edited, 1 passage removed",
        ),
        (story("On 8 May 2026."), story("On 9 May 2026."), "1 section edited, 1 date changed"),
        (story("He said “no”."), story("He said “yes”."), "1 section edited, 1 quotation changed"),
        (story(topics=(topic("Kelmar"),)), story(), "1 topic removed"),
        (story(uid=uid("one")), story(uid=uid("other")), "Only what readers do not see changed"),
        (story("A."), story("B.", uid=uid("other")), "1 section edited"),
    ],
)
def test_a_comparison_has_a_summary(before, after, summary):
    assert compare(before, after).summary == summary


def test_the_summary_of_a_part_counts_rows_and_figures_or_else_words():
    papers = (section("It has 3 gates."), section("", "papers"))
    comparison = compare(
        story(sections=papers, passages=(passage("A."), passage("B.", "Coast")), standfirst="it was so."),
        story(
            sections=(section("It has 4 gates."), papers[1]),
            passages=(passage("B.", "Coast"), passage("A."), passage("C.", "Lisle")),
            standfirst="it is so.",
        ),
    )
    assert [part.summary for part in comparison.parts] == [
        "1 word changed",
        "1 figure changed",
        "1 passage added, 1 passage moved",
    ]
