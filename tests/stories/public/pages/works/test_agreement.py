"""*Where the papers agree and differ*: words, order, counts and grid, and the lines under *What's happened*."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import translation

from stories.documents import Cell, Claim, NamedOutlet
from stories.documents.agreement import compare
from stories.documents.render import render_explainer
from stories.documents.schema.claims import DIFFERENCES
from stories.drafts.references import list_reporting_outlet_uids
from stories.public.api.serializers import html_to_text
from stories.public.pages.works.agreement import Agreement
from stories.public.pages.works.brief import list_brief_lines
from stories.public.pages.works.markup.agreement import MAX_OPEN, render_as_grid
from stories.public.pages.works.markup.brief import render_brief
from stories.public.pages.works.open_questions import OpenItem
from stories.public.pages.works.sections import RenderedSection
from tests.stories.checks.documents import COURIER, RADIO, WIRE, passage, source, story

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 11)
OTHERS = [NamedOutlet(uid=None, name=f"Outlet {number}") for number in range(1, 9)]


def cell(outlet, value="", **fields):
    return Cell(uid=uuid4(), outlet=outlet, value=value, **fields)


def number(outlet, value, **fields):
    return cell(outlet, value, low=value, high=value, **fields)


def claim(*cells, words="Homes emptied", kind="figure", **fields):
    return Claim(uid=uuid4(), claim=words, kind=kind, cells=cells, **fields)


def agreement_of(*claims, outlets=(WIRE, COURIER, RADIO), **fields):
    document = story(
        passages=tuple(passage(f"{outlet.name} says so.", outlet) for outlet in outlets),
        citations=(source(1), source(2, WIRE), source(3, RADIO)),
        claims=claims,
        **fields,
    )
    return Agreement.build(render_explainer(document), outlets={}, fill=str)


def difference_of(*cells, **fields):
    (compared,) = agreement_of(claim(*cells, **fields)).claims
    return f"{compared.sign} {compared.difference}"


def texts_of(agreement, pattern=r"<li class=.*?</li>"):
    return [html_to_text(item) for item in re.findall(pattern, render_as_grid(agreement, AT), re.DOTALL)]


TWO, THREE = number(COURIER, "2"), number(WIRE, "3")


@pytest.mark.parametrize(
    ("cells", "fields", "words"),
    [
        ([TWO, THREE], {}, "≠ Figures differ"),
        ([cell(COURIER, "open"), cell(WIRE, "open", stance="denies")], {}, "≠ They contradict each other"),
        (
            [cell(COURIER, "3 May", when="2026-05-03"), cell(WIRE, "4 May", when="2026-05-04")],
            {"kind": "date"},
            "≠ Dates differ",
        ),
        (
            [cell(COURIER, "03:55", when="2026-05-03T03:55"), cell(WIRE, "04:10", when="2026-05-03T04:10")],
            {"kind": "date"},
            "≠ Times differ",
        ),
        ([cell(COURIER, "03:55"), cell(WIRE, "about 04:10")], {"kind": "date"}, "≠ Times differ"),
        ([cell(COURIER, "3 May, 03:55"), cell(WIRE, "4 May, 04:10")], {"kind": "date"}, "≠ Dates differ"),
        ([cell(COURIER, "no"), cell(WIRE, "never")], {"kind": "quotation"}, "≠ The quotation differs"),
        (
            [cell(COURIER, "2", attributed_to="the mayor"), cell(WIRE, "2", attributed_to="police")],
            {"kind": "attribution"},
            "≠ They name different sources",
        ),
        ([TWO], {}, "– Only The Lisle Courier reports this"),
        ([TWO, number(WIRE, "2"), cell(RADIO, stance="silent")], {}, "– Not all report this"),
        ([TWO, number(WIRE, "2"), number(RADIO, "2")], {}, "= All three say the same"),
        ([TWO, number(WIRE, "2")], {}, "= Both that report it say the same"),
    ],
)
def test_the_difference_has_a_sign_and_words(cells, fields, words):
    assert difference_of(*cells, **fields) == words


def test_two_outlets_of_two_are_both():
    both = claim(TWO, number(WIRE, "2"))
    (compared,) = agreement_of(both, outlets=(WIRE, COURIER)).claims
    assert compared.difference == "Both say the same"


def test_an_outlet_that_was_not_examined_is_not_compared():
    more = [number(outlet, "2") for outlet in OTHERS[:4]]
    (compared,) = agreement_of(claim(TWO, *more), outlets=(WIRE, COURIER, *OTHERS[:4])).claims
    assert compared.difference == "All five that report it say the same"
    assert not compared.is_said_by_all
    assert texts_of(agreement_of(claim(TWO)))[1:] == ["Not compared: Ansgar Wire", "Not compared: Radio Tessen"]


def test_outlets_follow_group_by_group_with_their_speaker_words_and_days():
    silent = cell(RADIO, stance="silent", source=3, as_of=date(2026, 11, 10))
    unclear = cell(OTHERS[0], stance="unclear")
    wire = number(WIRE, "4200", source=2, attributed_to="civil defence")
    courier = number(COURIER, "6000", quotation="All of it.", attributed_to="the mayor", as_of=date(2026, 11, 9))
    denied = number(OTHERS[2], "4200", stance="denies")
    agreement = agreement_of(claim(silent, courier, unclear, wire, number(OTHERS[1], "4200"), denied, as_of=DAY))
    assert texts_of(agreement) == [
        "4200 Ansgar Wire from civil defence",
        "4200 Outlet 2",
        "Denied by Outlet 3: 4200",
        "6000 The Lisle Courier from the mayor “All of it.” (as of 9 November)",
        "Not clear, says Outlet 1",
        "Not mentioned: Radio Tessen (read on 10 November)",
    ]


def test_who_denies_a_value_stands_after_those_who_say_it():
    cells = number(WIRE, "4200"), number(RADIO, "4200", stance="denies"), number(COURIER, "4200")
    agreement = agreement_of(claim(*cells))
    assert texts_of(agreement) == ["4200 Ansgar Wire", "4200 The Lisle Courier", "Denied by Radio Tessen: 4200"]
    *_, denied = re.findall(r"<li class=.*?</li>", render_as_grid(agreement, AT))
    assert denied.startswith('<li class="in-3 denies first">')
    assert "<b>" not in denied
    (wordless,) = texts_of(agreement_of(claim(cell(WIRE, stance="denies")), outlets=(WIRE,)))
    assert wordless == "Denied by Ansgar Wire"


def test_counts_add_up_to_the_points():
    same = claim(TWO, number(WIRE, "2"))
    assert agreement_of(same, same, claim(TWO, THREE), claim(TWO)).in_numbers == (
        "4 points compared: the same in 2, different in 1, not in all papers in 1."
    )
    assert agreement_of(same).in_numbers == "1 point compared: the same in 1."


def test_points_after_the_eighth_are_folded():
    html = render_as_grid(agreement_of(*[claim(TWO)] * (MAX_OPEN + 4)), AT)
    shown, _, folded = html.partition("<details")
    assert (shown.count("<h3"), folded.count("<h3")) == (MAX_OPEN, 4)
    assert "4 more points" in folded
    assert "<details" not in render_as_grid(agreement_of(*[claim(TWO)] * MAX_OPEN), AT)


@pytest.mark.parametrize(
    ("outlets", "layout"),
    [(2, "for-tablets"), (4, "for-tablets"), (5, "for-desktops"), (7, "for-desktops"), (8, "")],
)
def test_up_to_seven_outlets_have_columns_of_a_grid(outlets, layout):
    agreement = agreement_of(claim(cell(OTHERS[0], "2")), outlets=OTHERS[:outlets])
    html = render_as_grid(agreement, AT)
    assert html.startswith(f'<div class="claims {layout}">')
    assert ('<p class="outlets" aria-hidden="true">' in html) == bool(layout)
    columns = [int(column) for column in re.findall(r'<li class="in-(\d)', html)]
    assert columns == list(range(1, outlets + 1))


def test_sources_are_numbered_after_those_of_the_passages_and_before_later_sections():
    document = story(
        passages=(passage("Said.[@3]", RADIO),),
        citations=(source(1), source(2, WIRE), source(3, RADIO)),
        claims=(claim(number(WIRE, "3", source=2), number(COURIER, "2", source=1)),),
        sections=(),
    )
    fragments = render_explainer(document)
    assert [each.number for each in fragments.sources] == [3, 2, 1]
    assert fragments.sources[1].back == ("cite-claim-1-1-1",)
    assert 'id="cite-claim-1-1-1"' in fragments.claims[0].cells[0].citation_html


def test_the_difference_of_an_edition_does_not_change_with_the_rules():
    fragments = render_explainer(story(claims=(claim(TWO, THREE, difference="agree"),)))
    stored = fragments.model_dump(mode="json")
    assert stored["claims"][0]["difference"] == "agree"
    assert "claims" not in render_explainer(story()).model_dump(mode="json")


def test_words_follow_the_language_of_the_story():
    with translation.override("de"):
        (compared,) = agreement_of(claim(TWO, number(WIRE, "2"), number(RADIO, "2"))).claims
        assert "three" not in compared.difference


def lines_of(*claims, unknown=(), outlets=(WIRE, COURIER, RADIO)):
    agreement = agreement_of(*claims, outlets=outlets)
    parts = [RenderedSection("free", "agreement", "", "", (), agreement=agreement)]
    parts.append(RenderedSection("unknowns", "open", "", "", ()))
    items = [OpenItem(state, f"Question {place}?", f"#id-unknown-{place}") for place, state in enumerate(unknown, 1)]
    return list_brief_lines(parts, items)


SAME = claim(TWO, number(WIRE, "2"), number(RADIO, "2"), words="Gates")
DIFFERENT = claim(TWO, THREE, words="Pumps")


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_line_has_two_items_and_a_link_to_the_others(count):
    lines = lines_of(*[SAME] * count, *[DIFFERENT] * count, unknown=["open", "partly", "open", "open", "open"][:count])
    labels = ["All three agree", "They differ on", "Nobody knows yet"]
    assert [line.label for line in lines] == (labels if count else [])
    assert all((len(line.items), line.more) == (min(count, 2), max(0, count - 2)) for line in lines)
    if count == 5:
        assert lines[0].items[0] == ("Gates: 2", "#claim-1")
        assert lines[1].items[1] == ("Pumps (2 or 3)", "#claim-7")
        assert lines[2].items[1] == ("Question 2?", "#id-unknown-2")
        assert [line.more_url for line in lines] == ["#agreement", "#agreement", "#open"]
        assert "and 3 more" in render_brief(lines)


@pytest.mark.parametrize(
    "cells",
    [[TWO, number(WIRE, "2")], [TWO, number(WIRE, "2"), cell(RADIO, stance="unclear")]],
    ids=["none", "unclear"],
)
def test_all_agree_only_where_each_outlet_says_so_in_each_point(cells):
    partly = claim(*cells, difference="agree")
    assert [line.label for line in lines_of(SAME, partly)] == ["Those that report it agree"]
    assert [line.label for line in lines_of(SAME, SAME)] == ["All three agree"]


def test_two_outlets_both_agree():
    both = claim(TWO, number(WIRE, "2"))
    assert [line.label for line in lines_of(both, outlets=(WIRE, COURIER))] == ["Both agree"]


def test_answered_questions_are_known():
    assert lines_of(unknown=["answered"]) == []
    assert [line.items for line in lines_of(unknown=["answered", "partly"])] == [(("Question 2?", "#id-unknown-2"),)]


@pytest.mark.parametrize(
    ("fields", "cells", "words"),
    [
        ({"brief": "Gates open: two"}, [TWO, THREE], "Gates open: two"),
        ({}, [TWO, THREE, number(RADIO, "4")], "Gates (2, 3 or 4)"),
        ({}, [number(COURIER, "2"), number(WIRE, "2", stance="denies")], "Gates (2, denied by Ansgar Wire)"),
        (
            {},
            [cell(COURIER, attributed_to="the mayor"), cell(WIRE, attributed_to="police")],
            "Gates (the mayor or police)",
        ),
        ({"difference": "agree"}, [TWO, THREE], "Gates: 2"),
        ({}, [cell(COURIER), cell(WIRE)], "Gates"),
    ],
)
def test_the_line_of_a_point_is_that_of_the_editor_or_its_values(fields, cells, words):
    assert compare(claim(*cells, words="Gates", **fields)).brief == words


def test_outlets_of_points_count_among_those_that_report():
    compared = Claim(uid=uuid4(), claim="Gates that stayed up", cells=(Cell(uid=uuid4(), outlet=RADIO, value="two"),))
    reported = story(passages=(passage("It rained.", COURIER),), claims=(compared,))
    assert list_reporting_outlet_uids(reported) == [COURIER.uid, RADIO.uid]


@pytest.mark.parametrize("code", DIFFERENCES)
def test_points_that_one_outlet_reports_or_not_all_are_in_no_line(code):
    labels = [line.label for line in lines_of(claim(TWO, THREE, difference=code))]
    disputed = {"contradiction", "figure", "date", "wording", "attribution"}
    agreed = ["Those that report it agree"] if code == "agree" else []
    assert labels == (["They differ on"] if code in disputed else agreed)
