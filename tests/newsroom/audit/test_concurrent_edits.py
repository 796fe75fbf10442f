"""Two curators edit the same form at once."""

import re

import pytest
from django.contrib import messages
from django.urls import reverse

from newsroom.audit.models import Event
from tests.conftest import signed_in
from tests.factories import make_image, make_outlet, make_topic, make_user
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def clients(db):
    return [signed_in(make_user(role="Curator", username=name)) for name in ("ana", "ben")]


def open_form(client, obj):
    address = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
    return address, filled(client.get(address))


@pytest.mark.parametrize(
    ("make", "first_change", "second_change"),
    [
        (make_topic, {"description": "A quay."}, {"wikidata": "Q42", "aliases": "The quay"}),
        (make_outlet, {"owner": "A family"}, {"country": "Kenya", "retired": "on"}),
        (make_image, {"alt": "Boats"}, {"credit": "Ida Sund"}),
    ],
)
def test_changes_to_different_fields_are_merged(clients, make, first_change, second_change):
    obj = make()
    (address, first), (_, second) = (open_form(client, obj) for client in clients)
    clients[0].post(address, first | first_change)
    page = clients[1].post(address, second | second_change, follow=True)
    (note,) = [str(message) for message in page.context["messages"] if message.level == messages.INFO]
    assert re.search(r"\bana\b", note)
    form = open_form(clients[0], obj)[1]
    changes = first_change | second_change
    assert {name: form.get(name) for name in changes} == changes


def test_a_conflict_is_shown_once_and_the_next_submission_is_saved(clients):
    topic = make_topic(description="Before.")
    (address, first), (_, second) = (open_form(client, topic) for client in clients)
    clients[0].post(address, first | {"description": "Hers.", "kind": "place"})
    page = clients[1].post(address, second | {"description": "His."})
    errors = page.context["adminform"].form.errors
    (error,) = errors.as_data()["description"]
    assert (error.code, list(errors)) == ("meanwhile", ["description"])
    assert re.search(r"\bana\b", error.message)
    assert "Hers." in error.message
    assert error.message in page.rendered_content
    form = filled(page)
    assert (form["description"], form["kind"]) == ("His.", "place")
    topic.refresh_from_db()
    assert topic.description == "Hers."
    assert clients[1].post(address, form).status_code == 302
    topic.refresh_from_db()
    assert (topic.description, topic.kind) == ("His.", "place")


def test_a_checkbox_that_another_user_cleared_stays_cleared(clients):
    outlet = make_outlet(retired=True)
    (address, first), (_, second) = (open_form(client, outlet) for client in clients)
    clients[0].post(address, {name: value for name, value in first.items() if name != "retired"})
    clients[1].post(address, second | {"owner": "A family"})
    outlet.refresh_from_db()
    assert (outlet.retired, outlet.owner) == (False, "A family")


@pytest.mark.parametrize(
    "initial", ["", "null", "[1]", "{", "\0", None, "[" * 100_000, '{"name": ' * 50_000, "9" * 9_000]
)
def test_a_form_without_valid_initial_values_is_saved_as_submitted(clients, initial):
    topic = make_topic(name="Norrhavn")
    address, form = open_form(clients[0], topic)
    form.pop("began_with")
    data = form | {"name": "Tide gate"} | ({} if initial is None else {"began_with": initial})
    assert clients[0].post(address, data).status_code == 302
    topic.refresh_from_db()
    assert topic.name == "Tide gate"
    assert [event.verb for event in Event.objects.about(topic.uid)] == ["changed"]


def test_an_initial_value_that_is_not_a_text_causes_a_conflict(clients):
    topic = make_topic(name="Norrhavn")
    address, form = open_form(clients[0], topic)
    page = clients[0].post(address, form | {"name": "Tide gate", "began_with": '{"name": [1]}'})
    assert page.status_code == 200
    (error,) = page.context["adminform"].form.errors.as_data()["name"]
    assert error.code == "meanwhile"
    topic.refresh_from_db()
    assert topic.name == "Norrhavn"
    assert not Event.objects.about(topic.uid).exists()
