"""Names on offer while one is typed, and new ones made without leaving the form."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.accounts.permissions import NotAllowedError
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet
from stories.workflow import proposed_names
from tests.factories import make_image, make_outlet, make_topic
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]

OFFERS = "admin:name_suggestions"


def asked(client, list_, typed):
    return client.get(reverse(OFFERS), {"list": list_, "q": typed}).json()


def test_a_topic_is_offered_by_another_name_and_that_name_is_said(editor_client):
    make_topic(name="Port Lisle", kind="place", aliases=("Lislé Harbour", "The port"))
    (offer,) = asked(editor_client, "topic-names", "LISLE harb")["names"]
    assert offer == {"name": "Port Lisle", "also": ["Lislé Harbour"], "kind": "Place"}


def test_what_begins_so_stands_before_what_only_holds_it_and_no_more_than_eight_are_sent(editor_client):
    for number in range(12):
        make_outlet(name=f"The {number:02} Courier")
    make_outlet(name="Courier of Lisle")
    answer = asked(editor_client, "outlet-names", "courier")
    assert answer["names"][0]["name"] == "Courier of Lisle"
    assert (len(answer["names"]), answer["more"]) == (8, True)


def test_what_was_joined_or_is_retired_is_not_offered(editor_client, curator):
    gone, kept = make_outlet(name="Lisle Courier"), make_outlet(name="Daily Lisle")
    make_outlet(name="Lisle Gazette", retired=True)
    proposed_names.merge_outlets(gone, kept, by=curator)
    assert [each["name"] for each in asked(editor_client, "outlet-names", "lisle")["names"]] == ["Daily Lisle"]


def test_a_picture_is_offered_by_what_is_said_of_it(editor_client):
    make_image(title="Flood gate", alt="A gate at night", tags="Norrhavn")
    assert [each["name"] for each in asked(editor_client, "picture-names", "norrhavn night")["names"]] == ["Flood gate"]


@pytest.mark.parametrize("typed", ["", " ", "\0", "%", "_", "a" * 5_000])
def test_whatever_is_typed_is_answered(editor_client, typed):
    make_topic(name="Port Lisle")
    for list_ in ("topic-names", "outlet-names", "picture-names"):
        assert asked(editor_client, list_, typed)["names"] == []
    assert editor_client.get(reverse(OFFERS), {"list": "secrets", "q": "a"}).status_code == 404


def test_asking_costs_the_same_for_many_names(editor_client, django_assert_max_num_queries):
    for number in range(20):
        make_topic(name=f"Gate {number}", aliases=(f"Sluice {number}",))
    with django_assert_max_num_queries(8):
        asked(editor_client, "topic-names", "sluice")


def form_of(client, what, **fields):
    return client.post(reverse("admin:create_entity", args=[what]), fields)


def test_a_new_topic_is_made_from_the_form_with_description_and_wikidata_item(editor_client):
    made = form_of(
        editor_client, "topic", name="Tide gate", kind="subject", description="A gate.", wikidata="Q42"
    ).json()
    topic = Topic.objects.get()
    assert made["name"] == "Tide gate"
    assert (topic.slug, topic.description, topic.wikidata) == ("tide-gate", "A gate.", "Q42")


def test_a_new_outlet_is_made_with_its_host(editor_client):
    form_of(
        editor_client, "outlet", name="Radio Tessen", kind="broadcaster", country="Kenya", home_page="tessen.example"
    )
    assert find_outlet("https://www.tessen.example/news/1") == Outlet.objects.get()
    near = proposed_names.find_similar("outlet", "Something else", home_page="https://tessen.example/")
    assert [offer.name for offer in near] == ["Radio Tessen"]


def test_near_names_are_said_first_and_a_new_one_is_made_all_the_same_when_it_is_sent_again(editor_client):
    make_topic(name="Port Lisle harbour")
    opened = editor_client.get(reverse("admin:create_entity", args=["topic"]), {"name": "Port Lisle harbor"}).json()[
        "html"
    ]
    assert "Use “Port Lisle harbour”" in opened
    sent = {"name": "Port Lisle harbor", "kind": "place"}
    assert "Is it one of these?" in form_of(editor_client, "topic", **sent).json()["html"]
    assert form_of(editor_client, "topic", **sent, looked="port lisle harbor").json()["name"] == "Port Lisle harbor"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "LISLE"}, "already the topic “Port Lisle”"),
        ({"name": "Something else", "wikidata": "Q1"}, "Q1 is already the topic “Port Lisle”."),
        ({"name": "Something else", "wikidata": "42"}, "A Wikidata item is a Q and a number"),
        ({"name": "…"}, "Give it a name with letters in it."),
        ({"name": ""}, "This field is required."),
        ({"name": "a" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_a_new_topic_is_refused_in_words(editor_client, fields, reason):
    make_topic(name="Port Lisle", aliases=("Lisle",), wikidata="Q1")
    from newsroom.text.fold import fold

    sent = {"kind": "place", "looked": fold(fields["name"]), **fields}
    assert reason in form_of(editor_client, "topic", **sent).json()["html"]
    assert Topic.objects.count() == 1


def test_a_writer_makes_no_names(writer):
    with pytest.raises(NotAllowedError):
        proposed_names.create_entity("topic", "Tide gate", by=writer)


def test_a_name_that_leads_elsewhere_is_not_made(editor):
    make_outlet(name="Lisle Courier", aliases=("The Courier",))
    with pytest.raises(ValidationError, match="already the outlet"):
        proposed_names.create_entity("outlet", "the courier", by=editor)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=30))
def test_every_name_with_letters_is_near_to_itself(name, db):
    from newsroom.text.fold import fold

    if not fold(name) or "\0" in name:
        return
    Topic.objects.all().delete()
    make_topic(name=name)
    assert [offer.name for offer in proposed_names.find_similar("topic", name)] == [name]


def test_names_of_what_was_joined_are_near_to_what_it_is_now(curator):
    gone, kept = make_topic(name="Lisle quay"), make_topic(name="The harbour wall")
    merge_topics(gone, kept, by=curator)
    assert [offer.name for offer in proposed_names.find_similar("topic", "Lisle quays")] == ["The harbour wall"]
