"""The template that renders a comparison."""

import re

from django.template.loader import render_to_string

from stories.documents.compare import compare
from tests.stories.documents.compare.sample_documents import (
    make_citation,
    make_passage,
    make_section,
    make_story,
    make_topic,
    make_uid,
)


def render_comparison(before, after):
    """Return the rendered comparison of two documents, without white space between tags."""
    documents = {"comparison": compare(before, after), "before_label": "Edition 1", "after_label": "Edition 2"}
    return re.sub(r"\s+", " ", render_to_string("components/comparison.html", documents)).replace("> <", "><")


def test_removed_and_added_words_have_a_label_and_a_sign_besides_the_colour():
    html = render_comparison(make_story("It came at three."), make_story("It came at dawn."))
    assert (
        'It came at <del><bdi class="visually-hidden">Removed: </bdi><span class="sign" aria-hidden="true">−&#8288;</span>'
        '<span class="changed-words">three</span><bdi class="visually-hidden"> (end of what was removed) </bdi></del>.'
    ) in html
    assert (
        '<ins><bdi class="visually-hidden">Added: </bdi><span class="sign" aria-hidden="true">+&#8288;</span>'
        '<span class="changed-words">dawn</span><bdi class="visually-hidden"> (end of what was added) </bdi></ins>.'
    ) in html


def test_each_side_has_its_label():
    html = render_comparison(make_story("It came at three."), make_story("It came at dawn."))
    assert html.count("Edition 1") == 2
    assert html.count("Edition 2") == 2


def test_text_of_the_document_is_escaped():
    html = render_comparison(
        make_story("It came."), make_story('It <b>came</b> & [went](https://a.example?a=1&b="2").', headline="<i>")
    )
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "&amp;" in html


def test_markup_of_changed_words_is_named():
    html = render_comparison(
        make_story("The **gate** is *shut* and [here](https://a.example)."), make_story("The gate is shut and here.")
    )
    assert '<strong>gate</strong><bdi class="diff-note">(bold)</bdi>' in html
    assert '<em>shut</em><bdi class="diff-note">(italics)</bdi>' in html
    assert '<bdi class="diff-note">(link to https://a.example)</bdi>' in html


def test_a_changed_kind_of_block_is_named():
    html = render_comparison(make_story("One.\n\nTwo."), make_story("One.\n\n- Two."))
    assert "¶ paragraph" in html
    assert "¶ list item (in a list)" in html


def test_changed_figures_are_listed_with_their_part():
    html = render_comparison(make_story("It has 11 gates."), make_story("It has 9 gates."))
    mentions_html = html[html.index('class="protected-changes"') : html.index("</ul>")]
    assert '<span class="changed-words">11</span>' in mentions_html
    assert '<span class="changed-words">9</span>' in mentions_html


def test_rows_show_whether_they_moved_were_added_or_removed():
    papers = (make_section("A."), make_section("", "papers"))
    one, two, three = make_passage("One."), make_passage("Two.", "Coast"), make_passage("Three.", "Lisle Courier")
    html = render_comparison(
        make_story(sections=papers, passages=(one, two, three)),
        make_story(sections=papers, passages=(three, one, make_passage("Four.", "Morrow Daily"))),
    )
    assert re.search(r"<h3>Lisle Courier <span class=\"change-state\">.*?moved from place 3 to 1</span></h3>", html)
    assert re.search(r"<h3>Coast <span class=\"change-state state-removed\">.*?removed</span></h3>", html)
    assert re.search(r"<h3>Morrow Daily <span class=\"change-state state-added\">.*?added</span></h3>", html)
    assert "1 other is unchanged." in html
    assert "Outlets" not in html


def test_sections_show_their_state_and_unchanged_sections_are_listed():
    one, two = make_section("A."), make_section("B.", "behind")
    assert "moved" in render_comparison(make_story(sections=(one, two)), make_story(sections=(two, one)))
    html = render_comparison(make_story(sections=(one,)), make_story(sections=(one, two)))
    assert "added" in html
    assert "Unchanged: What’s happened." in html


def test_a_value_that_readers_do_not_see_is_named_but_not_shown():
    html = render_comparison(make_story(uid=make_uid("one")), make_story(uid=make_uid("other")))
    assert "Its number inside the newsroom" in html
    assert "<del>" not in html


def test_equal_documents_say_that_nothing_changed():
    html = render_comparison(make_story(), make_story())
    assert "Nothing changed." in html
    assert "<section" not in html


def test_the_first_edition_has_only_one_side():
    documents = (None, make_story("It came.", topics=(make_topic("Kelmar"),), citations=(make_citation(1),)))
    html = render_comparison(*documents)
    assert "<del>" not in html
    assert "Edition 1" in html
    assert '<span class="changed-words">It came.</span>' in html


def test_words_left_out_are_counted():
    long = " ".join(f"word{number}" for number in range(300))
    assert re.search(
        r"\[… \d+ unchanged words …\]", render_comparison(make_story(f"{long} end."), make_story(f"{long} stop."))
    )
