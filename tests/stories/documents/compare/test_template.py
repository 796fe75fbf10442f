"""A comparison as a page prints it."""

import re

from django.template.loader import render_to_string

from stories.documents.compare import compare
from tests.stories.documents.compare.making import passage, section, source, story, topic, uid


def printed(before, after):
    """Return the component for two documents, with spaces between marks taken out."""
    context = {"comparison": compare(before, after), "before_label": "Edition 1", "after_label": "Edition 2"}
    return re.sub(r"\s+", " ", render_to_string("components/comparison.html", context)).replace("> <", "><")


def test_what_went_and_came_is_marked_with_words_and_a_sign_beside_the_colour():
    html = printed(story("It came at three."), story("It came at dawn."))
    assert (
        'It came at <del><bdi class="visually-hidden">Removed: </bdi><span class="sign" aria-hidden="true">−&#8288;</span>'
        '<span class="told">three</span><bdi class="visually-hidden"> (end of what was removed) </bdi></del>.'
    ) in html
    assert (
        '<ins><bdi class="visually-hidden">Added: </bdi><span class="sign" aria-hidden="true">+&#8288;</span>'
        '<span class="told">dawn</span><bdi class="visually-hidden"> (end of what was added) </bdi></ins>.'
    ) in html


def test_each_side_says_whose_it_is():
    html = printed(story("It came at three."), story("It came at dawn."))
    assert html.count("Edition 1") == 2
    assert html.count("Edition 2") == 2


def test_nothing_that_was_written_is_taken_for_marks():
    html = printed(story("It came."), story('It <b>came</b> & [went](https://a.example?a=1&b="2").', headline="<i>"))
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "&amp;" in html


def test_marks_of_changed_words_are_named():
    html = printed(story("The **gate** is *shut* and [here](https://a.example)."), story("The gate is shut and here."))
    assert '<strong>gate</strong><bdi class="mark-name">(bold)</bdi>' in html
    assert '<em>shut</em><bdi class="mark-name">(italics)</bdi>' in html
    assert '<bdi class="mark-name">(link to https://a.example)</bdi>' in html


def test_a_block_without_a_word_of_its_own_is_named():
    html = printed(story("One.\n\nTwo."), story("One.\n\n- Two."))
    assert "¶ paragraph" in html
    assert "¶ list item (in a list)" in html


def test_figures_stand_beside_their_part():
    html = printed(story("It has 11 gates."), story("It has 9 gates."))
    noted = html[html.index('class="noted"') : html.index("</ul>")]
    assert '<span class="told">11</span>' in noted
    assert '<span class="told">9</span>' in noted


def test_rows_say_what_became_of_them():
    papers = (section("A."), section("", "papers"))
    one, two, three = passage("One."), passage("Two.", "Coast"), passage("Three.", "Lisle Courier")
    html = printed(
        story(sections=papers, passages=(one, two, three)),
        story(sections=papers, passages=(three, one, passage("Four.", "Morrow Daily"))),
    )
    assert re.search(r"<h3>Lisle Courier <span class=\"row-state\">.*?moved from place 3 to 1</span></h3>", html)
    assert re.search(r"<h3>Coast <span class=\"row-state went\">.*?removed</span></h3>", html)
    assert re.search(r"<h3>Morrow Daily <span class=\"row-state came\">.*?added</span></h3>", html)
    assert "1 other is unchanged." in html
    assert "Outlets" not in html


def test_sections_say_what_became_of_them_and_what_stayed_is_named():
    one, two = section("A."), section("B.", "behind")
    assert "moved" in printed(story(sections=(one, two)), story(sections=(two, one)))
    html = printed(story(sections=(one,)), story(sections=(one, two)))
    assert "added" in html
    assert "Unchanged: What’s happened." in html


def test_a_value_that_readers_do_not_see_is_named_and_not_shown():
    html = printed(story(uid=uid("one")), story(uid=uid("other")))
    assert "Its number inside the newsroom" in html
    assert "<del>" not in html


def test_equal_documents_say_that_nothing_changed():
    html = printed(story(), story())
    assert "Nothing changed." in html
    assert "<section" not in html


def test_the_first_edition_stands_alone():
    context = (None, story("It came.", topics=(topic("Kelmar"),), citations=(source(1),)))
    html = printed(*context)
    assert "<del>" not in html
    assert "Edition 1" in html
    assert '<span class="told">It came.</span>' in html


def test_words_left_out_are_counted():
    long = " ".join(f"word{number}" for number in range(300))
    assert re.search(r"\[… \d+ unchanged words …\]", printed(story(f"{long} end."), story(f"{long} stop.")))
