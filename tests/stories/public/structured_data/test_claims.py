"""Points in structured data: each value that is said, with the articles that say it."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import make_article, make_outlet, make_published_story
from tests.json_schema import list_schema_errors
from tests.stories.claims import make_cell, make_claim, publish_claims
from tests.stories.public.structured_data.parse import Page, nodes_in
from tests.stories.public.structured_data.vocabulary import TYPES_WITH_PROPERTY, lineage

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((Path(settings.BASE_DIR) / "docs/schemas/structured-data.json").read_text(encoding="utf-8"))


def test_each_value_that_is_said_is_a_claim_with_its_articles(client):
    outlets = [make_outlet() for _ in range(5)]
    articles = [make_article(outlet=outlet) for outlet in outlets[:2]]
    story = make_published_story(articles=articles)
    publish_claims(
        story,
        make_claim(
            make_cell(outlets[0], "4200", source=1),
            make_cell(outlets[1], "4200", source=2),
            make_cell(outlets[2], "6000"),
            make_cell(outlets[3], stance="silent", source=1, as_of="2026-11-10"),
            make_cell(outlets[4], "5000", stance="denies"),
            as_of="2026-11-11",
        ),
        make_claim(*(make_cell(outlet, stance="unclear") for outlet in outlets[:2]), claim="Gates"),
    )
    page = Page(client.get(f"/stories/{story.slug}/").content.decode())
    work = page.of_type("NewsArticle")
    assert work["hasPart"] == [
        {
            "@type": "Claim",
            "text": "Homes emptied: 4200",
            "appearance": [{"@id": article.url} for article in articles],
            "dateCreated": "2026-11-11",
        },
        {"@type": "Claim", "text": "Homes emptied: 6000", "dateCreated": "2026-11-11"},
    ]
    assert {each["@id"] for each in work["citation"]} == {article.url for article in articles}
    assert list_schema_errors(page.data, SCHEMA) == []
    for node in nodes_in(work["hasPart"]):
        for name in node.keys() - {"@type"}:
            assert TYPES_WITH_PROPERTY[name] & lineage(node["@type"])


def test_a_story_without_points_has_no_part(client):
    page = Page(client.get(f"/stories/{make_published_story().slug}/").content.decode())
    assert "hasPart" not in page.of_type("NewsArticle")
