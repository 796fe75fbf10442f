"""The screen of proposed names."""

import re

import pytest
from django.urls import reverse

from stories.drafts import revisions
from stories.models import Outlet, WorkTopic
from tests.factories import make_outlet, make_story, make_topic, make_user
from tests.outcomes import find_summary
from topics.models import Topic


@pytest.fixture
def address():
    return reverse("admin:proposed_names")


@pytest.fixture
def story(db):
    """Return a draft with a proposed topic and a proposed outlet."""
    story = make_story(headline="Why the ferry to Norrhavn is late", topics=(), outlets=(make_outlet(),))
    WorkTopic.objects.create(work=story, proposed_name="Ida Sund", description="A pilot.")
    passage = story.passages.first()
    passage.proposed_outlets = ["Tessen Evening Mail"]
    passage.save()
    revisions.record_revision(story, by=None)
    return story


def test_proposed_names_are_listed_with_the_works_that_use_them(client, editor, story, address):
    page = client.get(address).rendered_content
    assert 'class="proposed-names"' in page
    assert "Ida Sund" in page
    assert "Tessen Evening Mail" in page
    assert page.count("Why the ferry to Norrhavn is late") == 2


def test_a_confirmed_topic_is_created_with_its_kind_and_description(client, editor, story, address):
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": "person"})
    topic = Topic.objects.get(name="Ida Sund")
    assert (topic.kind, topic.description) == ("person", "A pilot.")
    assert story.work_topics.get().topic == topic
    assert revisions.get_newest_revision(story).created_by == editor


def test_a_name_can_be_merged_into_an_existing_topic(client, editor, story, address):
    topic = make_topic(name="Ida Sund-Lie")
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "merge", "into": "ida sund-lie"})
    assert story.work_topics.get().topic == topic
    assert Topic.objects.with_name("Ida Sund").get() == topic


def test_merging_a_name_into_an_unknown_outlet_is_refused(client, editor, story, address):
    page = client.post(address, {"what": "outlet", "name": "Tessen Evening Mail", "decision": "merge", "into": "Nix"})
    assert [list(fields.errors) for _, fields in page.context["rows"] if fields.errors] == [["into"]]
    assert re.search(r'<ul class="errorlist"[^>]*><li>[^<]*“Nix”', page.rendered_content)
    assert re.search(r'<input[^>]*value="Nix"[^>]*autofocus', page.rendered_content)
    assert story.passages.first().proposed_outlets == ["Tessen Evening Mail"]


def test_confirming_a_name_requires_a_kind(client, editor, story, address):
    page = client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": ""})
    assert [list(fields.errors) for _, fields in page.context["rows"] if fields.errors] == [["kind"]]
    assert re.search(r'<ul class="errorlist"[^>]*><li>[^<]*“Ida Sund”', page.rendered_content)
    assert re.search(r'<select name="kind"[^>]*autofocus', page.rendered_content)
    assert not Topic.objects.exists()


def test_a_confirmed_outlet_is_added_to_its_passages(client, editor, story, address):
    client.post(address, {"what": "outlet", "name": "Tessen Evening Mail", "decision": "confirm", "kind": "newspaper"})
    assert Outlet.objects.get(name="Tessen Evening Mail") in story.passages.first().outlets.all()


def test_a_rejected_name_is_removed(client, editor, story, address):
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "reject"})
    assert not story.work_topics.exists()


def test_an_empty_list_explains_itself(client, editor, address):
    page = client.get(address)
    assert find_summary(page)
    assert (page.context["rows"], 'class="proposed-names"' in page.rendered_content) == ([], False)


def test_writers_cannot_decide_on_names(client, story, address):
    client.force_login(make_user(role="Writer"))
    assert client.get(address).status_code == 403
    assert client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm"}).status_code == 403
    assert story.work_topics.get().topic is None


JSON = {"Accept": "application/json"}


def test_a_decision_in_a_row_is_answered_with_the_name_and_the_revision_that_it_made(client, editor, story, address):
    decision = {"what": "outlet", "name": "Tessen Evening Mail", "decision": "confirm", "kind": "newspaper"}
    answer = client.post(address, decision | {"work": story.pk, "revision": 2}, headers=JSON).json()
    assert answer == {"said": "Confirmed: Tessen Evening Mail", "name": "Tessen Evening Mail", "revision": 3}
    assert Outlet.objects.with_name("Tessen Evening Mail").exists()


def test_a_form_that_is_behind_gets_no_revision(client, editor, story, address):
    decision = {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": "person"}
    assert client.post(address, decision | {"work": story.pk, "revision": 1}, headers=JSON).json()["revision"] is None


def test_the_decision_of_somebody_else_is_shown(client, editor, story, address):
    target = make_topic(name="Ida Sund-Lie")
    merge = {"what": "topic", "name": "Ida Sund", "decision": "merge", "into": target.name}
    client.post(address, merge)
    reject = {"what": "topic", "name": "Ida Sund", "decision": "reject"}
    answer = client.post(address, reject | {"work": story.pk, "revision": 1}, headers=JSON).json()
    assert (answer["said"], answer["name"]) == ("“Ida Sund” is now “Ida Sund-Lie”.", "Ida Sund-Lie")
    assert story.work_topics.get().topic == target


def test_a_refused_decision_in_a_row_is_a_sentence(client, editor, story, address):
    decision = {"what": "outlet", "name": "Tessen Evening Mail", "decision": "merge", "into": "Nix"}
    answer = client.post(address, decision, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (400, "There is no outlet called “Nix”.")


def test_saving_without_javascript_leads_to_the_names_and_back(client, editor, story, save):
    response = save(story, then="names")
    page = client.get(response["Location"])
    form = reverse(story.change_view_name, args=[story.pk])
    assert page.context["next_url"] == form
    decision = {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": "person"}
    assert client.post(response["Location"], decision)["Location"] == response["Location"]


def test_confirming_a_name_in_its_row_does_not_stop_a_save(client, editor, story, save):
    save(story, then="save", headline="Why the ferry to Norrhavn is always late")
    decision = {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": "person"}
    client.post(reverse("admin:proposed_names"), decision, headers=JSON)
    save(story, then="save", headline="Why the ferry to Norrhavn is never late")
    assert story.work_topics.get().topic.name == "Ida Sund"


def test_writers_read_that_an_editor_confirms_a_name(client, story):
    client.force_login(make_user(role="Writer"))
    page = client.get(reverse(story.change_view_name, args=[story.pk])).rendered_content
    assert "An editor confirms this name." in page
    assert "data-decide" not in page
