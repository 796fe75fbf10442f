"""Stories with forecasts, and what readers see of them."""

import re
from datetime import date
from typing import Any

from django.test import Client

from stories.drafts import revisions
from stories.models import Citation, Story, StoryForecast
from stories.publishing import publish
from tests.factories import make_article, make_story, make_update, make_user

SAID, DUE, DECIDED = date(2031, 2, 4), date(2031, 3, 20), date(2031, 3, 25)
DECISION = {"outcome": "The opening is now planned for 2033.", "decided_on": DECIDED}


def make_story_with_forecasts(*forecasts: dict[str, Any], **fields: Any) -> Story:
    """Make a draft with forecasts by the finance ministry, each with its own source."""
    story = make_story(**fields)
    for number, forecast in enumerate(forecasts):
        article = make_article(title=f"Tunnel paper {number}")
        Citation.objects.create(work=story, article=article, number=60 + number)
        values: dict[str, Any] = {
            "speaker": "Finance ministry",
            "said_on": SAID,
            "quotation": "The tunnel will open by spring.",
            "expected": "The tunnel opens to traffic.",
            "due_on": DUE,
            **forecast,
        }
        if values.get("state", "open") != "open":
            values = {**DECISION, "outcome_article": article, **values}
        StoryForecast.objects.create(story=story, article=article, position=number, **values)
    revisions.record_revision(story, by=None)
    return story


def publish_forecasts(*forecasts: dict[str, Any], **fields: Any) -> Story:
    """Publish a story with forecasts."""
    story = make_story_with_forecasts(*forecasts, **fields)
    publish(story, by=make_user())
    return story


def decide(story: Story, state: str, **fields: Any) -> None:
    """Publish a decision about the only forecast of a story."""
    forecast = story.forecasts.get()
    values = {**DECISION, "outcome_article": forecast.article, "state": state, **fields}
    for name, value in values.items():
        setattr(forecast, name, value)
    forecast.save()
    revisions.record_revision(story, by=None)
    publish(story, by=make_user(), change=make_update())


def read(client: Client, address: str) -> str:
    """Return the text of a page, without elements, structured data and words for screen readers."""
    hidden = r'<span class="visually-hidden">[^<]*</span>|<script.*?</script>'
    html = re.sub(hidden, "", client.get(address).content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", html).replace("\u00a0", " ").split())
