"""The source rows on the forms of works."""

from datetime import date

import pytest
from django.urls import reverse

from stories.models import Article
from tests.factories import make_article, make_outlet, make_story, make_user
from tests.outcomes import list_admin_errors
from tests.stories.admin.form_data import filled

NEW = {
    "citations__0__url": "https://ansgar.example/surge",
    "citations__0__title": "The surge was the highest since 1961",
    "citations__0__outlet_name": "Ansgar Wire",
}


def test_a_new_source_stores_its_article_with_all_entered_details(editor, save):
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


def test_the_outlet_of_an_address_is_found_by_its_home_page(editor, save):
    outlet = make_outlet(home_page="https://www.ansgar.example/")
    story = make_story()
    save(story, **NEW | {"citations__0__outlet_name": ""})
    assert story.citations.get().article.outlet == outlet


def test_addresses_on_several_hosts_belong_to_one_outlet(editor, save, client):
    outlet = make_outlet(name="Ansgar Wire", home_page="https://www.ansgar.example/", further_hosts="ansgar.test")
    story = make_story()
    for address in ("https://ansgar.example/surge", "https://news.ansgar.test/surge"):
        lookup = client.get(reverse("admin:find_article"), {"url": address}).json()
        assert lookup["outlet"] == "Ansgar Wire"
    save(story, **NEW | {"citations__0__url": "https://www.ansgar.test/surge", "citations__0__outlet_name": ""})
    assert story.citations.get().article.outlet == outlet


def test_an_unknown_outlet_is_proposed(editor, save):
    story = make_story()
    save(story, **NEW)
    article = story.citations.get().article
    assert (article.outlet, article.proposed_outlet) == (None, "Ansgar Wire")


@pytest.mark.parametrize("left_out", ["title", "outlet_name"])
def test_a_new_article_without_its_title_or_outlet_is_refused(editor, save, left_out):
    response = save(make_story(), expect=200, **NEW | {f"citations__0__{left_out}": ""})
    (problem,) = response.context["problems"]
    assert problem.field == f"id_citations-0-{left_out}"


def test_an_article_that_is_listed_twice_is_refused(editor, save):
    article = make_article()
    story = make_story(articles=(article,))
    response = save(story, expect=200, citations__1__url=article.url)
    assert list_admin_errors(response) == [("citations", "twice")]
    assert article.url in response.context["problems"][0].message


def test_an_editor_can_correct_an_article_on_the_form_of_a_story(editor, save):
    article = make_article(title="The leter nobody answered")
    save(make_story(articles=(article,)), citations__0__title="The letter nobody answered")
    article.refresh_from_db()
    assert article.title == "The letter nobody answered"


def test_the_address_of_another_article_is_refused(editor, save):
    article, other = make_article(), make_article()
    response = save(make_story(articles=(article,)), expect=200, citations__0__url=other.url)
    assert response.context["problems"][0].field == "id_citations-0-url"
    article.refresh_from_db()
    assert article.url != other.url


def test_writers_can_add_articles_but_not_change_them(client, save):
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


def test_a_source_that_was_removed_meanwhile_is_added_again_with_a_new_number(client, editor):
    story = make_story(articles=(make_article(),))
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address))
    story.citations.all().delete()
    client.post(address, form | {"_continue": "save"})
    assert [citation.number for citation in story.citations.all()] == [2]


def test_text_that_is_not_an_address_is_refused_in_a_passage(editor, save):
    story = make_story(outlets=(make_outlet(),))
    response = save(story, expect=200, passages__0__addresses="the first")
    assert list_admin_errors(response) == [("passages-0-addresses", "address")]


def test_conflicts_include_sources(client, editor):
    story = make_story(articles=(make_article(title="As it was"),))
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "save", "citations-0-title": "As I have it"}
    client.post(address, filled(client.get(address)) | {"_continue": "save", "citations-0-title": "As they have it"})
    (text_conflict,) = client.post(address, form).context["text_conflicts"]
    assert text_conflict.anchor == "citations.1.title"


def test_a_known_article_is_found_by_another_spelling_of_its_address(editor, save):
    article = make_article(url="https://ansgar.example/surge")
    story = make_story()
    save(story, citations__0__url="http://www.ansgar.example/surge/?utm_source=mail#top")
    assert story.citations.get().article == article


def test_tracking_parameters_are_removed_from_a_new_address(editor, save):
    story = make_story()
    save(story, **NEW | {"citations__0__url": "https://Ansgar.example/surge?id=1&fbclid=x#top"})
    assert story.citations.get().article.url == "https://ansgar.example/surge?id=1"


def test_two_spellings_of_the_same_address_are_refused(editor, save):
    story = make_story(articles=(make_article(url="https://ansgar.example/surge"),))
    response = save(story, expect=200, citations__1__url="https://www.ansgar.example/surge/")
    assert list_admin_errors(response) == [("citations", "twice")]


def test_two_articles_that_are_already_cited_stay_separate(editor, save):
    urls = ("https://ansgar.example/surge", "https://ansgar.example/surge/")
    story = make_story(articles=tuple(make_article(url=url) for url in urls))
    save(story, headline="Why both stay as they are")
    assert story.citations.count() == 2
