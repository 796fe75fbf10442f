"""The day proposed for an answer whose form has none, with the reason."""

import pytest
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def propose(client, **body):
    answer = {"question": "When do the pins arrive?", "text": "", "as_of": "2031-03-05", "language": "en"} | body
    response = client.post(reverse("admin:propose_expiry"), answer)
    assert response.status_code == 200
    return response.json()


@pytest.mark.parametrize(
    ("body", "day", "why"),
    [
        (
            {"text": "The pins arrive on **25 March**.[@1]"},
            "2031-03-25",
            "25 March, because the text names that day.",
        ),
        (
            {"text": "The fare rises next year."},
            "2032-01-01",
            "1 January 2032, because the text names that day.",
        ),
        (
            {"question": "Is the gate still closed?", "text": "Yes."},
            "2031-03-06",
            "6 March, because the question asks what is still so.",
        ),
    ],
)
def test_the_day_that_an_answer_names_is_proposed_with_the_reason(writer_client, body, day, why):
    assert propose(writer_client, **body) == {"day": day, "why": why}


@pytest.mark.parametrize(
    "body",
    [
        {"text": "The state pays."},
        {"text": "The pins arrive on 25 November.", "as_of": ""},
        {"text": "The pins arrive on 25 November.", "as_of": "2031-02-31"},
        {"question": "Is it still closed?", "as_of": "9999-12-31"},
        {"question": "Is it still closed?", "as_of": "0001-01-01"},
        {"text": "\0" * 20_000, "language": "x" * 500},
    ],
)
def test_an_answer_without_a_day_to_come_gets_none(writer_client, body):
    assert propose(writer_client, **body) == {"day": "", "why": ""}


def test_a_user_who_may_not_see_questions_is_refused():
    response = signed_in(make_user(role="")).post(reverse("admin:propose_expiry"), {"as_of": "2031-03-05"})
    assert response.status_code == 403
    assert response.json()["error"]
