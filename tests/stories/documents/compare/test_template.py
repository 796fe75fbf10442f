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
    label = '<bdi class="visually-hidden">([^<]+)</bdi>'
    removed = re.search(
        rf'It came at <del>{label}<span class="sign" aria-hidden="true">−&#8288;</span>'
        rf'<span class="changed-words">three</span>{label}</del>\.',
        html,
    )
    added = re.search(
        rf'<ins>{label}<span class="sign" aria-hidden="true">\+&#8288;</span>'
        rf'<span class="changed-words">dawn</span>{label}</ins>\.',
        html,
    )
    assert removed
    assert added
    assert len({text.strip() for text in removed.groups() + added.groups()} - {""}) == 4


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
    moved, removed, added = (
        re.search(
            rf'<h3>{name} <span class="change-state{state}"><span class="sign".*?</span>([^<]+)</span></h3>', html
        )
        for name, state in (("Lisle Courier", ""), ("Coast", " state-removed"), ("Morrow Daily", " state-added"))
    )
    assert re.findall(r"\d+", moved[1]) == ["3", "1"]
    assert removed[1].strip() != added[1].strip()
    number = re.search(r'<p class="unchanged-note">([^<]+)</p></div></section>', html)
    assert re.findall(r"\d+", number[1]) == ["1"]
    assert 'class="field-name"' not in html


def test_sections_show_their_state_and_unchanged_sections_are_listed():
    one, two = make_section("A."), make_section("B.", "behind")
    html = render_comparison(make_story(sections=(one, two)), make_story(sections=(two, one)))
    assert re.search(
        r'</h2><span class="change-state"><span class="sign" aria-hidden="true">↕</span> [^<]+</span>', html
    )
    html = render_comparison(make_story(sections=(one,)), make_story(sections=(one, two)))
    assert re.search(r'</h2><span class="change-state state-added"><span class="sign".*?</span> [^<]+</span>', html)
    assert re.search(r'<p class="unchanged-note">[^<]+ What’s happened\.</p>', html)


def test_a_value_that_readers_do_not_see_is_named_but_not_shown():
    documents = make_story(uid=make_uid("one")), make_story(uid=make_uid("other"))
    (field,) = compare(*documents).parts[0].fields
    html = render_comparison(*documents)
    assert f'<p class="field-name">{field.label}</p>' in html
    assert "<del>" not in html


def test_equal_documents_say_that_nothing_changed():
    html = render_comparison(make_story(), make_story())
    assert re.fullmatch(r'<div class="comparison"><p>[^<]+</p></div>', html.strip())


def test_the_first_edition_has_only_one_side():
    documents = (None, make_story("It came.", topics=(make_topic("Kelmar"),), citations=(make_citation(1),)))
    html = render_comparison(*documents)
    assert "<del>" not in html
    assert "Edition 1" in html
    assert '<span class="changed-words">It came.</span>' in html


def test_words_left_out_are_counted():
    long = " ".join(f"word{number}" for number in range(300))
    assert re.search(r"\[… \d+ [^\]]+ …\]", render_comparison(make_story(f"{long} end."), make_story(f"{long} stop.")))
