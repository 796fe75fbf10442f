"""Two curators have the same form open."""

import pytest
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import make_image, make_outlet, make_topic, make_user
from tests.stories.admin.filling import filled

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def two(db):
    return [signed_in(make_user(role="Curator", username=name)) for name in ("ana", "ben")]


def opened(client, thing):
    address = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
    return address, filled(client.get(address))


@pytest.mark.parametrize(
    ("make", "one", "other"),
    [
        (make_topic, {"description": "A quay."}, {"wikidata": "Q42", "aliases": "The quay"}),
        (make_outlet, {"owner": "A family"}, {"country": "Kenya", "retired": "on"}),
        (make_image, {"alt": "Boats"}, {"credit": "Ida Sund"}),
    ],
)
def test_what_two_changed_apart_is_both_kept(two, make, one, other):
    thing = make()
    (address, first), (_, second) = (opened(client, thing) for client in two)
    two[0].post(address, first | one)
    said = two[1].post(address, second | other, follow=True).content.decode()
    assert "Ana changed" in said
    assert "Both are kept." in said
    now = opened(two[0], thing)[1]
    assert {name: now.get(name) for name in one | other} == one | other


def test_what_both_changed_is_asked_and_nothing_is_lost(two):
    topic = make_topic(description="Before.")
    (address, first), (_, second) = (opened(client, topic) for client in two)
    two[0].post(address, first | {"description": "Hers.", "kind": "place"})
    page = two[1].post(address, second | {"description": "His."})
    assert "ana changed this to “Hers.” while you were writing." in page.rendered_content
    again = filled(page)
    assert (again["description"], again["kind"]) == ("His.", "place")
    topic.refresh_from_db()
    assert topic.description == "Hers."
    assert two[1].post(address, again).status_code == 302
    topic.refresh_from_db()
    assert (topic.description, topic.kind) == ("His.", "place")


def test_a_tick_that_another_took_away_stays_away(two):
    outlet = make_outlet(retired=True)
    (address, first), (_, second) = (opened(client, outlet) for client in two)
    two[0].post(address, {name: value for name, value in first.items() if name != "retired"})
    two[1].post(address, second | {"owner": "A family"})
    outlet.refresh_from_db()
    assert (outlet.retired, outlet.owner) == (False, "A family")


@pytest.mark.parametrize("began", ["", "null", "[1]", "{", '{"name": [1]}', "\0", None])
def test_a_form_that_does_not_say_what_it_began_with_is_saved_as_it_is(two, began):
    topic = make_topic()
    address, form = opened(two[0], topic)
    form.pop("began_with")
    sent = form | {"name": "Tide gate"} | ({} if began is None else {"began_with": began})
    assert two[0].post(address, sent).status_code in {200, 302}
    topic.refresh_from_db()
    assert topic.name in {"Tide gate", form["name"]}


@pytest.mark.parametrize("began", ["", "null", "[" * 100_000, '{"name": ' * 50_000, "9" * 9_000])
def test_what_a_form_never_began_with_is_taken_for_nothing(two, began):
    address, sent = opened(two[0], make_topic(name="Norrhavn"))
    assert two[0].post(address, sent | {"began_with": began, "description": "A quay."}).status_code in {200, 302}
