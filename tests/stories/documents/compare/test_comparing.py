"""What leads from one document to another."""

import pytest
from hypothesis import HealthCheck, given, settings

from stories.documents import (
    PartHeadings,
)
from stories.documents.compare import compare
from tests.stories.documents.compare.changing import changed_once
from tests.stories.documents.compare.making import (
    answer,
    asked,
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
from tests.stories.documents.parse.documents import documents, pages, stories

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def words(side):
    """Return one side of a field as pairs of kind and words."""
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
@given(changed_once())
def test_documents_that_differ_in_one_place_have_a_difference(pair):
    before, after = pair
    assert compare(before, after).is_empty == (before.digest() == after.digest())
    assert compare(after, before).is_empty == (before.digest() == after.digest())


@PATIENT
@given(stories, stories)
def test_any_two_stories_differ_when_their_digests_do(before, after):
    comparison = compare(before, after)
    assert comparison.is_empty == (before.digest() == after.digest())
    assert bool(comparison.summary) != comparison.is_empty


@PATIENT
@given(pages, pages)
def test_any_two_questions_differ_when_their_digests_do(before, after):
    assert compare(before, after).is_empty == (before.digest() == after.digest())


@PATIENT
@given(documents)
def test_everything_is_new_where_there_was_nothing(document):
    comparison = compare(None, document)
    assert comparison.is_new
    assert comparison.summary == "Everything is new"
    assert not comparison.changed_mentions
    assert all(not field.before for part in comparison.parts for field in part.all_fields)


def test_a_story_and_a_question_cannot_be_compared():
    with pytest.raises(TypeError, match="A story and a question cannot be compared"):
        compare(story(), page())


def test_a_changed_word_is_told_on_both_sides_of_its_section():
    part = only_part(story("The sea came in at three."), story("The sea came in at dawn."))
    assert (part.code, part.label, part.state) == ("section", "What’s happened", "edited")
    (field,) = part.fields
    assert words(field.before) == [("same", "The sea came in at "), ("gone", "three"), ("same", ".")]
    assert words(field.after) == [("same", "The sea came in at "), ("new", "dawn"), ("same", ".")]
    assert field.words_changed == 1


def test_a_removed_bold_and_a_changed_link_are_differences_of_the_words_under_them():
    part = only_part(
        story("The **gate** is [shut](https://a.example)."), story("The gate is [shut](https://b.example).")
    )
    assert words(part.fields[0].before)[1::2] == [("gone", "gate"), ("gone", "shut")]
    assert part.fields[0].after[3].runs[0].link == "https://b.example"


def test_spaces_that_do_not_show_are_a_small_difference():
    comparison = compare(story("The sea came in."), story("The  sea\ncame in. "))
    assert comparison.is_small
    assert comparison.summary == "Only what readers do not see changed"
    (field,) = comparison.parts[0].fields
    assert field.label == "Text: spaces or signs that do not show"
    assert (field.before, field.after) == ((), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (story(uid=uid("one")), story(uid=uid("other"))),
        (story(headline_confirmed=True), story(headline_confirmed=False)),
        (story(cut_off=True), story(cut_off=False)),
        (page(question_confirmed=True), page(question_confirmed=False)),
        (story(sections=(section("A", uid=uid("one")),)), story(sections=(section("A", uid=uid("other")),))),
        (story(passages=(passage("A", opens_paragraph=True),)), story(passages=(passage("A"),))),
        (story(passages=(passage("A", uid=uid("one")),)), story(passages=(passage("A", uid=uid("other")),))),
        (story(topics=(topic("Kelmar", topic=None),)), story(topics=(topic("Kelmar"),))),
        (story(topics=(topic("Kelmar", explain=False),)), story(topics=(topic("Kelmar"),))),
        (story(citations=(source(1, article=uid("one")),)), story(citations=(source(1, article=uid("other")),))),
        (page(answers=(answer("Who?", "We.", uid=uid("one")),)), page(answers=(answer("Who?", "We."),))),
    ],
)
def test_what_readers_do_not_see_is_a_small_difference(before, after):
    comparison = compare(before, after)
    assert not comparison.is_empty
    assert comparison.is_small
    assert all(part.is_small for part in comparison.parts)


def test_an_edited_head_is_told_field_by_field():
    part = only_part(
        story(standfirst="The sea came."), story(headline="Why it stood open", slug="barrier", language="de")
    )
    assert [field.code for field in part.fields] == ["headline", "slug", "language", "standfirst"]
    assert words(part.fields[1].before) == [("gone", "kelmar")]
    assert words(part.fields[1].after) == [("new", "barrier")]
    assert part.fields[3].after == ()


def test_parts_stand_in_reader_order_and_what_stayed_is_named():
    before = story(sections=(section("A."), section("B.", "behind"), section("", "papers")), topics=(topic("Kelmar"),))
    after = story(
        headline="Why",
        sections=(section("A."), section("C.", "behind"), section("", "papers")),
        passages=(passage("It was late."),),
        topics=(topic("Kelmar"),),
        citations=(source(1),),
    )
    comparison = compare(before, after)
    assert [part.label for part in comparison.parts] == [
        "Headline and standfirst",
        "What’s behind the headline?",
        "What the papers say",
        "Sources",
    ]
    assert comparison.unchanged == ("What’s happened", "More on these topics")


def test_sections_come_go_and_pass_each_other():
    one, two, three = section("A."), section("B.", "behind"), section("C.", "background")
    added, removed = (
        compare(story(sections=(one,)), story(sections=(one, two))),
        compare(story(sections=(one, two)), story(sections=(two,))),
    )
    assert [(part.label, part.state) for part in added.parts] == [("What’s behind the headline?", "added")]
    assert [(part.label, part.state) for part in removed.parts] == [("What’s happened", "removed")]
    moved = only_part(story(sections=(one, two, three)), story(sections=(two, three, one)))
    assert (moved.label, moved.state, moved.is_moved, moved.fields) == ("What’s happened", "moved", True, ())


def test_a_section_that_came_or_went_does_not_tell_its_heading_twice():
    part = only_part(story(sections=()), story(sections=(section("A."),)))
    assert [field.code for field in part.fields] == ["heading", "text"]
    assert [field.code for field in part.printed_fields] == ["text"]


def test_a_section_made_again_is_the_section_of_its_kind():
    part = only_part(story("A."), story(sections=(section("B.", uid=uid("again")),)))
    assert part.state == "edited"


def test_passages_are_rows_of_the_section_that_holds_their_place():
    papers = (section("A."), section("", "papers"))
    before = story(sections=papers, passages=(passage("One."), passage("Two.", "Lisle Courier"), passage("Three.", "")))
    after = story(
        sections=papers, passages=(passage("Two.", "Lisle Courier"), passage("One!"), passage("Four.", "Coast"))
    )
    part = only_part(before, after)
    assert part.label == "What the papers say"
    assert [(row.label, row.state, row.position_before, row.position_after, row.is_moved) for row in part.rows] == [
        ("Lisle Courier", "moved", 2, 1, True),
        ("Ansgar Wire", "edited", 1, 2, False),
        ("We compared", "removed", 3, 0, False),
        ("Coast", "added", 0, 3, False),
    ]


def test_passages_of_a_story_without_a_place_for_them_are_a_part_of_their_own():
    part = only_part(story(passages=(passage("One."),)), story(passages=(passage("Two."),)))
    assert (part.code, part.label) == ("passages", "Passages")


def test_rows_that_stayed_are_counted():
    topics = (topic("Kelmar"), topic("Orrin Sea"), topic("Port Lisle"))
    part = only_part(story(topics=topics[:2]), story(topics=topics))
    assert (part.unchanged_rows, part.rows[0].state, part.rows[0].label) == (2, "added", "Port Lisle")


def test_a_renamed_outlet_is_an_edited_passage():
    row = only_row(
        story(passages=(passage("One.", "Ansgar Wire", uid=uid("p")),)),
        story(passages=(passage("One.", "Ansgar Press", uid=uid("p")),)),
    )
    assert [field.code for field in row.fields] == ["outlets"]


def test_an_outlet_of_the_same_name_is_a_small_difference():
    row = only_row(
        story(passages=(passage("One.", outlets=({"uid": None, "name": "Ansgar Wire"},)),)),
        story(passages=(passage("One."),)),
    )
    assert row.is_small


def test_sources_that_a_passage_draws_on_are_told_by_the_numbers_that_readers_see():
    cited = (source(3), source(5))
    before = story(passages=(passage("One.", sources=(3,)),), citations=cited)
    after = story(passages=(passage("One.", sources=(3, 5)),), citations=cited)
    (part,) = compare(before, after, numbers_before={3: 1}, numbers_after={3: 1, 5: 2}).parts
    (field,) = part.rows[0].fields
    assert (words(field.before), words(field.after)) == ([("gone", "1")], [("new", "1, 2")])


def test_citations_are_told_by_the_numbers_that_readers_see_and_compared_by_their_own():
    cited = (source(3), source(5))
    before, after = story("A.[@3]", citations=cited), story("New.[@5] A.[@3]", citations=cited)
    (part,) = compare(before, after, numbers_before={3: 1}, numbers_after={5: 1, 3: 2}).parts
    assert words(part.fields[0].before) == [("same", "A.[1]")]
    assert words(part.fields[0].after) == [("new", "New.[1]"), ("same", " A.[2]")]


def test_an_article_with_another_title_is_an_edited_source():
    row = only_row(story(citations=(source(1, "Old"),)), story(citations=(source(1, "New"),)))
    assert (row.state, row.label, [field.code for field in row.fields]) == ("edited", "New", ["title"])


def test_the_lead_picture_comes_goes_and_changes():
    pier, gate = picture("The pier"), picture("The gate")
    assert only_part(story(), story(lead_picture=pier)).state == "added"
    assert only_part(story(lead_picture=pier), story()).state == "removed"
    changed = only_part(story(lead_picture=pier), story(lead_picture=gate))
    assert [(field.code, field.is_small) for field in changed.fields] == [
        ("image", False),
        ("alt", False),
        ("uid", True),
    ]


def test_answers_questions_pictures_and_byline_are_rows():
    assert only_row(page(answers=(answer("Who?", "We."),)), page(answers=(answer("Who?", "They."),))).label == "Who?"
    assert only_row(story(questions=()), story(questions=(asked("Who owns it?"),))).state == "added"
    assert only_row(story(pictures=(picture("The pier"),)), story()).label == "The pier"
    byline = only_part(story(byline=(person("Ana Kestrel"),)), story(byline=(person("Jonas Adebar"),)))
    assert [(row.label, row.state) for row in byline.rows] == [("Ana Kestrel", "removed"), ("Jonas Adebar", "added")]


def test_the_headings_and_the_note_on_the_method_are_parts():
    assert only_part(story(), story(headings=PartHeadings(deeper="Further"))).code == "headings"
    assert only_part(story(), story(method_note="By hand.")).code == "method_note"
