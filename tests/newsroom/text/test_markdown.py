"""Rendering Markdown: any input becomes safe HTML, and links, citations and lists get their markup."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import markdown

TOPIC = "8b6f8f0e-4a3c-4c55-9b37-2f0c7d1e9a11"
VOID = {"br", "hr"}
ALLOWED = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s"),
    *("a", "sup", "span", "div", "time", "table", "thead", "tbody", "tr", "th", "td"),
}


class HTMLRecorder(HTMLParser):
    """A parser that records the tags, attributes and words of some HTML, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.balanced = True
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def html(source: str, **options: object) -> str:
    return markdown.render(source, **{"numbers": {}, "anchor": "text", **options})  # type: ignore[arg-type]


def assert_safe(rendered: str) -> None:
    recorder = HTMLRecorder(rendered)
    assert recorder.balanced
    assert not recorder.open
    for tag, attributes in recorder.tags:
        assert tag in ALLOWED
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")]
        address = attributes.get("href")
        assert address is None or address.startswith(("http://", "https://", "mailto:", "/", "#"))
        assert address is None or not address.startswith("//")
    ids = Counter(attributes["id"] for _, attributes in recorder.tags if "id" in attributes)
    assert not [identity for identity, count in ids.items() if count > 1]


# Plain Markdown ----------------------------------------------------------------------------------------------------


def test_lines_without_a_blank_line_between_them_form_one_paragraph() -> None:
    assert html("One line\nand its end.\n\nAnother.") == "<p>One line\nand its end.</p>\n<p>Another.</p>"


def test_emphasis_lists_quotations_and_strikethrough_are_printed() -> None:
    rendered = html("*a* **b** ~~c~~ `d`\n\n> e\n\n3. f\n")
    assert "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>" in rendered
    assert "<blockquote>\n<p>e</p>\n</blockquote>" in rendered
    assert '<ol start="3">\n<li>f</li>\n</ol>' in rendered


def test_html_is_printed_as_typed() -> None:
    rendered = html('<script>alert(1)</script> <img src=x onerror="x()"> <b>bold</b>')
    assert "<script" not in rendered
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in rendered
    assert "&lt;b&gt;bold&lt;/b&gt;" in rendered


def test_right_to_left_text_is_split_into_paragraphs() -> None:
    assert html("فُتح الحاجز عام ١٩٩٨.\n\nوله تسع بوابات.") == "<p>فُتح الحاجز عام ١٩٩٨.</p>\n<p>وله تسع بوابات.</p>"


def test_characters_that_override_the_text_direction_are_removed() -> None:
    assert html("safe \u202egnp.exe\u202c") == "<p>safe gnp.exe\u202c</p>"


def test_a_table_can_be_scrolled_with_the_keyboard_and_has_no_inline_style() -> None:
    rendered = html("| Gate | Height |\n|---|--:|\n| Six | 3.1 |")
    assert rendered.startswith('<div class="table" role="group" tabindex="0" aria-label="Table"><table>')
    assert '<td class="end">3.1</td>' in rendered
    assert "style" not in rendered


def test_an_empty_column_heading_is_an_ordinary_cell() -> None:
    rendered = html("| | Height |\n|---|---|\n| Six | 3.1 |")
    assert '<td></td>\n<th class="end">Height</th>' in rendered


# Headings -------------------------------------------------------------------------------------------------------------


def test_headings_start_below_the_heading_of_the_section() -> None:
    rendered = html("# One\n\n## Two\n\n# Three")
    assert rendered == "<h3>One</h3>\n<h4>Two</h4>\n<h3>Three</h3>"


def test_no_heading_level_is_skipped() -> None:
    assert html("#### Deep\n\n###### Deeper\n\n## Less") == "<h3>Deep</h3>\n<h4>Deeper</h4>\n<h3>Less</h3>"


def test_without_headings_a_heading_becomes_a_bold_line() -> None:
    assert html("# One *thing*\n\nMore", headings=False) == "<p><strong>One <em>thing</em></strong></p>\n<p>More</p>"


def test_an_empty_heading_is_left_out() -> None:
    assert html("#\n\nWords") == "<p>Words</p>"


# Citations ------------------------------------------------------------------------------------------------------------


def test_a_citation_shows_the_number_for_readers_and_links_to_the_source() -> None:
    rendered = html("The sea came.[@12]", numbers={12: 3}, anchor="whats-happened")
    assert rendered == (
        '<p>The sea came.<sup><a class="cite" href="#source-3" id="cite-whats-happened-1">'
        '<span class="visually-hidden">Source </span>3</a></sup></p>'
    )


def test_each_citation_has_its_own_id() -> None:
    rendered = html("One.[@1][@2] Two.[@1]", numbers={1: 1, 2: 2}, anchor="a")
    found = [attributes["id"] for tag, attributes in HTMLRecorder(rendered).tags if "id" in attributes]
    assert found == [markdown.citation_id("a", place) for place in (1, 2, 3)]


def test_a_citation_of_an_unknown_source_is_printed_as_written() -> None:
    assert html("So it is said.[@99]", numbers={1: 1}) == "<p>So it is said.[@99]</p>"


def test_a_line_that_begins_with_a_citation_and_a_colon_is_printed() -> None:
    rendered = html("[@3]: the first\n\nThen [@3].", numbers={3: 1})
    assert ": the first" in rendered
    assert rendered.count('href="#source-1"') == 2


def test_a_citation_inside_the_words_of_a_link_is_still_a_citation() -> None:
    rendered = html("[the tide [@1]](https://tides.example/)", numbers={1: 1})
    assert rendered.startswith("<p>[the tide <sup>")
    assert rendered.endswith("](https://tides.example/)</p>")


def test_citation_numbers_are_in_printed_order() -> None:
    source = "# Head [@4]\n\nText[^n] [@2][@4] `[@9]` \\[@8]\n\n[^n]: A note.[@7]\n\n- Item [@1]"
    assert markdown.citation_numbers(source) == (4, 2, 4, 1, 7)


@given(st.text(alphabet="[@12]^:- \n*a`\\|", max_size=60))
def test_exactly_the_known_citations_are_printed_as_links(source: str) -> None:
    rendered = html(source, numbers={1: 1, 2: 2, 12: 3})
    known = [number for number in markdown.citation_numbers(source) if number in (1, 2, 12)]
    printed = [attributes["id"] for _, attributes in HTMLRecorder(rendered).tags if attributes.get("class") == "cite"]
    assert printed == [markdown.citation_id("text", place) for place in range(1, len(known) + 1)]


# Links and pictures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["story", "question", "topic"])
def test_a_link_by_uid_becomes_a_placeholder(kind: str) -> None:
    rendered = html(f"See [the *barrier*]({kind}:{TOPIC.upper()}).")
    assert rendered == f'<p>See <span data-to="{kind}:{TOPIC}">the <em>barrier</em></span>.</p>'


def test_a_picture_becomes_a_placeholder_below_its_paragraph() -> None:
    rendered = html(f"Before ![The gate](picture:{TOPIC}) after.\n\nNext.")
    assert rendered == f'<p>Before  after.</p>\n<span data-picture="{TOPIC}"></span><p>Next.</p>'


def test_a_picture_on_its_own_is_not_inside_a_paragraph() -> None:
    assert html(f"![The gate](picture:{TOPIC})") == f'<span data-picture="{TOPIC}"></span>'


def test_a_picture_in_a_cell_stays_in_the_cell() -> None:
    rendered = html(f"| a |\n|---|\n| b ![](picture:{TOPIC}) |")
    assert f'<td>b <span data-picture="{TOPIC}"></span></td>' in rendered


def test_an_image_from_another_site_becomes_its_alternative_text() -> None:
    assert html("![A *gate*](https://pictures.example/gate.png)") == "<p>A gate</p>"


def test_a_link_to_another_site_is_marked_as_external() -> None:
    rendered = html('[tide tables](https://tides.example/a?b=1&c=2 "Today")')
    assert rendered == (
        '<p><a href="https://tides.example/a?b=1&amp;c=2" title="Today" rel="noopener external">tide tables</a></p>'
    )


def test_a_link_that_starts_with_two_slashes_leads_to_another_site() -> None:
    assert html("[x](//elsewhere.example/)") == (
        '<p><a href="https://elsewhere.example/" rel="noopener external">x</a></p>'
    )


def test_a_link_within_the_site_is_unchanged() -> None:
    assert html("[how](/about/how-we-work/) [s](#sources)") == (
        '<p><a href="/about/how-we-work/">how</a> <a href="#sources">s</a></p>'
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "topic:not-a-uid",
        "topic:12345678-1234-1234-1234-1234567890-b",
        f"picture:{TOPIC}",
        "/\\evil.example",
        "https:\\\\evil.example",
        "https://",
        "words",
        "",
    ],
)
def test_a_link_with_a_forbidden_or_invalid_target_becomes_its_words(address: str) -> None:
    rendered = html(f"[some words](<{address}>)")
    assert_safe(rendered)
    assert rendered in ("<p>some words</p>", '<p><a href="/%5Cevil.example">some words</a></p>')


def test_a_link_without_words_is_removed() -> None:
    assert html("a [](https://tides.example/) b") == "<p>a  b</p>"


# Footnotes ------------------------------------------------------------------------------------------------------------


def test_note_ids_of_two_texts_on_one_page_differ() -> None:
    source = "Words[^1] and again[^1].\n\n[^1]: The note."
    one, other = html(source, anchor="one"), html(source, anchor="other")
    ids = [attributes.get("id") for rendered in (one, other) for _, attributes in HTMLRecorder(rendered).tags]
    given_ids = [identity for identity in ids if identity]
    assert len(given_ids) == len(set(given_ids)) == 6


def test_links_to_notes_and_back_have_targets() -> None:
    read = HTMLRecorder(html("Words[^a] again[^a], other[^b].\n\n[^a]: A.\n\n[^b]: B.", anchor="عن"))
    ids = {f"#{attributes['id']}" for _, attributes in read.tags if "id" in attributes}
    addresses = {attributes["href"] for _, attributes in read.tags if "href" in attributes}
    assert addresses == ids


# Lists with their own layout ------------------------------------------------------------------------------------------


def test_dated_entries_become_a_timeline() -> None:
    rendered = html(
        "- 2026-11-08 18:00 — The forecast.\n- 2026-11-09 03:40: The order.\n- 2026-11-09 04:25 - Water.",
        convention="timeline",
    )
    assert rendered.startswith('<ol class="timeline">\n<li data-day="2026-11-08">')
    assert '<time datetime="2026-11-08T18:00">8 November 2026, 18:00</time>' in rendered
    assert '<time datetime="2026-11-09T03:40">9 November 2026, 03:40</time>' in rendered
    assert '<p class="when"><time datetime="2026-11-09T04:25">9 November 2026, 04:25</time></p>\n' in rendered
    assert '<div class="what"><p>Water.</p>\n</div>' in rendered


def test_a_date_in_bold_is_printed_as_written() -> None:
    rendered = html("- **3 June:** Asked.\n- **That evening** — Closed.\n- 1987 — Flood.", convention="timeline")
    assert '<p class="when"><time datetime="06-03">3 June</time></p>' in rendered
    assert '<p class="when">That evening</p>' in rendered
    assert '<time datetime="1987">1987</time>' in rendered


def test_a_date_is_printed_in_the_active_language() -> None:
    with translation.override("de"):
        rendered = html("- 2026-03-08 — Flut.\n- **9. März 2026:** Ebbe.", convention="timeline")
    assert "8. März 2026" in rendered
    assert '<time datetime="2026-03-09">9. März 2026</time>' in rendered


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("2026-11 — Words", '<time datetime="2026-11">November 2026</time>'),
        ("**November 2026** — Words", '<time datetime="2026-11">November 2026</time>'),
        ("**2026-11-08 18:00:** Words", '<time datetime="2026-11-08T18:00">8 November 2026, 18:00</time>'),
        ("**8 November 2026, 18:00:** Words", '<time datetime="2026-11-08T18:00">8 November 2026, 18:00</time>'),
        ("**3 Floods:** Words", '<p class="when">3 Floods</p>'),
        ("**November:** Words", '<p class="when">November</p>'),
    ],
)
def test_a_date_is_as_precise_as_it_was_written(written: str, printed: str) -> None:
    rendered = html(f"- {written}", convention="timeline")
    assert printed in rendered
    assert '<div class="what"><p>Words</p>' in rendered


def test_citations_and_links_in_a_bold_label_remain() -> None:
    rendered = html(f"- **[Then](topic:{TOPIC})[@1]** — Words", convention="timeline", numbers={1: 1})
    assert f'<p class="when"><span data-to="topic:{TOPIC}">Then</span><sup>' in rendered


def test_a_date_that_does_not_exist_is_plain_text() -> None:
    rendered = html("- 2026-02-30 — Never.\n- **31 June:** Nor this.", convention="timeline")
    assert "<time" not in rendered
    assert "2026-02-30 — Never." in rendered


def test_people_are_printed_with_name_role_and_words() -> None:
    rendered = html(
        f"- [Ana Kestrel](topic:{TOPIC}), judge — Leads the *inquiry*.[@1]\n- **Bo Tessen**, mayor: Spoke.",
        convention="people",
        numbers={1: 1},
    )
    assert rendered.startswith('<ul class="people">')
    name_html = f'<p class="who"><strong><span data-to="topic:{TOPIC}">Ana Kestrel</span></strong>'
    assert f'{name_html} <span class="role">judge</span></p>' in rendered
    assert '<div class="what"><p>Leads the <em>inquiry</em>.<sup>' in rendered
    assert '<strong>Bo Tessen</strong> <span class="role">mayor</span></p>\n<div class="what"><p>Spoke.</p>' in rendered


def test_the_role_and_the_words_of_a_person_are_optional() -> None:
    rendered = html("- **Ana**\n- **Bo**, mayor\n- **Cy** — Spoke.\n- **Di *Orr***, clerk", convention="people")
    assert '<p class="who"><strong>Ana</strong></p>\n</li>' in rendered
    assert '<p class="who"><strong>Bo</strong> <span class="role">mayor</span></p>\n</li>' in rendered
    assert '<p class="who"><strong>Cy</strong></p>\n<div class="what"><p>Spoke.</p>' in rendered
    assert '<strong>Di <em>Orr</em></strong> <span class="role">clerk</span>' in rendered


def test_a_sentence_that_begins_in_bold_is_not_a_person() -> None:
    rendered = html("- **Ana**, judge\n- **Bo** was mayor: so he said", convention="people")
    assert "<li><strong>Bo</strong> was mayor: so he said</li>" in rendered


def test_an_open_question_without_a_question_mark_ends_at_its_date() -> None:
    rendered = html("- [open] Whether it *rained* (since May) Nobody says.\n- [open] Who", convention="unknowns")
    assert '<h3 class="question">Whether it <em>rained</em></h3>' in rendered
    assert '<span class="since">since May</span>' in rendered
    assert '<div class="what"><p>Nobody says.</p>' in rendered
    assert '<h3 class="question">Who</h3>\n</li>' in rendered


def test_open_questions_are_printed_with_their_state() -> None:
    rendered = html(
        "- [open] Why did no alarm sound? (since 2026-11-09)\n"
        "- [Partly] Who approved the rota?[@1] (12 November) The regulator.\n"
        "- [answered] Was anyone inside? No.",
        convention="unknowns",
        numbers={1: 1},
    )
    assert rendered.startswith('<ul class="unknowns">\n<li data-state="open">')
    assert (
        '<strong>Open</strong> <span class="since">since <time datetime="2026-11-09">9 November 2026</time>' in rendered
    )
    assert '<h3 class="question">Why did no alarm sound?</h3>' in rendered
    assert '<li data-state="partly">\n<p class="state"><strong>Partly answered</strong>' in rendered
    assert '<div class="what"><p>The regulator.</p>' in rendered
    assert '<strong>Answered</strong></p>\n<h3 class="question">Was anyone inside?</h3>' in rendered


def test_a_question_in_arabic_ends_at_the_arabic_question_mark() -> None:
    rendered = html("- [open] من أغلق البوابة؟ (منذ 9 نوفمبر) لا أحد يعلم.", convention="unknowns")
    assert '<h3 class="question">من أغلق البوابة؟</h3>' in rendered
    assert '<span class="since">منذ 9 نوفمبر</span>' in rendered


@pytest.mark.parametrize("convention", ["timeline", "people", "unknowns", "unheard-of"])
def test_a_list_that_does_not_follow_the_convention_is_an_ordinary_list(convention: str) -> None:
    source = "Before.\n\n- One\n- Two\n\n  More\n\n1. First"
    assert html(source, convention=convention) == html(source)


def test_an_item_that_does_not_follow_the_convention_is_an_ordinary_item() -> None:
    rendered = html("- 1987 — Flood.\n- and *so* on", convention="timeline")
    assert "<li>and <em>so</em> on</li>" in rendered


def test_an_empty_item_remains_in_place() -> None:
    assert "<li></li>" in html("-\n- 1987 — Flood.", convention="timeline")


def test_further_blocks_of_an_item_are_printed() -> None:
    rendered = html("- 1987 — Flood.\n\n  More.\n\n  - Inner", convention="timeline")
    assert "<p>Flood.</p>\n<p>More.</p>\n<ul>\n<li>Inner</li>\n</ul>" in rendered


# Hostile input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", ["[", "]", "![", "[@1", "[a](", "*a ", "**", "_a*", "`", "> ", "- ", "<", "[^", "|"])
def test_twenty_thousand_marks_are_rendered_safely(piece: str) -> None:
    assert_safe(html(piece * 20_000, convention="unknowns"))


HOSTILE = [
    *("[", "]", "(", ")", "!", "@", "1", "^", ":", "*", "_", "~~", "`", "|", "---", "\n", "\n\n", "# ", "> ", "- "),
    *("<script>", "</script>", "<a onclick=x>", "javascript:", "data:", "//", "&lt;", "&#106;", "\\", '"', "'", "\t"),
    *(f"topic:{TOPIC}", f"![x](picture:{TOPIC})", "[^1]: ", "[^1]", "[@1]", "[open] ", "? ", "(since 2026-01-01)"),
    *("2026-01-01 — ", "**3 June:** ", "https://a.example", "\0", "\u202e", "\ud800", "\u2028", "ع", "words ", "    "),
]


@given(st.lists(st.sampled_from(HOSTILE), max_size=40), st.sampled_from(["", "timeline", "people", "unknowns"]))
def test_any_combination_of_hostile_marks_renders_as_safe_html(pieces: list[str], convention: str) -> None:
    assert_safe(html("".join(pieces), convention=convention, numbers={1: 1}))


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_with_any_anchor_renders_as_safe_html(source: str, anchor: str) -> None:
    assert_safe(html(source, anchor=anchor))


@pytest.mark.parametrize("convention", ["", "timeline", "people", "unknowns"])
@pytest.mark.parametrize("start", ["- **A**", "- **A**, b", "- [open] why", "- 2026-01-02 — a"])
def test_a_very_long_run_of_spaces_is_read_once(start, convention):
    """A pattern that started again at each space would take a minute."""
    html = markdown.render(f"{start}{' ' * 50_000}x", numbers={}, anchor="a", convention=convention)
    assert "x</" in html
