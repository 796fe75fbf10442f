"""Comparison of two documents: changed parts, rows and fields."""

import pytest
from hypothesis import HealthCheck, given, settings

from stories.documents import (
    PartHeadings,
)
from stories.documents.compare import compare
from tests.stories.documents.compare.changed_documents import documents_with_one_change
from tests.stories.documents.compare.sample_documents import (
    make_answer,
    make_asked_question,
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
from tests.stories.documents.parse.documents import documents, pages, stories

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def words_of_side(side):
    """Return one side of a field as pairs of kind and text."""
    return [(each.kind, "".join(run.text for run in each.runs)) for each in side]


def only_part(before, after):
    (part,) = compare(before, after).parts
    return part


def only_row(before, after):
    (row,) = only_part(before, after).rows
    return row


@PATIENT
@given(documents)
def test_equal_documents_have_no_difference(document):
    comparison = compare(document, type(document).model_validate(document.body()))
    assert comparison.is_empty
    assert comparison.summary == ""


@PATIENT
@given(documents_with_one_change())
def test_a_single_change_is_a_difference(pair):
    before, after = pair
    assert compare(before, after).is_empty == (before.digest() == after.digest())
    assert compare(after, before).is_empty == (before.digest() == after.digest())


@PATIENT
@given(stories, stories)
def test_two_stories_differ_if_and_only_if_their_digests_differ(before, after):
    comparison = compare(before, after)
    assert comparison.is_empty == (before.digest() == after.digest())
    assert bool(comparison.summary) != comparison.is_empty


@PATIENT
@given(pages, pages)
def test_two_questions_differ_if_and_only_if_their_digests_differ(before, after):
    assert compare(before, after).is_empty == (before.digest() == after.digest())


@PATIENT
@given(documents)
def test_everything_is_new_without_an_earlier_document(document):
    comparison = compare(None, document)
    assert comparison.is_new
    assert comparison.summary == "All new"
    assert not comparison.changed_mentions
    assert all(not field.before for part in comparison.parts for field in part.all_fields)


def test_a_story_and_a_question_cannot_be_compared():
    with pytest.raises(TypeError, match="A story and a question cannot be compared"):
        compare(make_story(), make_page())


def test_a_changed_word_is_marked_on_both_sides():
    part = only_part(make_story("The sea came in at three."), make_story("The sea came in at dawn."))
    assert (part.code, part.label, part.state) == ("section", "What’s happened", "edited")
    (field,) = part.fields
    assert words_of_side(field.before) == [("same", "The sea came in at "), ("gone", "three"), ("same", ".")]
    assert words_of_side(field.after) == [("same", "The sea came in at "), ("new", "dawn"), ("same", ".")]
    assert field.words_changed == 1


def test_a_removed_passage_has_no_text_to_which_comments_belong():
    passages = (make_passage("A", uid=make_uid("one")), make_passage("B", uid=make_uid("other")))
    removed = only_part(make_story(passages=passages), make_story(passages=passages[:1]))
    assert [(row.state, row.place) for row in removed.rows] == [("removed", "")]
    assert removed.places == []


def test_removed_bold_and_a_changed_link_are_changes_of_the_words_concerned():
    part = only_part(
        make_story("The **gate** is [shut](https://a.example)."), make_story("The gate is [shut](https://b.example).")
    )
    assert words_of_side(part.fields[0].before)[1::2] == [("gone", "gate"), ("gone", "shut")]
    assert part.fields[0].after[3].runs[0].link == "https://b.example"


def test_invisible_spaces_are_a_small_change():
    comparison = compare(make_story("The sea came in."), make_story("The  sea\ncame in. "))
    assert comparison.is_small
    assert comparison.summary == "No visible changes"
    (field,) = comparison.parts[0].fields
    assert field.label == "Text: spaces or invisible characters"
    assert (field.before, field.after) == ((), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (make_story(uid=make_uid("one")), make_story(uid=make_uid("other"))),
        (make_story(headline_confirmed=True), make_story(headline_confirmed=False)),
        (make_story(cut_off=True), make_story(cut_off=False)),
        (make_page(question_confirmed=True), make_page(question_confirmed=False)),
        (
            make_story(sections=(make_section("A", uid=make_uid("one")),)),
            make_story(sections=(make_section("A", uid=make_uid("other")),)),
        ),
        (make_story(passages=(make_passage("A", opens_paragraph=True),)), make_story(passages=(make_passage("A"),))),
        (
            make_story(passages=(make_passage("A", uid=make_uid("one")),)),
            make_story(passages=(make_passage("A", uid=make_uid("other")),)),
        ),
        (make_story(topics=(make_topic("Kelmar", topic=None),)), make_story(topics=(make_topic("Kelmar"),))),
        (make_story(topics=(make_topic("Kelmar", explain=False),)), make_story(topics=(make_topic("Kelmar"),))),
        (
            make_story(citations=(make_citation(1, article=make_uid("one")),)),
            make_story(citations=(make_citation(1, article=make_uid("other")),)),
        ),
        (
            make_page(answers=(make_answer("Who?", "We.", uid=make_uid("one")),)),
            make_page(answers=(make_answer("Who?", "We."),)),
        ),
    ],
)
def test_a_change_that_readers_cannot_see_is_small(before, after):
    comparison = compare(before, after)
    assert not comparison.is_empty
    assert comparison.is_small
    assert all(part.is_small for part in comparison.parts)


def test_changes_to_the_head_are_listed_field_by_field():
    part = only_part(
        make_story(standfirst="The sea came."), make_story(headline="Why it stood open", slug="barrier", language="de")
    )
    assert [field.code for field in part.fields] == ["headline", "slug", "language", "standfirst"]
    assert words_of_side(part.fields[1].before) == [("gone", "kelmar")]
    assert words_of_side(part.fields[1].after) == [("new", "barrier")]
    assert part.fields[3].after == ()


def test_parts_are_in_reading_order_and_unchanged_parts_are_listed():
    before = make_story(
        sections=(make_section("A."), make_section("B.", "behind"), make_section("", "papers")),
        topics=(make_topic("Kelmar"),),
    )
    after = make_story(
        headline="Why",
        sections=(make_section("A."), make_section("C.", "behind"), make_section("", "papers")),
        passages=(make_passage("It was late."),),
        topics=(make_topic("Kelmar"),),
        citations=(make_citation(1),),
    )
    comparison = compare(before, after)
    assert [part.label for part in comparison.parts] == [
        "Headline and standfirst",
        "What’s behind the headline?",
        "What the papers say",
        "Sources",
    ]
    assert comparison.unchanged == ("What’s happened", "More on these topics")


def test_sections_are_added_removed_and_moved():
    one, two, three = make_section("A."), make_section("B.", "behind"), make_section("C.", "background")
    added, removed = (
        compare(make_story(sections=(one,)), make_story(sections=(one, two))),
        compare(make_story(sections=(one, two)), make_story(sections=(two,))),
    )
    assert [(part.label, part.state) for part in added.parts] == [("What’s behind the headline?", "added")]
    assert [(part.label, part.state) for part in removed.parts] == [("What’s happened", "removed")]
    moved = only_part(make_story(sections=(one, two, three)), make_story(sections=(two, three, one)))
    assert (moved.label, moved.state, moved.is_moved, moved.fields) == ("What’s happened", "moved", True, ())


def test_an_added_section_does_not_repeat_its_heading():
    part = only_part(make_story(sections=()), make_story(sections=(make_section("A."),)))
    assert [field.code for field in part.fields] == ["heading", "text"]
    assert [field.code for field in part.printed_fields] == ["text"]


def test_a_recreated_section_matches_the_section_of_the_same_kind():
    part = only_part(make_story("A."), make_story(sections=(make_section("B.", uid=make_uid("again")),)))
    assert part.state == "edited"


def test_passages_are_rows_of_the_papers_section():
    papers = (make_section("A."), make_section("", "papers"))
    before = make_story(
        sections=papers,
        passages=(make_passage("One."), make_passage("Two.", "Lisle Courier"), make_passage("Three.", "")),
    )
    after = make_story(
        sections=papers,
        passages=(make_passage("Two.", "Lisle Courier"), make_passage("One!"), make_passage("Four.", "Coast")),
    )
    part = only_part(before, after)
    assert part.label == "What the papers say"
    assert [(row.label, row.state, row.position_before, row.position_after, row.is_moved) for row in part.rows] == [
        ("Lisle Courier", "moved", 2, 1, True),
        ("Ansgar Wire", "edited", 1, 2, False),
        ("We compared", "removed", 3, 0, False),
        ("Coast", "added", 0, 3, False),
    ]


def test_passages_without_a_papers_section_are_a_separate_part():
    part = only_part(make_story(passages=(make_passage("One."),)), make_story(passages=(make_passage("Two."),)))
    assert (part.code, part.label) == ("passages", "Passages")


def test_unchanged_rows_are_counted():
    topics = (make_topic("Kelmar"), make_topic("Orrin Sea"), make_topic("Port Lisle"))
    part = only_part(make_story(topics=topics[:2]), make_story(topics=topics))
    assert (part.unchanged_rows, part.rows[0].state, part.rows[0].label) == (2, "added", "Port Lisle")


def test_a_renamed_outlet_is_an_edited_passage():
    row = only_row(
        make_story(passages=(make_passage("One.", "Ansgar Wire", uid=make_uid("p")),)),
        make_story(passages=(make_passage("One.", "Ansgar Press", uid=make_uid("p")),)),
    )
    assert [field.code for field in row.fields] == ["outlets"]


def test_another_outlet_of_the_same_name_is_a_small_change():
    row = only_row(
        make_story(passages=(make_passage("One.", outlets=({"uid": None, "name": "Ansgar Wire"},)),)),
        make_story(passages=(make_passage("One."),)),
    )
    assert row.is_small


def test_sources_of_a_passage_are_shown_with_the_numbers_that_readers_see():
    cited = (make_citation(3), make_citation(5))
    before = make_story(passages=(make_passage("One.", sources=(3,)),), citations=cited)
    after = make_story(passages=(make_passage("One.", sources=(3, 5)),), citations=cited)
    (part,) = compare(before, after, numbers_before={3: 1}, numbers_after={3: 1, 5: 2}).parts
    (field,) = part.rows[0].fields
    assert (words_of_side(field.before), words_of_side(field.after)) == ([("gone", "1")], [("new", "1, 2")])


def test_citations_are_shown_with_the_numbers_that_readers_see_but_compared_by_citation_number():
    cited = (make_citation(3), make_citation(5))
    before, after = make_story("A.[@3]", citations=cited), make_story("New.[@5] A.[@3]", citations=cited)
    (part,) = compare(before, after, numbers_before={3: 1}, numbers_after={5: 1, 3: 2}).parts
    assert words_of_side(part.fields[0].before) == [("same", "A.[1]")]
    assert words_of_side(part.fields[0].after) == [("new", "New.[1]"), ("same", " A.[2]")]


def test_an_article_with_another_title_is_an_edited_source():
    row = only_row(make_story(citations=(make_citation(1, "Old"),)), make_story(citations=(make_citation(1, "New"),)))
    assert (row.state, row.label, [field.code for field in row.fields]) == ("edited", "New", ["title"])


def test_the_lead_picture_can_be_added_removed_and_changed():
    pier, gate = make_picture("The pier"), make_picture("The gate")
    assert only_part(make_story(), make_story(lead_picture=pier)).state == "added"
    assert only_part(make_story(lead_picture=pier), make_story()).state == "removed"
    changed = only_part(make_story(lead_picture=pier), make_story(lead_picture=gate))
    assert [(field.code, field.is_small) for field in changed.fields] == [
        ("image", False),
        ("alt", False),
        ("uid", True),
    ]


def test_answers_questions_pictures_and_byline_are_rows():
    assert (
        only_row(
            make_page(answers=(make_answer("Who?", "We."),)), make_page(answers=(make_answer("Who?", "They."),))
        ).label
        == "Who?"
    )
    assert (
        only_row(make_story(questions=()), make_story(questions=(make_asked_question("Who owns it?"),))).state
        == "added"
    )
    assert only_row(make_story(pictures=(make_picture("The pier"),)), make_story()).label == "The pier"
    byline = only_part(
        make_story(byline=(make_contributor("Ana Kestrel"),)), make_story(byline=(make_contributor("Jonas Adebar"),))
    )
    assert [(row.label, row.state) for row in byline.rows] == [("Ana Kestrel", "removed"), ("Jonas Adebar", "added")]


def test_the_headings_and_the_method_note_are_parts():
    assert only_part(make_story(), make_story(headings=PartHeadings(deeper="Further"))).code == "headings"
    assert only_part(make_story(), make_story(method_note="By hand.")).code == "method_note"
