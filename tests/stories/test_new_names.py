"""Suggesting names while the user types, and creating new topics and outlets."""

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils.html import escape
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

SUGGESTIONS_VIEW = "admin:name_suggestions"


def get_suggestions(client, list_, typed):
    return client.get(reverse(SUGGESTIONS_VIEW), {"list": list_, "q": typed}).json()


def test_a_topic_is_suggested_by_an_alias_which_is_shown(editor_client):
    make_topic(name="Port Lisle", kind="place", aliases=("Lislé Harbour", "The port"))
    (suggestion,) = get_suggestions(editor_client, "topic-names", "LISLE harb")["names"]
    assert suggestion == {"name": "Port Lisle", "also": ["Lislé Harbour"], "kind": "Place"}


def test_names_that_begin_with_the_typed_text_come_first_and_at_most_eight_are_returned(editor_client):
    for number in range(12):
        make_outlet(name=f"The {number:02} Courier")
    make_outlet(name="Courier of Lisle")
    result = get_suggestions(editor_client, "outlet-names", "courier")
    assert result["names"][0]["name"] == "Courier of Lisle"
    assert (len(result["names"]), result["more"]) == (8, True)


def test_merged_and_retired_outlets_are_not_suggested(editor_client, curator):
    merged, remaining = make_outlet(name="Lisle Courier"), make_outlet(name="Daily Lisle")
    make_outlet(name="Lisle Gazette", retired=True)
    proposed_names.merge_outlets(merged, remaining, by=curator)
    assert [each["name"] for each in get_suggestions(editor_client, "outlet-names", "lisle")["names"]] == [
        "Daily Lisle"
    ]


def test_an_image_is_suggested_by_its_texts_and_tags(editor_client):
    make_image(title="Flood gate", alt="A gate at night", tags="Norrhavn")
    assert [each["name"] for each in get_suggestions(editor_client, "picture-names", "norrhavn night")["names"]] == [
        "Flood gate"
    ]


@pytest.mark.parametrize("typed", ["", " ", "\0", "%", "_", "a" * 5_000])
def test_unusual_input_returns_no_suggestions(editor_client, typed):
    make_topic(name="Port Lisle")
    for list_ in ("topic-names", "outlet-names", "picture-names"):
        assert get_suggestions(editor_client, list_, typed)["names"] == []
    assert editor_client.get(reverse(SUGGESTIONS_VIEW), {"list": "secrets", "q": "a"}).status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_number_of_names(editor_client, django_assert_max_num_queries):
    for number in range(20):
        make_topic(name=f"Gate {number}", aliases=(f"Sluice {number}",))
    with django_assert_max_num_queries(8):
        get_suggestions(editor_client, "topic-names", "sluice")


def post_form(client, entity_kind, **fields):
    return client.post(reverse("admin:create_entity", args=[entity_kind]), fields)


def test_a_new_topic_is_created_with_description_and_wikidata_item(editor_client):
    created = post_form(
        editor_client, "topic", name="Tide gate", kind="subject", description="A gate.", wikidata="Q42"
    ).json()
    topic = Topic.objects.get()
    assert created["name"] == "Tide gate"
    assert (topic.slug, topic.description, topic.wikidata) == ("tide-gate", "A gate.", "Q42")


def test_a_new_outlet_is_created_with_its_host(editor_client):
    post_form(
        editor_client, "outlet", name="Radio Tessen", kind="broadcaster", country="Kenya", home_page="tessen.example"
    )
    assert find_outlet("https://www.tessen.example/news/1") == Outlet.objects.get()
    similar = proposed_names.find_similar("outlet", "Something else", home_page="https://tessen.example/")
    assert [each.name for each in similar] == ["Radio Tessen"]


def test_similar_names_are_shown_first_and_submitting_again_creates_the_new_name(editor_client):
    make_topic(name="Port Lisle harbour")
    html = editor_client.get(reverse("admin:create_entity", args=["topic"]), {"name": "Port Lisle harbor"}).json()[
        "html"
    ]
    assert 'data-use-name="Port Lisle harbour"' in html
    assert '<option value="subject" selected>' in html
    form = {"name": "Port Lisle harbor", "kind": "place"}
    response = post_form(editor_client, "topic", **form)
    assert response.context["form"].has_error(NON_FIELD_ERRORS, "near")
    assert 'data-use-name="Port Lisle harbour"' in response.json()["html"]
    assert not Topic.objects.filter(name="Port Lisle harbor").exists()
    assert post_form(editor_client, "topic", **form, looked="port lisle harbor").json()["name"] == "Port Lisle harbor"


@pytest.mark.parametrize(
    ("fields", "field", "code", "named"),
    [
        ({"name": "LISLE"}, "name", "taken", "“Port Lisle”"),
        ({"name": "Something else", "wikidata": "Q1"}, "wikidata", "taken", "“Port Lisle”"),
        ({"name": "Something else", "wikidata": "42"}, "wikidata", "invalid", ""),
        ({"name": "…"}, "name", "empty", "letters"),
        ({"name": ""}, "name", "required", ""),
        ({"name": "a" * 201}, "name", "max_length", "200"),
    ],
)
def test_an_invalid_new_topic_is_refused_with_a_reason(editor_client, fields, field, code, named):
    make_topic(name="Port Lisle", aliases=("Lisle",), wikidata="Q1")
    from newsroom.text.fold import fold

    form = {"kind": "place", "looked": fold(fields["name"]), **fields}
    response = post_form(editor_client, "topic", **form)
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert errors.as_data()[field][0].code == code
    assert named in errors[field][0]
    assert escape(errors[field][0]) in response.json()["html"]
    assert Topic.objects.count() == 1


def test_a_writer_may_not_create_entities(writer):
    with pytest.raises(NotAllowedError):
        proposed_names.create_entity("topic", "Tide gate", by=writer)


def test_an_alias_of_an_existing_outlet_is_refused(editor):
    make_outlet(name="Lisle Courier", aliases=("The Courier",))
    with pytest.raises(ValidationError) as refusal:
        proposed_names.create_entity("outlet", "the courier", by=editor)
    (message,) = refusal.value.message_dict["name"]
    assert "“Lisle Courier”" in message


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=30))
def test_every_name_with_letters_is_similar_to_itself(name, db):
    from newsroom.text.fold import fold

    if not fold(name) or "\0" in name:
        return
    Topic.objects.all().delete()
    make_topic(name=name)
    assert [each.name for each in proposed_names.find_similar("topic", name)] == [name]


def test_a_name_similar_to_that_of_a_merged_topic_suggests_the_remaining_one(curator):
    merged, remaining = make_topic(name="Lisle quay"), make_topic(name="The harbour wall")
    merge_topics(merged, remaining, by=curator)
    assert [each.name for each in proposed_names.find_similar("topic", "Lisle quays")] == ["The harbour wall"]
