"""Views that people keep of lists, columns that they choose, counts that end."""

import pytest
from django.urls import reverse

from newsroom.db import counts
from newsroom.db.counts import format_count
from newsroom.desk.models import SavedView
from tests.factories import make_outlet, make_story, make_topic, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LIST = "/admin/stories/story/"
COLUMNS = ["title", "stands", "saved"]


@pytest.fixture
def ana(client):
    user = make_user(first_name="Ana", last_name="Kestrel")
    client.force_login(user)
    return user


def kept(client, **said):
    return client.post(f"{LIST}views/", {"name": "Mine", "query": "owner=me&q=pier", "column": COLUMNS, **said})


def as_(client, user):
    client.force_login(user)
    return client


def test_a_view_keeps_filters_search_and_columns_under_a_name(client, ana):
    make_story(owner=ana, headline="Why the pier is closed")
    make_story(headline="Why another pier is closed")
    answer = kept(client)
    view = SavedView.objects.get()
    assert answer["Location"] == f"{LIST}?owner=me&q=pier&view={view.pk}"
    page = client.get(answer["Location"])
    assert [story.headline for story in page.context["cl"].result_list] == ["Why the pier is closed"]
    assert page.context["cl"].list_display == ["action_checkbox", *COLUMNS, "search_hits"]
    assert "This view" in page.content.decode()


def test_a_shared_view_is_opened_by_everybody_and_means_their_own(client, ana):
    ben = make_user(role="Writer")
    make_story(owner=ana, headline="Ana’s pier")
    make_story(owner=ben, headline="Ben’s pier")
    address = kept(client, is_shared="on")["Location"]
    page = as_(client, ben).get(address)
    assert [story.headline for story in page.context["cl"].result_list] == ["Ben’s pier"]
    assert "by Ana Kestrel" in page.content.decode()
    assert "Throw it away" not in page.content.decode()


def test_what_is_not_shared_is_there_for_nobody_else(client, ana):
    address = kept(client, name="Of my own")["Location"]
    view = SavedView.objects.get()
    as_(client, make_user())
    assert client.get(LIST).context["views"] == []
    page = client.get(address, follow=True)
    assert "This view is not there any more." in page.content.decode()
    assert client.post(f"{LIST}views/{view.pk}/", {"name": "Taken"}).status_code == 404
    assert SavedView.objects.get().name == "Of my own"


def test_somebody_else_s_shared_view_is_neither_changed_nor_thrown_away(client, ana):
    kept(client, is_shared="on")
    view = SavedView.objects.get()
    as_(client, make_user(role="Administrator"))
    for sent in ({"name": "Taken"}, {"throw_away": "", "name": "Mine"}):
        assert client.post(f"{LIST}views/{view.pk}/", sent).status_code == 403
    assert SavedView.objects.get().name == "Mine"


def test_a_view_is_renamed_shared_and_thrown_away_by_its_owner(client, ana):
    kept(client)
    view = SavedView.objects.get()
    client.post(
        f"{LIST}views/{view.pk}/", {"name": "The pier", "is_shared": "on", "query": "q=lorry", "column": ["title"]}
    )
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query, view.columns) == ("The pier", True, "q=lorry", ["title"])
    client.post(f"{LIST}views/{view.pk}/", {"throw_away": ""})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 61])
def test_a_name_that_is_none_is_refused_in_a_sentence(client, ana, name):
    answer = kept(client, name=name)
    assert answer.status_code == 302
    assert not SavedView.objects.exists()
    assert "name" in client.get(answer["Location"]).content.decode()


def test_a_name_is_given_once(client, ana):
    kept(client)
    assert "already" in client.get(kept(client)["Location"]).content.decode()
    assert SavedView.objects.count() == 1


def test_more_than_a_view_can_keep_is_refused(client, ana):
    answer = kept(client, query="q=" + "x" * 3_000)
    assert "Narrow the list by less" in client.get(answer["Location"]).content.decode()


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
def test_a_view_that_is_not_understood_any_more_falls_back_with_a_sentence(client, ana, query):
    make_story()
    view = SavedView.objects.create(
        owner=ana, listing="stories.story", name="Old", query=query, columns=["title", "gone"]
    )
    page = client.get(f"{LIST}?{query}&view={view.pk}", follow=True)
    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 1
    assert page.redirect_chain == [] or "is not understood" in page.content.decode()


def test_columns_are_chosen_for_oneself_or_for_a_view(client, ana):
    make_story()
    client.post(f"{LIST}columns/", {"column": ["title", "in_language", "gone"], "query": "q=pier"})
    assert client.get(LIST).context["cl"].list_display == ["action_checkbox", "title", "in_language"]
    assert as_(client, make_user()).get(LIST).context["cl"].list_display[1:3] == ["title", "stands"]
    as_(client, ana)
    kept(client)
    view = SavedView.objects.get(name="Mine")
    client.post(f"{LIST}columns/", {"column": ["title", "begun"], "view": view.pk})
    assert client.get(f"{LIST}?view={view.pk}").context["cl"].list_display == ["action_checkbox", "title", "begun"]
    assert client.get(LIST).context["cl"].list_display == ["action_checkbox", "title", "in_language"]


def test_each_choice_of_a_filter_says_how_much_it_leaves(client, ana):
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


def test_nothing_is_counted_further_than_the_end(client, ana, monkeypatch):
    monkeypatch.setattr(counts, "MAX_COUNT", 2)
    monkeypatch.setattr("newsroom.desk.changelists.changelist.MAX_COUNT", 2)
    for _ in range(4):
        make_story(language="de")
    page = client.get(LIST)
    assert page.context["cl"].counts["language__exact"] == {"de": "2+"}
    assert page.context["cl"].counts["standing"]["draft"] == "2+"
    assert "2+ stories. The first 2 stand on these pages" in " ".join(page.content.decode().split())
    assert (format_count(2), format_count(1_000_000)) == ("2", "2+")


@pytest.mark.parametrize("model", ["stories_faq", "stories_outlet", "stories_article", "topics_topic"])
def test_every_list_of_the_desk_keeps_views(client, ana, model):
    make_outlet()
    make_topic()
    address = reverse(f"admin:{model}_changelist")
    answer = client.post(f"{address}views/", {"name": "Kept", "query": "q=pier"})
    assert client.get(answer["Location"]).status_code == 200
    assert "Kept" in client.get(address).content.decode()
