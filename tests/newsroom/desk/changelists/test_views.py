"""Saved views of lists, chosen columns and capped counts."""

import re

import pytest
from django.urls import reverse

from newsroom.db import counts
from newsroom.db.counts import format_count
from newsroom.desk.changelists.admin import NOT_UNDERSTOOD
from newsroom.desk.models import SavedView
from tests.factories import make_outlet, make_story, make_topic, make_user
from tests.outcomes import list_levels

pytestmark = pytest.mark.django_db
LIST = "/admin/stories/story/"
COLUMNS = ["title", "stands", "saved"]


@pytest.fixture
def ana(client):
    user = make_user(first_name="Ana", last_name="Kestrel")
    client.force_login(user)
    return user


def save_view(client, **fields):
    return client.post(f"{LIST}views/", {"name": "Mine", "query": "owner=me&q=pier", "column": COLUMNS, **fields})


def signed_in_as(client, user):
    client.force_login(user)
    return client


def test_a_view_saves_filters_search_and_columns_under_a_name(client, ana):
    make_story(owner=ana, headline="Why the pier is closed")
    make_story(headline="Why another pier is closed")
    response = save_view(client)
    view = SavedView.objects.get()
    assert response["Location"] == f"{LIST}?owner=me&q=pier&view={view.pk}"
    page = client.get(response["Location"])
    assert [story.headline for story in page.context["cl"].result_list] == ["Why the pier is closed"]
    assert page.context["cl"].list_display == ["action_checkbox", *COLUMNS, "search_hits"]
    assert f'action="{LIST}views/{view.pk}/"' in page.content.decode()
    assert 'name="throw_away"' in page.content.decode()


def test_a_shared_view_is_open_to_everybody_and_shows_their_own_works(client, ana):
    ben = make_user(role="Writer")
    make_story(owner=ana, headline="Ana’s pier")
    make_story(owner=ben, headline="Ben’s pier")
    address = save_view(client, is_shared="on")["Location"]
    page = signed_in_as(client, ben).get(address)
    assert [story.headline for story in page.context["cl"].result_list] == ["Ben’s pier"]
    assert re.search(r'<span class="count">[^<]*Ana Kestrel</span>', page.content.decode())
    assert 'name="throw_away"' not in page.content.decode()


def test_a_view_that_is_not_shared_is_hidden_from_others(client, ana):
    address = save_view(client, name="Of my own")["Location"]
    view = SavedView.objects.get()
    signed_in_as(client, make_user())
    assert client.get(LIST).context["views"] == []
    page = client.get(address, follow=True)
    assert page.redirect_chain == [(f"{LIST}?owner=me&q=pier", 302)]
    assert list_levels(page) == ["warning"]
    assert client.post(f"{LIST}views/{view.pk}/", {"name": "Taken"}).status_code == 404
    assert SavedView.objects.get().name == "Of my own"


def test_a_shared_view_cannot_be_changed_or_deleted_by_others(client, ana):
    save_view(client, is_shared="on")
    view = SavedView.objects.get()
    signed_in_as(client, make_user(role="Administrator"))
    for data in ({"name": "Taken"}, {"throw_away": "", "name": "Mine"}):
        assert client.post(f"{LIST}views/{view.pk}/", data).status_code == 403
    assert SavedView.objects.get().name == "Mine"


def test_the_owner_can_rename_share_and_delete_a_view(client, ana):
    save_view(client)
    view = SavedView.objects.get()
    client.post(
        f"{LIST}views/{view.pk}/", {"name": "The pier", "is_shared": "on", "query": "q=lorry", "column": ["title"]}
    )
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query, view.columns) == ("The pier", True, "q=lorry", ["title"])
    client.post(f"{LIST}views/{view.pk}/", {"throw_away": ""})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 61])
def test_an_empty_or_overlong_name_is_refused(client, ana, name):
    response = save_view(client, name=name)
    assert response.status_code == 302
    assert not SavedView.objects.exists()
    assert list_levels(client.get(response["Location"])) == ["error"]


def test_a_name_can_be_used_only_once(client, ana):
    save_view(client)
    page = client.get(save_view(client)["Location"])
    assert list_levels(page) == ["success", "error"]
    assert all("“Mine”" in str(message) for message in page.context["messages"])
    assert SavedView.objects.count() == 1


def test_an_overlong_query_is_refused(client, ana):
    response = save_view(client, query="q=" + "x" * 3_000)
    assert list_levels(client.get(response["Location"])) == ["error"]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "gone__exact=1",
        "owner__password__startswith=a",
        "p=999",
        "language__exact=%00",
        "standing=nothing",
        "o=99",
        "p=" + "9" * 40,
    ],
)
def test_a_view_with_obsolete_filters_shows_the_list_with_a_message(client, ana, query):
    make_story()
    view = SavedView.objects.create(
        owner=ana, listing="stories.story", name="Old", query=query, columns=["title", "gone"]
    )
    page = client.get(f"{LIST}?{query}&view={view.pk}", follow=True)
    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 1
    assert page.redirect_chain == [] or NOT_UNDERSTOOD in page.content.decode()


def test_a_user_chooses_columns_for_a_list_or_for_a_view(client, ana):
    make_story()
    client.post(f"{LIST}columns/", {"column": ["title", "in_language", "gone"], "query": "q=pier"})
    assert client.get(LIST).context["cl"].list_display == ["action_checkbox", "title", "in_language"]
    assert signed_in_as(client, make_user()).get(LIST).context["cl"].list_display[1:3] == ["title", "stands"]
    signed_in_as(client, ana)
    save_view(client)
    view = SavedView.objects.get(name="Mine")
    client.post(f"{LIST}columns/", {"column": ["title", "begun"], "view": view.pk})
    assert client.get(f"{LIST}?view={view.pk}").context["cl"].list_display == ["action_checkbox", "title", "begun"]
    assert client.get(LIST).context["cl"].list_display == ["action_checkbox", "title", "in_language"]


def test_each_choice_of_a_filter_shows_its_number_of_rows(client, ana):
    make_story(owner=ana, language="de")
    make_story(language="ar")
    make_story(language="ar")
    page = client.get(LIST)
    counts = page.context["cl"].counts
    assert counts["language__exact"] == {"ar": "2", "de": "1"}
    assert counts["owner"] == {"me": "1", "none": "2"}
    assert counts["standing"]["draft"] == "3"
    assert "Deutsch" in page.content.decode()
    assert client.get(f"{LIST}?owner=me").context["cl"].counts["language__exact"] == {"ar": "0", "de": "1"}


def test_counts_are_capped(client, ana, monkeypatch):
    monkeypatch.setattr(counts, "MAX_COUNT", 2)
    monkeypatch.setattr("newsroom.desk.changelists.changelist.MAX_COUNT", 2)
    for _ in range(4):
        make_story(language="de")
    page = client.get(LIST)
    assert page.context["cl"].counts["language__exact"] == {"de": "2+"}
    assert page.context["cl"].counts["standing"]["draft"] == "2+"
    assert page.context["cl"].is_capped
    assert re.search(r'<nav class="paginator"[^>]*>\s*2\+ [^<]*\b2\b', page.content.decode())
    assert (format_count(2), format_count(1_000_000)) == ("2", "2+")


@pytest.mark.parametrize("model", ["stories_faq", "stories_outlet", "stories_article", "topics_topic"])
def test_every_list_of_the_desk_can_save_views(client, ana, model):
    make_outlet()
    make_topic()
    address = reverse(f"admin:{model}_changelist")
    response = client.post(f"{address}views/", {"name": "Kept", "query": "q=pier"})
    assert client.get(response["Location"]).status_code == 200
    assert "Kept" in client.get(address).content.decode()
