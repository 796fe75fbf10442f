"""“Valid until” of an answer, filled in with the day that the answer names."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_question

pytestmark = pytest.mark.django_db(transaction=True)


def test_valid_until_is_filled_in_with_its_reason_and_a_day_of_the_editor_stays(open_page, editor):
    question = make_question(answers=2)
    question.answers.update(text="The pins arrive on 25 March.")
    page = open_page(f"/admin/stories/faq/{question.pk}/change/", as_=editor)

    until = page.locator("[name=answers-0-expires_on]")
    page.locator("[name=answers-0-as_of]").fill("2031-03-05")
    expect(until).to_have_value("2031-03-25")
    expect(until).to_have_accessible_description(re.compile("25 March, because the text names that day.$"))
    page.locator("[name=answers-0-text]").fill("The pins arrive on 2 April.")
    expect(until).to_have_value("2031-04-02")
    until.fill("")

    until_next = page.locator("[name=answers-1-expires_on]")
    until_next.fill("2031-05-01")
    page.locator("[name=answers-1-as_of]").fill("2031-03-05")

    # Proposals come in order: once this one is there, the two above would have been, too.
    page.locator("[name=answers-0-as_of]").fill("2031-03-06")
    page.locator("[name=short_answer]").fill("The pins are fitted on 7 May.")
    page.locator("[name=short_answer_as_of]").fill("2031-03-05")
    expect(page.locator("[name=short_answer_expires_on]")).to_have_value("2031-05-07")
    expect(until).to_have_value("")
    expect(until_next).to_have_value("2031-05-01")
    assert not question.answers.exclude(expires_on=None).exists()
