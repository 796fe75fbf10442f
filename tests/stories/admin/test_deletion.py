"""What is in use cannot be deleted: the screen counts its uses in plain words, and offers something else."""

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from newsroom.accounts.models import User
from stories.models import Bundle, Work
from tests.factories import (
    make_article,
    make_author,
    make_image,
    make_outlet,
    make_published_story,
    make_story,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator_client(client):
    client.force_login(make_user(role="Administrator"))
    return client


def address_of(thing, name):
    meta = type(thing)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[thing.pk])


def list_protecting_fields():
    """Return the fields that can protect an object which has a delete screen, with the models that have them."""
    locked = (Work, Bundle, User)
    return [
        (relation.related_model, relation.field.name)
        for model in admin.site._registry
        if not issubclass(model, locked)
        for relation in model._meta.related_objects
        if relation.on_delete is models.PROTECT
    ]


def test_every_row_that_can_protect_something_has_plain_words_for_it():
    fields = list_protecting_fields()
    assert len(fields) > 10
    for model, field in fields:
        one, many = (words.format(count="2", name="Port Lisle") for words in model.protects[field])
        assert one != many
        assert all(words.startswith("2 ") and "“Port Lisle”" in words for words in (one, many))


def test_a_byline_says_how_many_pages_and_editions_name_it(administrator_client):
    author = make_author(name="Ana Kestrel")
    for number in range(2):
        make_published_story(headline=f"What the tide of {number} June left", byline=("Ana Kestrel",))
    make_story(byline=("Ana Kestrel",))
    page = administrator_client.get(address_of(author, "delete"))
    assert page.context["protected"] == [
        "2 editions name “Ana Kestrel” in their bylines",
        "3 stories at the desk name “Ana Kestrel” in their bylines",
    ]
    assert page.context["alternative"].address == f"{address_of(author, 'change')}#id_is_former"
    assert 'id="id_is_former"' in administrator_client.get(address_of(author, "change")).rendered_content


def make_used_things():
    """Return things in use, keyed by the name of the screen that is offered instead of deleting them."""
    topic, outlet, article = make_topic(), make_outlet(), make_article(outlet=make_outlet())
    image, portrait = make_image(), make_image()
    make_topic(picture=portrait)
    make_story(topics=(topic,), articles=(article,), lead_image=image)
    make_published_story(outlets=(outlet, make_outlet()))
    return {
        address_of(topic, "merge"): topic,
        address_of(outlet, "merge"): outlet,
        address_of(article.outlet, "merge"): article.outlet,
        address_of(article, "change"): article,
        reverse("admin:replace_image", args=[image.pk]): image,
        reverse("admin:replace_image", args=[portrait.pk]): portrait,
    }


def test_each_thing_in_use_offers_what_to_do_instead_of_deleting_it(administrator_client):
    for instead, thing in make_used_things().items():
        page = administrator_client.post(address_of(thing, "delete"), {"post": "yes"})
        (words, *_) = page.context["protected"]
        assert words.startswith("1 ")
        assert str(thing) in words
        assert page.context["alternative"].address == instead
        assert f'href="{instead}"' in page.rendered_content
        assert administrator_client.get(instead).status_code == 200
        assert type(thing).objects.filter(pk=thing.pk).exists()


def test_several_things_of_which_one_is_in_use_are_not_deleted(administrator_client):
    used, unused = make_topic(name="Port Lisle"), make_topic()
    make_story(topics=(used,))
    page = administrator_client.post(
        reverse("admin:topics_topic_changelist"),
        {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"},
    )
    assert page.context["protected"] == ["1 page at the desk has the topic “Port Lisle”"]
    assert page.context["deletable_objects"] == [[]]
    assert type(unused).objects.filter(pk=unused.pk).exists()


def test_an_outlet_of_a_draft_passage_and_a_topic_of_an_author_are_in_use(administrator_client):
    outlet, topic = make_outlet(name="Radio Tessen"), make_topic(name="Port Lisle")
    make_story(outlets=(outlet,))
    make_author(topics=(topic,))
    assert administrator_client.get(address_of(outlet, "delete")).context["protected"] == [
        "1 passage at the desk is about what “Radio Tessen” reports"
    ]
    assert administrator_client.get(address_of(topic, "delete")).context["protected"] == [
        "1 byline has the topic “Port Lisle”"
    ]


def test_what_only_links_an_object_to_another_is_not_listed(administrator_client):
    author = make_author(topics=(make_topic(name="Port Lisle"),))
    page = administrator_client.get(address_of(author, "delete"))
    assert len(page.context["deleted_objects"]) == 1
    administrator_client.post(address_of(author, "delete"), {"post": "yes"})
    assert not type(author).objects.exists()


def test_what_is_not_in_use_can_be_deleted(administrator_client):
    topic = make_topic(aliases=("Lisle",))
    page = administrator_client.get(address_of(topic, "delete"))
    assert not page.context["protected"]
    assert "Lisle" in str(page.context["deleted_objects"])
    administrator_client.post(address_of(topic, "delete"), {"post": "yes"})
    assert not type(topic).objects.exists()
