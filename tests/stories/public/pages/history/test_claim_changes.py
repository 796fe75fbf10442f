"""Changed points: the sentences for readers, in answers to returning readers, in old editions and in feeds."""

import json
import re
from datetime import date
from uuid import UUID

import feedparser
import pytest

from stories.documents import NamedOutlet
from stories.documents.render import render_explainer
from stories.public.api.serializers import html_to_text
from stories.public.pages.history.claim_changes import list_claim_changes
from tests.factories import make_outlet, make_published_story, make_update
from tests.stories.checks.documents import passage, story
from tests.stories.claims import make_cell, make_claim, publish_claims

NAMES = ["Ansgar Wire", "The Lisle Courier", "Radio Tessen", "Echo", "Morrow Daily", "Harbour & Coast"]
OUTLETS = [NamedOutlet(uid=UUID(int=number), name=name) for number, name in enumerate(NAMES, start=1)]
WIRE, COURIER, RADIO = OUTLETS[:3]
POINT, OTHER = UUID(int=41), UUID(int=42)


def fragments_of(*claims, outlets=OUTLETS):
    passages = tuple(passage(f"{outlet.name} says so.", outlet) for outlet in outlets)
    return render_explainer(story(passages=passages, claims=claims))


def say(value, outlets=(WIRE, COURIER), **fields):
    return [make_cell(outlet, value, **fields) for outlet in outlets]


def point(*cells, **fields):
    return make_claim(*cells, uid=POINT, **fields)


def changes_between(before, after):
    return list_claim_changes(fragments_of(*before), fragments_of(*after))


def sentences(before, after):
    return [change.sentence for change in changes_between(before, after)]


ESTIMATES = [make_cell(WIRE, "some 4,200", low="4200"), make_cell(COURIER, "about 6,000", low="6000")]
FIRST = [make_cell(WIRE, "03:55", when="2026-11-09T03:55"), make_cell(COURIER, "04:10", when="2026-11-09T04:10")]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            [point(*ESTIMATES)],
            [point(make_cell(WIRE, "some 4,650", low="4650"), ESTIMATES[1])],
            "Homes emptied: some 4,200 → some 4,650 (Ansgar Wire)",
        ),
        (
            [],
            [point(*say("three", (WIRE,)), *say("five", (COURIER,)), claim="Pumps out of order")],
            "New: Pumps out of order. Figures differ: three or five",
        ),
        ([], [point(*say("three", (WIRE,)))], "New: Homes emptied. Only Ansgar Wire reports this: three"),
        ([], [point(make_cell(WIRE, stance="silent"))], "New: Homes emptied. Not all report this"),
        (
            [point(*FIRST, claim="First siren", kind="date")],
            [point(*say("03:55", OUTLETS, when="2026-11-09T03:55"), claim="First siren", kind="date")],
            "No longer disputed: First siren. All six say 03:55",
        ),
        (
            [point(*ESTIMATES)],
            [point(*say("4200", (WIRE, COURIER)))],
            "No longer disputed: Homes emptied. Both that report it say 4200",
        ),
        ([point(*ESTIMATES)], [], "No longer compared: Homes emptied"),
        (
            [point(*say("2", (WIRE, COURIER)))],
            [point(*say("2", (WIRE, COURIER)), *say("3", (RADIO,)))],
            "Now disputed: Homes emptied. Figures differ: 2 or 3",
        ),
        (
            [point(*say("2", (WIRE, COURIER)), make_cell(RADIO, stance="silent"))],
            [point(*say("2", (WIRE, COURIER, RADIO)))],
            "Homes emptied: Not all report this: 2 → All three that report it say 2",
        ),
        (
            [point(*say("2", OUTLETS[:3]), *say("3", OUTLETS[3:]))],
            [point(*say("4", OUTLETS[:3]), *say("5", OUTLETS[3:5]), *say("3", OUTLETS[5:]))],
            "Homes emptied: 2 → 4 (three outlets); 3 → 5 (Echo, Morrow Daily)",
        ),
    ],
)
def test_a_changed_point_is_told_in_a_sentence(before, after, sentence):
    assert sentences(before, after) == [sentence]


@pytest.mark.parametrize(
    "after",
    [
        point(*ESTIMATES),
        point(make_cell(WIRE, "around 4,200", low="4200"), ESTIMATES[1]),
        point(*ESTIMATES, note="The mayor counts an estate.", as_of=date(2026, 11, 11)),
        point(*ESTIMATES, claim="Homes that were emptied"),
        point(*ESTIMATES, make_cell(RADIO, stance="silent")),
    ],
)
def test_other_words_for_the_same_are_not_told(after):
    assert sentences([point(*ESTIMATES)], [after]) == []


def test_points_are_in_page_order_with_removed_ones_last():
    other = make_claim(*say("2"), uid=OTHER, claim="Gates")
    gone = make_claim(*say("7"), claim="Pumps")
    found = changes_between([gone, point(*ESTIMATES)], [other, point(*say("4200"))])
    assert [(change.kind, change.anchor) for change in found] == [
        ("new", "claim-1"),
        ("settled", "claim-2"),
        ("removed", "agreement"),
    ]


def test_the_arrow_is_read_as_was_and_now():
    after = point(make_cell(WIRE, "some <4,650>", low="4650"), ESTIMATES[1])
    [change] = changes_between([point(*ESTIMATES)], [after])
    seen, read = re.fullmatch(
        r'.*<span aria-hidden="true">(.*)</span><span class="visually-hidden">(.*)</span>.*', change.html
    ).groups()
    assert html_to_text(seen) == "some 4,200 → some <4,650>"
    assert html_to_text(read) == "was some 4,200, now some <4,650>"
    assert "<4,650>" not in change.html


# Pages and feeds -----------------------------------------------------------------------------------------------------


def changes_since(client, work, number):
    return client.get(f"/stories/{work.slug}/changes/?from={number}")


@pytest.fixture
def changed(set_time):
    """Return a story with five editions: without a point, with two, with another value, a minor change, and one settled."""
    wire, courier = make_outlet(name="Ansgar Wire"), make_outlet(name="The Lisle Courier")
    work = make_published_story(outlets=(wire, courier))
    gates = make_claim(make_cell(wire, "2"), make_cell(courier, "2"), uid=OTHER, claim="Gates")
    homes = [make_cell(wire, "some 4,200", low="4200"), make_cell(courier, "about 6,000", low="6000")]
    more = [make_cell(wire, "some 4,650", low="4650"), homes[1]]
    same = [make_cell(wire, "some 6,000", low="6000"), homes[1]]
    for cells in (homes, more):
        set_time.go(days=1)
        publish_claims(work, gates, point(*cells))
    set_time.go(days=1)
    publish_claims(work, gates, point(*same), change=make_update("The figures agree."))
    return work


@pytest.mark.django_db
def test_a_returning_reader_gets_the_changed_points_with_their_edition(client, changed):
    [changed_point] = changes_since(client, changed, 3).json()["claims"]
    assert changed_point == {
        "uid": str(POINT),
        "claim": "Homes emptied",
        "kind": "settled",
        "before": "Figures differ: some 4,650 or about 6,000",
        "after": "Both say some 6,000",
        "outlet": "",
        "edition": 4,
        "at": changed_point["at"],
        "anchor": "claim-2",
        "sentence": "No longer disputed: Homes emptied. Both say some 6,000",
    }
    body = changes_since(client, changed, 1).json()
    assert [each["sentence"] for each in body["claims"]] == [
        "New: Gates. Both say 2",
        "New: Homes emptied. Both say some 6,000",
    ]
    assert [each["edition"] for each in body["claims"]] == [2, 4]
    assert changes_since(client, changed, 4).json()["claims"] == []


@pytest.mark.django_db
def test_the_note_of_an_edition_that_changed_only_points_leads_to_the_first_of_them(client, changed, set_time):
    body = changes_since(client, changed, 1).json()
    assert [change["place"] for change in body["changes"]] == ["claim-1", "claim-2", "claim-2"]
    assert [place["at"] for place in body["places"]] == ["claim-1", "claim-2"]
    notes = body["list"].partition('<ol class="visit-changes">')[2]
    assert re.findall(r'<a href="(#claim-\d)">(.*?)</a>', notes) == [
        ("#claim-2", "Homes emptied"),
        ("#claim-2", "Homes emptied"),
        ("#claim-1", "Gates"),
    ]
    set_time.go(hours=1)
    publish_claims(changed)
    body = changes_since(client, changed, 4).json()
    assert [change["place"] for change in body["changes"]] == ["changes"]
    assert [place["at"] for place in body["places"]] == ["changes"]


@pytest.mark.django_db
def test_two_readers_of_one_edition_get_the_same_bytes(client, changed):
    first = changes_since(client, changed, 2)
    client.cookies["read"] = "2"
    second = client.get(f"/stories/{changed.slug}/changes/?from=2", HTTP_REFERER="https://elsewhere.example/")
    assert first.content == second.content
    assert "Cookie" not in first.headers.get("Vary", "")


@pytest.mark.django_db
def test_points_stand_above_the_notes_five_at_first(client, changed, set_time):
    set_time.go(hours=1)
    outlets = [outlet for passage in changed.passages.all() for outlet in passage.outlets.all()]
    claims = [make_claim(*(make_cell(each, "2") for each in outlets), claim=f"Point {number}") for number in range(7)]
    publish_claims(changed, *claims)
    listed = changes_since(client, changed, 1).json()["list"]
    points, _, notes = listed.partition('<ol class="visit-changes">')
    first, _, more = points.partition("<details>")
    assert [html_to_text(link) for link in re.findall(r"<a .*?</a>", first)] == [
        f"New: Point {number}. Both say 2" for number in range(5)
    ]
    assert re.findall(r'href="(.*?)"', first + more) == [f"#claim-{number}" for number in range(1, 8)]
    assert re.search(r"<summary[^>]*>2 more</summary>", more)
    assert "The figures agree." in notes


@pytest.mark.django_db
def test_an_old_edition_lists_the_points_that_it_changed_without_scripts(client, changed):
    page = client.get(f"/stories/{changed.slug}/history/3/").content.decode()
    [link] = re.findall(r'<ul class="claim-changes"><li>(<a href="#claim-2">.*?</a>)</li></ul>', page)
    text = html_to_text(re.sub(r'<span class="visually-hidden">.*?</span>(?= \()', "", link))
    assert text == "Homes emptied: some 4,200 → some 4,650 (Ansgar Wire)"
    assert 'id="claim-2"' in page


@pytest.mark.django_db
def test_the_change_feeds_have_the_sentences(client, changed, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        feed = json.loads(client.get(f"/stories/{changed.slug}/changes.json").content)
    assert [item["_newsroom"]["claims"] for item in feed["items"]] == [
        ["No longer disputed: Homes emptied. Both say some 6,000"],
        ["Homes emptied: some 4,200 → some 4,650 (Ansgar Wire)"],
        ["New: Gates. Both say 2", "New: Homes emptied. Figures differ: some 4,200 or about 6,000"],
    ]
    atom = feedparser.parse(client.get(f"/stories/{changed.slug}/changes.atom").content)
    for entry, item in zip(atom.entries, feed["items"], strict=True):
        for sentence in item["_newsroom"]["claims"]:
            assert f">{sentence}</a>" in entry.content[0].value
            assert sentence in html_to_text(item["content_html"])


@pytest.mark.django_db
def test_an_old_edition_compares_what_readers_see_of_the_points(client, changed, set_time):
    outlets = [outlet for passage in changed.passages.all() for outlet in passage.outlets.all()]
    cells = [make_cell(outlet, "some 5,000", low="5000") for outlet in outlets]
    unseen = [cell.model_copy(update={"approximate": True, "when": "2026-11-09"}) for cell in cells]
    for point_now in (point(*cells), point(*unseen, unit="homes")):
        set_time.go(hours=1)
        publish_claims(changed, point_now)
    pages = [client.get(f"/stories/{changed.slug}/history/{number}/").content.decode() for number in (5, 6)]
    new, same = (page.partition('id="compared"')[2] for page in pages)
    assert "some 5,000" in new
    assert "No visible changes." in same
    for label in ("From (amount)", "Approximate", "Kind of point", "Unit", "When"):
        assert label not in new + same
