"""The form for a byline and its public page."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from newsroom.accounts.models import Contributor
from newsroom.audit.models import Event
from stories.admin.contributors import ContributorForm
from tests.factories import make_author, make_image, make_published_story, make_topic

pytestmark = pytest.mark.django_db
ADD = reverse("admin:accounts_contributor_add")


def save(client, address, **fields):
    response = client.post(address, {"name": "Ana Kestrel", **fields})
    return response.context["adminform"].form.errors if response.status_code == 200 else {}


def test_a_page_gets_an_address_from_the_name_and_all_its_fields(editor_client):
    topics, image = (make_topic(name="Port Lisle"), make_topic(name="Housing")), make_image(title="Ana")
    errors = save(
        editor_client, ADD, has_page="on", role="Reporter", topic_names="Housing; port lisle", languages="en,ar",
        description="She *counts*.", contact="https://ana.example/", shown_picture="Ana",
    )  # fmt: skip
    assert errors == {}
    author = Contributor.objects.get()
    assert (author.slug, author.has_page, author.picture, author.language_tags) == (
        "ana-kestrel",
        True,
        image,
        ["en", "ar"],
    )
    assert set(author.topics.all()) == set(topics)
    make_published_story(byline=("Ana Kestrel",))
    assert "ana.example" in editor_client.get("/people/ana-kestrel/").content.decode()


def test_a_byline_without_a_page_needs_nothing_but_a_name(editor_client):
    assert save(editor_client, ADD) == {}
    assert Contributor.objects.values_list("slug", "has_page").get() == ("", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic_names", "Nothing of the kind"),
        ("languages", "English"),
        ("contact", "by post"),
        ("contact", "javascript:alert(1)"),
        ("shown_picture", "Nobody"),
        ("slug", "feeds"),
        ("slug", "taken"),
    ],
)
def test_what_a_page_cannot_show_is_refused_at_its_field(editor_client, field, value):
    make_author(slug="taken")
    assert list(save(editor_client, ADD, has_page="on", **{field: value})) == [field]


def test_an_address_taken_at_the_same_moment_is_refused_and_the_text_kept(editor_client, monkeypatch):
    clean, attempts = ContributorForm._post_clean, []

    def clean_while_another_is_saved(form):
        attempts.append(form)
        if len(attempts) == 1:
            raise IntegrityError
        make_author(name="Jonas Adebar", slug="ana-kestrel")
        clean(form)

    monkeypatch.setattr(ContributorForm, "_post_clean", clean_while_another_is_saved)
    response = editor_client.post(
        ADD, {"name": "Ana Kestrel", "has_page": "on", "slug": "ana-kestrel", "role": "Judge"}
    )
    assert list(response.context["adminform"].form.errors) == ["slug"]
    assert "Judge" in response.content.decode()


def test_topics_are_logged_and_can_be_restored(editor_client):
    topic = make_topic(name="Housing")
    author = make_author(name="Ana Kestrel", slug="ana-kestrel", topics=(topic,))
    address = reverse("admin:accounts_contributor_change", args=[author.pk])
    assert save(editor_client, address, has_page="on", slug="ana-kestrel", role="Reporter") == {}
    assert not author.topics.exists()
    event = Event.objects.about(author.uid).first()
    assert (event.before["topics"], event.after["topics"]) == (["Housing"], [])
    editor_client.post(reverse("admin:accounts_contributor_undo", args=[author.pk, event.pk]))
    assert list(author.topics.all()) == [topic]


def test_a_picture_that_an_author_uses_cannot_be_deleted(editor_client):
    author = make_author(picture=make_image(title="Ana"))
    address = reverse("admin:media_image_change", args=[author.picture.pk])
    assert author.name in editor_client.get(address).content.decode()
