"""Lookups for scripts (link targets, and articles by URL), and the help page."""

import pytest
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import make_article, make_outlet, make_story, make_topic, make_user

pytestmark = pytest.mark.django_db


def test_a_topic_is_found_by_name_with_its_uid(writer_client):
    topic = make_topic(name="Port Lisle")
    response = writer_client.get(reverse("admin:link_suggestions"), {"q": "port"})
    (found,) = response.json()["found"]
    assert found.pop("note")
    assert found == {"kind": "topic", "uid": str(topic.uid), "name": topic.slug, "title": "Port Lisle"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "query", ["", "\0", "x" * 100_000, "%00' OR 1=1", "[[", "\ud800".encode("utf-8", "replace").decode()]
)
def test_any_query_is_answered(writer_client, query):
    assert writer_client.get(reverse("admin:link_suggestions"), {"q": query}).status_code == 200


def test_users_who_may_not_see_works_get_no_titles(client):
    make_story(headline="The secret quay")
    user = make_user(role="")
    user.is_staff = True
    user.save()
    for response in (
        client.get(reverse("admin:link_suggestions"), {"q": "quay"}),
        signed_in(user).get(reverse("admin:link_suggestions"), {"q": "quay"}),
        signed_in(make_user(role="")).get(reverse("admin:link_suggestions"), {"q": "quay"}),
    ):
        assert response.status_code == 403
        assert response.json()["error"]
        assert b"secret" not in response.content
    assert client.get(reverse("admin:link_suggestions")).json()["signed_out"]


def test_a_known_article_is_returned_with_its_details(writer_client):
    article = make_article(
        url="https://paper.example/a", title="The letter", author="Ida Sund", outlet=make_outlet(name="The Courier")
    )
    response = writer_client.get(
        reverse("admin:find_article"), {"url": "http://www.paper.example/a?utm_source=x"}
    ).json()
    assert response == {
        "url": article.url,
        "outlet": "The Courier",
        "article": {
            "title": "The letter",
            "outlet_name": "The Courier",
            "published_on": "2026-11-09",
            "author": "Ida Sund",
            "paywalled": False,
        },
    }


def test_the_outlet_of_a_new_address_is_returned(writer_client):
    make_outlet(name="The Courier", home_page="https://courier.example")
    response = writer_client.get(reverse("admin:find_article"), {"url": "https://courier.example/new#a"})
    assert response.json() == {"url": "https://courier.example/new", "article": None, "outlet": "The Courier"}


@pytest.mark.parametrize(
    "url", ["", "words", "javascript:alert(1)", "https://", "https://a\0.example", "https://x/" + "y" * 5_000]
)
def test_an_invalid_address_is_refused_with_a_reason(writer_client, url):
    response = writer_client.get(reverse("admin:find_article"), {"url": url})
    assert response.status_code == 400
    assert response.json()["error"]


def test_the_help_page_lists_the_shortcuts(writer_client):
    page = writer_client.get(reverse("admin:help"))
    assert page.status_code == 200
    assert b'id="keys"' in page.content
