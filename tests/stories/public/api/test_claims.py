"""Points in the API: what each outlet says, in groups, and who was not compared."""

import pytest

from stories.documents.agreement import compare
from stories.documents.render import claims
from stories.documents.schema.claims import DIFFERENCES, KINDS
from tests.factories import make_article, make_outlet, make_published_story
from tests.stories.claims import make_cell, make_claim, publish_claims

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


@pytest.fixture
def schemas(client):
    return client.get("/api/v1/openapi.json").json()["components"]["schemas"]


def test_a_point_has_its_values_in_groups_and_its_address(client):
    names = ["Ansgar Wire", "The Lisle Courier", "Radio Tessen", "Echo", "Morrow Daily"]
    wire, courier, radio, echo, morrow = (make_outlet(name=name) for name in names)
    article = make_article(outlet=wire)
    story = make_published_story(outlets=(wire, morrow), articles=(article,))
    claim = make_claim(
        make_cell(courier, "6000", quotation="Dyke End was emptied as well.", attributed_to="the mayor"),
        make_cell(radio, stance="silent", source=1, as_of="2026-11-10"),
        make_cell(wire, "4200", source=1, approximate=True),
        make_cell(echo, stance="unclear"),
        unit="homes",
        as_of="2026-11-11",
        note="The mayor counts an *estate*.",
    )
    publish_claims(story, make_claim(make_cell(wire, "two"), make_cell(echo, stance="unclear"), claim="Gates"), claim)
    for address, page in (("", ""), ("/editions/2", "history/2/")):
        body = client.get(f"/api/v1/stories/{story.slug}{address}").json()
        gates, homes = body["claims"]
        assert (gates["claim"], gates["difference"], gates["url"]) == (
            "Gates",
            "alone",
            f"{SITE}/stories/{story.slug}/{page}#claim-1",
        )
        assert homes["uid"] == str(claim.uid)
        assert homes["difference"] == "figure"
        assert homes["url"] == f"{SITE}/stories/{story.slug}/{page}#claim-2"
        assert homes["note_html"] == "<p>The mayor counts an <em>estate</em>.</p>"
        assert (homes["claim"], homes["kind"], homes["unit"], homes["as_of"], homes["brief"]) == (
            "Homes emptied",
            "figure",
            "homes",
            "2026-11-11",
            "Homes emptied (6000 or 4200)",
        )
        assert [(group["value"], group["low"], group["high"], group["approximate"]) for group in homes["groups"]] == [
            ("6000", "6000", "6000", False),
            ("4200", "4200", "4200", True),
        ]
        [[mayor], [about]] = [group["cells"] for group in homes["groups"]]
        assert (mayor["outlet"]["name"], mayor["stance"]) == ("The Lisle Courier", "says")
        assert (mayor["attributed_to"], mayor["quotation"]) == ("the mayor", "Dyke End was emptied as well.")
        assert about["source"] == body["sources"][0]["number"]
        [silent], [unclear] = homes["silent"], homes["unclear"]
        assert (silent["outlet"]["name"], silent["source"], silent["as_of"]) == ("Radio Tessen", 1, "2026-11-10")
        assert (unclear["outlet"]["name"], unclear["source"]) == ("Echo", None)
        assert [outlet["name"] for outlet in homes["not_compared"]] == ["Morrow Daily"]
        # The points are not among the sections a second time.
        assert "Homes emptied" not in str(body["sections"])


def test_the_difference_is_that_of_the_edition_whatever_the_rules_say_now(client, monkeypatch):
    story = make_published_story()
    with monkeypatch.context() as earlier:
        earlier.setattr(claims, "compare", lambda claim: compare(claim)._replace(difference="omission"))
        publish_claims(story, make_claim(make_cell(make_outlet(), "2"), make_cell(make_outlet(), "3")))
    assert client.get(f"/api/v1/stories/{story.slug}").json()["claims"][0]["difference"] == "omission"


def test_a_story_without_points_has_an_empty_list(client):
    story = make_published_story()
    assert client.get(f"/api/v1/stories/{story.slug}").json()["claims"] == []


def test_the_description_has_every_kind_of_point_and_difference(schemas):
    assert schemas["ClaimKind"]["enum"] == list(KINDS)
    assert schemas["ClaimDifference"]["enum"] == list(DIFFERENCES)
