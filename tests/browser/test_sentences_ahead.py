"""Sentences of passages that look ahead, listed in the part *Forecasts* of a story."""

import pytest
from playwright.sync_api import expect

from stories.drafts import revisions
from tests.factories import make_story

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sentence_that_looks_ahead_becomes_a_forecast_with_one_press(open_page, editor):
    story = make_story()
    story.passages.create(text="It closed. The tunnel will open by the end of 2032, the ministry said.", position=1)
    revisions.record_revision(story, by=editor)
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=editor)

    ahead = page.locator(".sentences-ahead")
    ahead.get_by_text("1 sentence looks ahead. Show").click()
    ahead.get_by_role("button", name="Add as a forecast").click()
    expect(page.locator("[name=forecasts-0-expected]")).to_have_value(
        "The tunnel will open by the end of 2032, the ministry said."
    )
    expect(page.locator("[name=forecasts-0-due_on]")).to_have_value("2032-12-31")
    expect(ahead).to_have_count(0)
