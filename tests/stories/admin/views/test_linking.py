"""What scripts ask while somebody writes: names to link to, and what is known of an address."""

import pytest
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import make_article, make_outlet, make_story, make_topic, make_user

pytestmark = pytest.mark.django_db


def test_a_name_is_answered_with_its_uid(writer_client):
    topic = make_topic(name="Port Lisle")
    answer = writer_client.get(reverse("admin:link_suggestions"), {"q": "port"})
    assert answer.json() == {
        "found": [{"kind": "topic", "uid": str(topic.uid), "title": "Port Lisle", "note": "Topic, subject"}]
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "query", ["", "\0", "x" * 100_000, "%00' OR 1=1", "[[", "\ud800".encode("utf-8", "replace").decode()]
)
def test_whatever_is_typed_is_answered(writer_client, query):
    assert writer_client.get(reverse("admin:link_suggestions"), {"q": query}).status_code == 200


def test_no_title_is_told_to_who_may_not_see_the_work(client):
    make_story(headline="The secret quay")
    nobody = make_user(role="")
    nobody.is_staff = True
    nobody.save()
    for answer in (
        client.get(reverse("admin:link_suggestions"), {"q": "quay"}),
        signed_in(nobody).get(reverse("admin:link_suggestions"), {"q": "quay"}),
        signed_in(make_user(role="")).get(reverse("admin:link_suggestions"), {"q": "quay"}),
    ):
        assert answer.status_code == 403
        assert answer.json()["error"]
        assert b"secret" not in answer.content
    assert client.get(reverse("admin:link_suggestions")).json()["signed_out"]


def test_an_article_that_is_kept_is_answered_with_all_that_is_known(writer_client):
    article = make_article(
        url="https://paper.example/a", title="The letter", author="Ida Sund", outlet=make_outlet(name="The Courier")
    )
    answer = writer_client.get(reverse("admin:find_article"), {"url": "http://www.paper.example/a?utm_source=x"}).json()
    assert answer == {
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


def test_of_a_new_address_the_outlet_is_answered_and_nothing_is_fetched(writer_client):
    make_outlet(name="The Courier", home_page="https://courier.example")
    answer = writer_client.get(reverse("admin:find_article"), {"url": "https://courier.example/new#a"})
    assert answer.json() == {"url": "https://courier.example/new", "article": None, "outlet": "The Courier"}


@pytest.mark.parametrize(
    "url", ["", "words", "javascript:alert(1)", "https://", "https://a\0.example", "https://x/" + "y" * 5_000]
)
def test_what_is_no_address_is_refused_in_words(writer_client, url):
    answer = writer_client.get(reverse("admin:find_article"), {"url": url})
    assert answer.status_code == 400
    assert "address" in answer.json()["error"]


def test_the_help_is_a_page_that_lists_the_keys(writer_client):
    page = writer_client.get(reverse("admin:help"))
    assert page.status_code == 200
    assert b'id="keys"' in page.content
