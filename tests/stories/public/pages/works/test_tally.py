"""Words in the prose that are marked as a claim: the tally of the outlets, and the card that it opens."""

import re
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest

from stories.demo import documents
from stories.documents import Cell, Claim
from stories.documents.render import render_explainer
from stories.public.api.serializers import html_to_text
from stories.public.pages.works.agreement import Agreement
from stories.public.pages.works.markup.agreement import render_as_grid, render_rows
from stories.public.pages.works.markup.tally import add_tallies, draw_lines, remove_tallies, render_cards
from stories.public.pages.works.placeholders import replace_placeholders
from stories.public.pages.works.tally import Stands
from tests.stories.checks.documents import COURIER, PROPOSED, RADIO, WIRE, passage, sections, source, story
from tests.stories.demo.seed import STORIES_BY_KEY, TODAY

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
UID = uuid4()
MARK = f"[some 4,200 homes](claim:{UID})"
FILL = partial(replace_placeholders, addresses={}, pictures={}, today=AT.date(), year=2026)


def cell(outlet, value="", amount="", **fields):
    return Cell(uid=uuid4(), outlet=outlet, value=value, low=amount, high=amount, **fields)


CELLS = (
    cell(COURIER, "some 4,200", "4200", approximate=True, source=1, attributed_to="civil defence"),
    cell(WIRE, "about 6,000", "6000", quotation="All of it."),
    cell(RADIO, stance="silent", as_of=AT.date()),
)


def render(text, *, cells=CELLS, papers=(), **fields):
    """Return the fragments of a story with this text as its background, with tallies."""
    document = story(
        sections=sections(behind=text, papers=""),
        passages=(*(passage(words, COURIER) for words in papers), passage("Said.", PROPOSED)),
        citations=(source(1),),
        claims=(Claim(uid=UID, claim="Homes emptied", kind="figure", cells=cells, **fields),),
    )
    return add_tallies(render_explainer(document), {})


def text_of(fragments):
    return FILL(next(section.body_html for section in fragments.sections if section.kind == "behind"))


def test_the_first_mention_in_a_section_is_a_button_with_its_words_and_counts():
    fragments = render(f"They emptied {MARK}.[@1] Again, {MARK}.", papers=[f"It says {MARK}.", f"And {MARK}."])
    html = text_of(fragments)
    assert html.count("<button") == 1
    assert html.endswith("</sup> Again, some 4,200 homes.</p>")
    assert html_to_text(html.partition("</button>")[0]) == (
        "They emptied some 4,200 homes (Homes emptied: 1 of 4 outlets says this, 1 says otherwise, "
        "1 does not mention it, 1 was not compared.)"
    )
    assert [each.body_html.count("<button") for each in fragments.passages] == [1, 0, 0]


@pytest.mark.parametrize(
    ("words", "same"), [("about 6,000 homes", 1), ("nearly all homes", 3), ("4,200", 3), ("some 900", 3)]
)
def test_this_is_the_group_of_the_marked_amount_or_else_the_largest(words, same):
    cells = (*(cell(outlet, "4,200", "4200") for outlet in (COURIER, RADIO, PROPOSED)), CELLS[1])
    html = text_of(render(f"They emptied [{words}](claim:{UID}).", cells=cells))
    assert f"{same} of 4 outlets say" in html


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (f"They emptied {MARK}.", {"difference": "agree"}),
        (f"They emptied {MARK}.", {"difference": "omission"}),
        (f"They emptied [some 4,200[@1] homes](claim:{UID}).", {}),
        (f"They emptied [some 4,200 homes](claim:{uuid4()}).", {}),
    ],
    ids=["same", "not all", "with a citation", "without its claim"],
)
def test_other_marks_are_plain_words(text, fields):
    html = text_of(render(text, **fields))
    assert "<button" not in html
    assert "data-to" not in html
    assert "some 4,200" in html


def test_each_stand_has_a_shape_of_its_own():
    lines = draw_lines(Stands(same=2, other=1, silent=1, unclear=1, absent=1))
    upright, leaning, short = r"M[\d.]+ 0v11", r"M[\d.]+ 11l4-11", r"M[\d.]+ 7v4"
    full, hollow = re.findall(r' d="([^"]*)"', lines)
    assert [len(re.findall(shape, full)) for shape in (upright, leaning, short)] == [2, 1, 1]
    assert hollow.count("h3v10h-3z") == 2


def test_the_card_and_the_section_say_the_same_words_and_the_card_repeats_no_id():
    fragments = render(f"They emptied {MARK}.")
    agreement = Agreement.build(fragments, outlets={}, fill=FILL)
    card = render_cards(agreement, AT, [text_of(fragments)])
    rows = html_to_text(render_rows(agreement.claims[0], AT))
    assert "≠ Figures differ" in rows
    assert "from civil defence" in rows
    assert rows in html_to_text(card)
    assert rows in html_to_text(render_as_grid(agreement, AT))
    assert re.findall(r' id="([^"]*)"', card) == ["claim-1-card", "claim-1-name"]
    assert render_cards(agreement, AT, ["<p>No tally.</p>"]) == ""


def test_tally_card_and_section_of_every_demonstration_story_say_the_same():
    tallies = 0
    for key in STORIES_BY_KEY:
        fragments = render_explainer(documents.build_explainer(key, today=TODAY))
        if not fragments.claims:
            continue
        agreement = Agreement.build(fragments, outlets={}, fill=FILL)
        marked = add_tallies(fragments, {})
        html = "".join(FILL(each.body_html) for each in (*marked.sections, *marked.passages))
        section, card = render_as_grid(agreement, AT), render_cards(agreement, AT, [html])
        for number, words in re.findall(r'popovertarget="claim-(\d+)-card">.*?\((.*?)\)</span>', html):
            claim = agreement.claims[int(number) - 1]
            rows = render_rows(claim, AT)
            assert html_to_text(rows) in html_to_text(section)
            assert html_to_text(rows) in html_to_text(card)
            stances = Counter(re.findall(r'<li class="in-\d+ (\w+) ', rows))
            same = re.search(r": (\d+) of (\d+) outlets? says? this", words)
            assert same is not None
            counts = Counter(
                {name: int(count) for count, name in re.findall(r"(\d+) (say|does|do|is|are|was|were)", words)}
            )
            tallies += 1
            assert int(same[2]) == stances.total()
            assert int(same[1]) + counts["say"] == stances["says"] + stances["denies"]
            assert counts["does"] + counts["do"] == stances["silent"]
            assert counts["is"] + counts["are"] == stances["unclear"]
            assert counts["was"] + counts["were"] == stances["absent"]
    assert tallies


def test_copies_have_the_words_only():
    html = text_of(render(f"They emptied {MARK}.[@1]"))
    assert remove_tallies(html).startswith("<p>They emptied some 4,200 homes.<sup>")
