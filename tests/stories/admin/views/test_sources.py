"""The list of sources on the forms of the desk."""

from datetime import date

import pytest
from django.urls import reverse

from stories.models import Article
from tests.factories import make_article, make_outlet, make_story, make_user
from tests.stories.admin.filling import filled

NEW = {
    "citations__0__url": "https://ansgar.example/surge",
    "citations__0__title": "The surge was the highest since 1961",
    "citations__0__outlet_name": "Ansgar Wire",
}


def test_a_new_source_keeps_its_article_with_all_that_was_typed(editor, save):
    outlet = make_outlet(name="Ansgar Wire")
    story = make_story()
    save(
        story,
        **NEW,
        citations__0__published_on="2026-11-09",
        citations__0__author="Ida Sund",
        citations__0__paywalled="on",
    )
    article = story.citations.get().article
    assert (article.outlet, article.published_on, article.author, article.paywalled) == (
        outlet,
        date(2026, 11, 9),
        "Ida Sund",
        True,
    )


def test_the_outlet_of_an_address_is_known_from_its_home_page(editor, save):
    outlet = make_outlet(home_page="https://www.ansgar.example/")
    story = make_story()
    save(story, **NEW | {"citations__0__outlet_name": ""})
    assert story.citations.get().article.outlet == outlet


def test_pasted_addresses_of_two_hosts_find_one_outlet(editor, save, client):
    outlet = make_outlet(name="Ansgar Wire", home_page="https://www.ansgar.example/", further_hosts="ansgar.test")
    story = make_story()
    for address in ("https://ansgar.example/surge", "https://news.ansgar.test/surge"):
        found = client.get(reverse("admin:find_article"), {"url": address}).json()
        assert found["outlet"] == "Ansgar Wire"
    save(story, **NEW | {"citations__0__url": "https://www.ansgar.test/surge", "citations__0__outlet_name": ""})
    assert story.citations.get().article.outlet == outlet


def test_an_outlet_nobody_knows_is_proposed(editor, save):
    story = make_story()
    save(story, **NEW)
    article = story.citations.get().article
    assert (article.outlet, article.proposed_outlet) == (None, "Ansgar Wire")


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [("title", "Say what the article is called."), ("outlet_name", "Say who published the article.")],
)
def test_a_new_article_without_its_title_or_outlet_is_refused(editor, save, left_out, reason):
    refused = save(make_story(), expect=200, **NEW | {f"citations__0__{left_out}": ""})
    (problem,) = refused.context["problems"]
    assert (problem.message, problem.field) == (reason, f"id_citations-0-{left_out}")


def test_an_article_that_stands_twice_is_refused(editor, save):
    article = make_article()
    story = make_story(articles=(article,))
    refused = save(story, expect=200, citations__1__url=article.url)
    assert f"{article.url} stands twice in the list of sources." in [p.message for p in refused.context["problems"]]


def test_an_editor_mends_an_article_where_it_is_cited(editor, save):
    article = make_article(title="The leter nobody answered")
    save(make_story(articles=(article,)), citations__0__title="The letter nobody answered")
    article.refresh_from_db()
    assert article.title == "The letter nobody answered"


def test_an_address_that_is_another_article_s_is_refused(editor, save):
    article, other = make_article(), make_article()
    refused = save(make_story(articles=(article,)), expect=200, citations__0__url=other.url)
    assert refused.context["problems"][0].field == "id_citations-0-url"
    article.refresh_from_db()
    assert article.url != other.url


def test_a_writer_adds_articles_and_leaves_those_that_exist_as_they_are(client, save):
    client.force_login(make_user(role="Writer"))
    article = make_article(title="As it was")
    story = make_story(articles=(article,))
    save(
        story,
        citations__0__title="Mine",
        **{name.replace("__0__", "__1__"): value for name, value in NEW.items()},
    )
    article.refresh_from_db()
    assert article.title == "As it was"
    assert Article.objects.filter(title="The surge was the highest since 1961").exists()


def test_a_source_that_somebody_took_out_meanwhile_comes_back_under_a_new_number(client, editor):
    story = make_story(articles=(make_article(),))
    address = reverse(story.desk_view, args=[story.pk])
    form = filled(client.get(address))
    story.citations.all().delete()
    client.post(address, form | {"_continue": "save"})
    assert [citation.number for citation in story.citations.all()] == [2]


def test_what_is_no_number_is_refused_as_a_source(editor, save):
    story = make_story(outlets=(make_outlet(),))
    refused = save(story, expect=200, passages__0__source_numbers="the first")
    assert refused.context["problems"][0].message == "Write the numbers of sources, parted by commas."


def test_two_saves_at_once_show_what_differs_in_the_sources_too(client, editor):
    story = make_story(articles=(make_article(title="As it was"),))
    address = reverse(story.desk_view, args=[story.pk])
    mine = filled(client.get(address)) | {"_continue": "save", "citations-0-title": "As I have it"}
    client.post(address, filled(client.get(address)) | {"_continue": "save", "citations-0-title": "As they have it"})
    (clash,) = client.post(address, mine).context["text_conflicts"]
    assert clash.label == "Source 1, title"


def test_a_new_source_is_the_article_that_is_kept_under_another_spelling_of_its_address(editor, save):
    article = make_article(url="https://ansgar.example/surge")
    story = make_story()
    save(story, citations__0__url="http://www.ansgar.example/surge/?utm_source=mail#top")
    assert story.citations.get().article == article


def test_a_new_address_is_kept_without_what_follows_readers(editor, save):
    story = make_story()
    save(story, **NEW | {"citations__0__url": "https://Ansgar.example/surge?id=1&fbclid=x#top"})
    assert story.citations.get().article.url == "https://ansgar.example/surge?id=1"


def test_two_spellings_of_one_address_are_refused_as_the_same_source_twice(editor, save):
    story = make_story(articles=(make_article(url="https://ansgar.example/surge"),))
    refused = save(story, expect=200, citations__1__url="https://www.ansgar.example/surge/")
    assert "stands twice in the list of sources." in refused.context["problems"][0].message


def test_two_articles_that_were_cited_as_two_stay_two(editor, save):
    urls = ("https://ansgar.example/surge", "https://ansgar.example/surge/")
    story = make_story(articles=tuple(make_article(url=url) for url in urls))
    save(story, headline="Why both stay as they are")
    assert story.citations.count() == 2
